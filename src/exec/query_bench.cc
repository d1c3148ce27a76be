// Queries over one row group of 65,536 rows, as a segment gives it: dictionaries and plain texts.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "exec/query.h"

namespace logwood::exec {
namespace {

constexpr std::size_t kRows = 65'536;

/// Columns made once: `host` (50 texts), `status` (5), `ms` (1000 numbers), `@rawstring` (all
/// different).
class BenchSource final : public model::RowSource {
 public:
    BenchSource() {
        add_dictionary("host", 50, "host-");
        add_dictionary("status", 5, "50");
        add_dictionary("ms", 1000, "1");
        auto texts = std::make_shared<std::vector<std::string>>();
        std::vector<std::string_view> views;
        for (std::size_t row = 0; row < kRows; ++row)
            texts->push_back("2023-11-14T22:13:20Z INFO request " + std::to_string(row * 7919) +
                             " took a while on the way to the database and back");
        for (auto& text : *texts) views.push_back(text);
        columns_["@rawstring"] = model::Column::plain(std::move(views), texts);
        for (std::size_t row = 0; row < kRows; ++row)
            times_.push_back(static_cast<std::int64_t>(row) * 10'000'000);
        coordinates_.resize(kRows);
    }

    std::size_t rows() const override { return kRows; }
    RepoId repo() const override { return {}; }
    Result<model::Column> column(std::string_view field) const override {
        auto found = columns_.find(field);
        return found == columns_.end() ? model::Column::missing(kRows) : found->second;
    }
    Result<std::vector<std::string_view>> fields() const override {
        std::vector<std::string_view> names;
        for (auto& [name, column] : columns_) names.push_back(name);
        return names;
    }
    Result<std::optional<std::span<const std::string_view>>> dictionary(
        std::string_view field) const override {
        auto found = columns_.find(field);
        if (found == columns_.end() || found->second.kind() == model::Column::Kind::kPlain)
            return std::nullopt;
        return found->second.values();
    }
    std::optional<model::TimeBounds> time_bounds() const override {
        return model::TimeBounds{times_.front(), times_.back()};
    }
    Result<std::span<const std::int64_t>> event_times() const override { return times_; }
    Result<std::span<const std::int64_t>> ingest_times() const override { return times_; }
    Result<std::span<const model::Coordinates>> coordinates() const override {
        return coordinates_;
    }

 private:
    void add_dictionary(const std::string& name, std::size_t size, const std::string& prefix) {
        auto texts = std::make_shared<std::vector<std::string>>();
        auto views = std::make_shared<std::vector<std::string_view>>();
        for (std::size_t i = 0; i < size; ++i) texts->push_back(prefix + std::to_string(i));
        for (auto& text : *texts) views->push_back(text);
        std::vector<std::uint32_t> codes(kRows);
        for (std::size_t row = 0; row < kRows; ++row)
            codes[row] = static_cast<std::uint32_t>(row * 2'654'435'761U % 1'000'003 % size);
        keep_.push_back(texts);
        std::span<const std::string_view> values = *views;
        columns_[name] = model::Column::dictionary(std::move(codes), values, views);
    }

    std::map<std::string, model::Column, std::less<>> columns_;
    std::vector<std::shared_ptr<const void>> keep_;
    std::vector<std::int64_t> times_;
    std::vector<model::Coordinates> coordinates_;
};

void run(benchmark::State& state, const char* text) {
    static const BenchSource kSource;
    CompileOptions options;
    options.interval = {{}, UtcTime::from_ms(1'000'000)};
    auto query = Query::compile(text, options);
    if (!query) {
        state.SkipWithError(query.error().message.c_str());
        return;
    }
    auto partial = (*query)->start();
    for (auto _ : state) {
        auto done = (*query)->scan(kSource, *partial);
        if (!done) state.SkipWithError(done.error().message.c_str());
    }
    state.SetItemsProcessed(state.iterations() * std::int64_t{kRows});
}

#define QUERY_BENCH(name, text) BENCHMARK_CAPTURE(run, name, text)
QUERY_BENCH(count, "count()");
QUERY_BENCH(filter_dictionary, "host=host-7 | count()");
QUERY_BENCH(filter_absent, "host=nobody | count()");
QUERY_BENCH(filter_order, "ms > 1500 | count()");
QUERY_BENCH(filter_two, "host=host-7 status=501 | count()");
QUERY_BENCH(free_text, "\"7919 took\" | count()");
QUERY_BENCH(free_text_regex, "/request \\d+99 / | count()");
QUERY_BENCH(free_text_any_case, "/DATABASE/i | count()");
QUERY_BENCH(group_by, "groupBy(host)");
QUERY_BENCH(group_by_two, "groupBy([host, status], function=[count(), avg(ms)])");
QUERY_BENCH(percentile, "groupBy(host, function=percentile(ms))");
QUERY_BENCH(distinct, "count(@rawstring, distinct=true)");
QUERY_BENCH(time_chart, "timeChart(status, span=1min)");
QUERY_BENCH(tail, "host=host-7");
QUERY_BENCH(sort, "sort(ms, limit=100)");
QUERY_BENCH(extract, "@rawstring=/request (?<id>\\d+)/ | max(id)");
QUERY_BENCH(eval, "s := ms / 1000 | sum(s)");
QUERY_BENCH(branches, "case { status=501 | k := 1; status=502 | k := 2; * | k := 3 } | groupBy(k)");

}  // namespace
}  // namespace logwood::exec
