// Parsers that other people wrote: each must compile, and read its own test events without an
// error and with a time.
#include <gtest/gtest.h>
#include <simdjson.h>
#include <zstd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "exec/lookup/test_lookups.h"
#include "exec/parser_program.h"
#include "exec/plan/registry.h"

namespace logwood::exec {
namespace {

std::string read_corpus(const std::string& name) {
    const char* source = std::getenv("LOGWOOD_SOURCE_DIR");
    std::ifstream in(std::string(source ? source : ".") + "/../shared/corpora/" + name,
                     std::ios::binary);
    std::string packed(std::istreambuf_iterator<char>(in), {});
    if (packed.empty()) return {};
    std::string out(std::size_t(16) << 20, '\0');
    auto size = ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size());
    out.resize(ZSTD_isError(size) ? 0 : size);
    return out;
}

std::string raw_string_of(simdjson::dom::element test) {
    std::string_view raw;
    if (!test.get(raw)) return std::string(raw);
    if (!test["event"]["rawString"].get(raw)) return std::string(raw);
    return {};
}

/// Functions of the script that are not built, as one text.
std::string missing_functions(simdjson::dom::element parser) {
    std::string missing;
    for (auto function : parser["functions"].get_array()) {
        std::string_view name = function.get_string();
        bool is_spelled_otherwise = name == "parseurl";
        if (!find_function(name) && !is_spelled_otherwise) missing += std::string(name) + " ";
    }
    return missing;
}

/// Parsers whose events rightly stay without a time, or get an error.
const std::map<std::string_view, std::string_view> kExcused = {
    {"f684128cf2a96da7", "findTimestamp() without a zone, on times without one"},
    {"b72dda678cd44ba4", "writes the time as a text only"},
    {"29f9350373f5155b", "takes the time out as text, and leaves it so"},
    {"6ea0d5d3d797476f", "takes @timestamp out of the JSON as text, and leaves it so"},
    {"7d1139872183b6f3", "one of its events has a line end inside a JSON string"},
};

TEST(ParserCorpus, ParsersReadTheirTestEvents) {
    auto corpus = read_corpus("parsers.jsonl.zst");
    if (corpus.empty()) GTEST_SKIP() << "the corpora are not here";
    simdjson::dom::parser json;
    simdjson::dom::document_stream parsers;
    ASSERT_FALSE(json.parse_many(corpus.data(), corpus.size(), 8 << 20).get(parsers));
    const UtcTime now{1'767'225'600'000'000'000};
    int compiled = 0;
    int skipped = 0;
    int events = 0;
    for (auto parser : parsers) {
        std::string_view id = parser["id"].get_string();
        std::string_view name = parser["name"].get_string();
        if (auto missing = missing_functions(parser.value()); !missing.empty()) {
            std::cout << name << ": not built: " << missing << "\n";
            ++skipped;
            continue;
        }
        auto program =
            ParserProgram::compile(parser["script"].get_string().value(), lookups_of({}));
        if (!program) {
            ADD_FAILURE() << name << " " << id << ": " << program.error().rendered;
            continue;
        }
        ++compiled;
        for (auto test : parser["tests"].get_array()) {
            auto raw = raw_string_of(test);
            if (raw.empty()) continue;
            ++events;
            model::EventBatchBuilder builder;
            builder.add("@rawstring", raw);
            builder.end_event(now.ns);
            auto output = (*program)->run(builder.finish(), {}, now);
            ASSERT_TRUE(output) << output.error().to_string();
            if (kExcused.contains(id)) continue;
            for (std::size_t row = 0; row < output->events.rows(); ++row) {
                EXPECT_TRUE(model::is_missing(output->events.value_of(row, "@error")))
                    << name << " " << id << ": " << output->events.value_of(row, "@error_msg")
                    << "\n"
                    << raw.substr(0, 300);
                EXPECT_NE(output->events.event_times()[row], now.ns)
                    << name << " " << id << " has no time\n"
                    << raw.substr(0, 300);
            }
        }
    }
    std::cout << compiled << " parsers, " << events << " events, " << skipped << " not built\n";
    EXPECT_EQ(compiled + skipped, 33);
    EXPECT_GE(compiled, 30);
    // One test event of the corpus is an empty text.
    if (skipped == 0) EXPECT_EQ(events, 149);
}

}  // namespace
}  // namespace logwood::exec
