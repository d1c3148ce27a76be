// Queries that other people wrote: all that are sound must compile.
#include <zstd.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "lang/check.h"
#include "lang/dump_test.h"
#include "lang/format.h"
#include "lang/parser.h"

namespace logwood::lang {
namespace {

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string decompress(const std::string& packed) {
    std::string out(ZSTD_getFrameContentSize(packed.data(), packed.size()) < (1ull << 32)
                        ? ZSTD_getFrameContentSize(packed.data(), packed.size())
                        : 256 << 20,
                    '\0');
    auto size = ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size());
    out.resize(ZSTD_isError(size) ? 0 : size);
    return out;
}

/// The rows of a file of the corpora; nullopt: it is not there.
std::optional<std::vector<boost::json::object>> rows_of(const std::string& name) {
    const char* source = std::getenv("LOGWOOD_SOURCE_DIR");
    auto bytes = read_file(std::string(source ? source : ".") + "/../shared/corpora/" + name);
    if (!bytes) return std::nullopt;
    std::istringstream lines(name.ends_with(".zst") ? decompress(*bytes) : *bytes);
    std::vector<boost::json::object> rows;
    for (std::string line; std::getline(lines, line);) {
        rows.push_back(boost::json::parse(line).as_object());
    }
    return rows;
}

std::string text_of(const boost::json::object& row, std::string_view key) {
    return std::string(row.at(key).as_string());
}

/// Rows that are no sound queries, whatever their grade says.
const std::map<std::string, std::string> kDamaged = {
    {"eadc59fbcaa1a6dd", "a regex without quotes as an argument"},
    {"beef5d33d41f3be1", "ends in a stray quote"},
    {"5617e9f7a1aea799", "ends in a stray quote"},
    {"414cc39af6cf675a", "a colon after a saved query"},
    {"af19a814182bdf19", "a named argument in brackets"},
    {"f2c158441dc1c075", "join() has no parameter `suffix`"},
    {"3b81aab9ded020da", "a placeholder <hostname>"},
    {"0e4cbc6732d280a3", "there is no operator !~"},
    {"1a3e9f4c938115a4", "`field in (…)` is another language"},
    {"b8b5bb47ea9421cc", "an aggregate inside case: a test of a grammar alone"},
    {"db8e2ea8ce12b804", "an aggregate inside match: a test of a grammar alone"},
    {"328f38225ef26536", "a pipeline as an expression: a test of a grammar alone"},
    {"4dcf32d119574b25", "shown as what does not work: named groups inside OR"},
    {"007a211816937ac2", "an ellipsis as free text after an aggregate"},
    {"0795e0e1a3615028", "an ellipsis as free text after an aggregate"},
    {"d23cf94a5b3602f3", "one closing bracket too many"},
    {"0e6891a948255b73", "one closing bracket too many"},
    {"Check For Existence of Element Using Complex Conditions", "a closing bracket is missing"},
    {"Differentiate Between Types of Log Levels", "a guard is missing"},
};

CheckOptions lenient() {
    CheckOptions options;
    options.allow_missing_arguments = true;
    options.saved_query = [](std::string_view) { return std::optional<std::string>("*"); };
    return options;
}

/// Compiles; counts, and prints what failed (LOGWOOD_SHOW_ALL: everything).
class Tally {
 public:
    void compile(const std::string& text, const std::string& name, const CheckOptions& options) {
        ++total_;
        auto result = lang::compile(text, options);
        if (kDamaged.contains(name)) {
            EXPECT_FALSE(result) << name << " is no longer refused";
            return;
        }
        if (result) return;
        ++failed_;
        auto show_max = std::getenv("LOGWOOD_SHOW_ALL") ? 10'000 : 20;
        if (failed_ <= show_max) {
            report_ += "--- " + name + "\n" + render(result.error(), text) + "\n";
        }
    }
    int total() const { return total_; }
    int failed() const { return failed_; }
    const std::string& report() const { return report_; }

 private:
    int total_ = 0;
    int failed_ = 0;
    std::string report_;
};

#define ROWS_OR_SKIP(rows, name)                                           \
    auto maybe_##rows = rows_of(name);                                     \
    if (!maybe_##rows) GTEST_SKIP() << name << " is not on this computer"; \
    const auto& rows = *maybe_##rows

TEST(Corpus, SoundQueriesOfOthersCompile) {
    ROWS_OR_SKIP(rows, "queries.jsonl.zst");
    Tally tally;
    for (const auto& row : rows) {
        bool is_sound = text_of(row, "quality") != "C" && !row.at("spl_like").as_bool() &&
                        row.at("unknown_functions").as_array().empty();
        if (is_sound) tally.compile(text_of(row, "text"), text_of(row, "id"), lenient());
    }
    EXPECT_GT(tally.total(), 1000);
    EXPECT_EQ(tally.failed(), 0) << tally.report();
}

TEST(Corpus, UnsoundQueriesGiveAnswers) {
    ROWS_OR_SKIP(rows, "queries.jsonl.zst");
    Tally tally;
    for (const auto& row : rows) tally.compile(text_of(row, "text"), text_of(row, "id"), lenient());
    EXPECT_GT(tally.failed(), 0);
}

TEST(Corpus, FormattedQueriesParseToThemselves) {
    ROWS_OR_SKIP(rows, "queries.jsonl.zst");
    for (const auto& row : rows) {
        auto query = parse(text_of(row, "text"));
        if (!query) continue;
        auto once = format(*query);
        auto again = parse(once);
        ASSERT_TRUE(again) << render(again.error(), once);
        EXPECT_EQ(format(*again), once);
        EXPECT_EQ(dump(*again), dump(*query)) << once;
        auto kept = format_text(text_of(row, "text"));
        ASSERT_TRUE(kept);
        EXPECT_EQ(format_text(*kept).value_or("refused"), *kept);
        auto back = parse(*kept);
        ASSERT_TRUE(back) << *kept;
        EXPECT_EQ(format(*back), once);
        EXPECT_EQ(dump(*back), dump(*query)) << *kept;
        EXPECT_EQ(back->comments.size(), query->comments.size()) << *kept;
    }
}

TEST(Corpus, SigmaQueriesCompile) {
    ROWS_OR_SKIP(rows, "sigma/queries.jsonl.zst");
    Tally tally;
    for (const auto& row : rows)
        tally.compile(text_of(row, "query"), text_of(row, "title"), lenient());
    EXPECT_GT(tally.total(), 3000);
    EXPECT_EQ(tally.failed(), 0) << tally.report();
}

TEST(Corpus, ManualCasesCompile) {
    ROWS_OR_SKIP(rows, "manual-cases.jsonl");
    Tally tally;
    for (const auto& row : rows) {
        for (const auto& query : row.at("queries").as_array()) {
            tally.compile(std::string(query.as_string()), text_of(row, "title"), lenient());
        }
    }
    EXPECT_GT(tally.total(), 80);
    EXPECT_EQ(tally.failed(), 0) << tally.report();
}

TEST(Corpus, ParsersCompile) {
    ROWS_OR_SKIP(rows, "parsers.jsonl.zst");
    Tally tally;
    auto options = lenient();
    options.context = Context::kParser;
    for (const auto& row : rows)
        tally.compile(text_of(row, "script"), text_of(row, "name"), options);
    EXPECT_GT(tally.total(), 30);
    EXPECT_EQ(tally.failed(), 0) << tally.report();
}

}  // namespace
}  // namespace logwood::lang
