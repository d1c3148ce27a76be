#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "exec/aggregate/spill_space.h"
#include "exec/query.h"
#include "exec/test_source.h"

namespace logwood::exec {
namespace {

constexpr std::size_t kMemory = 2U << 20;

class MemorySpace final : public SpillSpace {
 public:
    Result<std::uint64_t> append(std::string_view bytes) override {
        if (bytes_.size() + bytes.size() > bytes_max) return fail(Code::kTooLarge, "disk limit");
        bytes_ += bytes;
        ++appends;
        return bytes_.size() - bytes.size();
    }
    Result<std::string> read(std::uint64_t position, std::size_t size) const override {
        if (is_broken) return fail(Code::kIo, "a broken disk");
        return bytes_.substr(position, size);
    }

    std::size_t appends = 0;
    std::size_t bytes_max = SIZE_MAX;
    bool is_broken = false;

 private:
    std::string bytes_;
};

/// Batches of events with about 30,000 different pairs of keys, one of which may be missing.
std::vector<TestSource> make_sources(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<TestSource> sources;
    for (int batch = 0; batch < 12; ++batch) {
        std::vector<TestEvent> events;
        for (std::uint32_t i = 0; i < 5000; ++i) {
            TestEvent event;
            auto key = random() % 15'000;
            if (random() % 50 != 0) event.fields.emplace_back("k", std::to_string(key * 7919));
            event.fields.emplace_back("kind", random() % 2 ? "odd" : "even");
            event.fields.emplace_back("ms", std::to_string(random() % 1000));
            event.index = i;
            events.push_back(std::move(event));
        }
        auto style = batch % 2 ? ColumnStyle::kPlain : ColumnStyle::kDictionary;
        sources.emplace_back(std::move(events), style);
    }
    return sources;
}

std::shared_ptr<const Query> compile(std::string_view text, std::shared_ptr<SpillSpace> space) {
    CompileOptions options;
    if (space) options.memory_bytes_max = kMemory;
    options.spill = std::move(space);
    auto query = Query::compile(text, options);
    if (!query) ADD_FAILURE() << query.error().rendered;
    return query ? *query : nullptr;
}

/// Scans into three partials and merges them, in an order drawn from the seed.
Result<ResultRows> run(const Query& query, const std::vector<TestSource>& sources,
                       std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<std::unique_ptr<Partial>> partials;
    for (int i = 0; i < 3; ++i) partials.push_back(query.start());
    for (auto& source : sources) TRY_OK(query.scan(source, *partials[random() % 3]));
    std::ranges::shuffle(partials, random);
    for (std::size_t i = 1; i < partials.size(); ++i)
        TRY_OK(query.merge(*partials[0], *partials[i]));
    return query.finish(*partials[0]);
}

std::vector<std::string> texts_of(const ResultRows& rows) {
    std::vector<std::string> lines;
    for (auto& row : rows.rows) {
        std::map<std::string, std::string> fields;
        for (auto& [field, text] : row.values) fields[rows.fields[field]] = text;
        auto& line = lines.emplace_back();
        for (auto& [name, text] : fields) line += name + "=" + text + " ";
    }
    return lines;
}

TEST(GroupBySpill, GivesWhatMemoryGives) {
    for (std::string_view text :
         {"groupBy([k, kind], limit=max)", "groupBy(k, function=[count(), sum(ms), max(ms)])",
          "groupBy([k, kind], function=[], limit=max)", "groupBy(k, limit=100)",
          "groupBy([kind, k], function=count(ms, distinct=true), limit=9)",
          "groupBy(k, function=percentile(ms), limit=1000) | sum(_50)",
          "groupBy(k, function=top(kind), limit=max)"}) {
        for (std::uint64_t seed : {1U, 2U}) {
            auto sources = make_sources(seed);
            auto space = std::make_shared<MemorySpace>();
            auto spilled = run(*compile(text, space), sources, seed);
            auto expected = run(*compile(text, nullptr), sources, seed + 1);
            ASSERT_TRUE(spilled && expected) << text;
            EXPECT_GT(space->appends, 64U) << text;
            EXPECT_EQ(texts_of(*spilled), texts_of(*expected)) << text;
            EXPECT_EQ(spilled->field_order, expected->field_order) << text;
            EXPECT_EQ(spilled->extra_data, expected->extra_data) << text;
            EXPECT_EQ(spilled->warnings, expected->warnings) << text;
        }
    }
}

TEST(GroupBySpill, SaysThatTheDiskIsFullOrBroken) {
    auto sources = make_sources(3);
    auto space = std::make_shared<MemorySpace>();
    space->bytes_max = 100'000;
    auto full = run(*compile("groupBy([k, kind])", space), sources, 1);
    ASSERT_FALSE(full.has_value());
    EXPECT_EQ(full.error().code, Code::kTooLarge);
    auto broken = std::make_shared<MemorySpace>();
    broken->is_broken = true;
    EXPECT_FALSE(run(*compile("groupBy([k, kind])", broken), sources, 1).has_value());
}

}  // namespace
}  // namespace logwood::exec
