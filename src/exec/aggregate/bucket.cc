// bucket() and timeChart(): a groupBy over the bucket of the time and the series, filled up with
// the buckets without events, cut to the largest series.
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <set>
#include <utility>

#include "exec/aggregate/bucket_span.h"
#include "exec/aggregate/group_by_state.h"
#include "exec/aggregate/stats_state.h"
#include "exec/columns/column_maker.h"
#include "exec/columns/event_times.h"
#include "exec/limits.h"
#include "exec/plan/registry_core.h"
#include "exec/text/number_text.h"
#include "exec/work_limit.h"

namespace logwood::exec {

using model::Column;

namespace {

constexpr std::string_view kBucketField = "_bucket";

/// What the function gives without events. Made once: else buckets of buckets would ask for it
/// twice at each level.
struct EmptyRows {
    std::once_flag once;
    Result<GroupedRows> rows = GroupedRows{};

    Result<GroupedRows> of(const Aggregate* function) {
        std::call_once(once, [&] {
            if (function) rows = function->start()->rows();
        });
        return rows;
    }
};

struct BucketOptions {
    GroupByOptions groups;  ///< Keys: `_bucket`, then the series fields.
    std::vector<std::string> series;
    BucketGrid grid;
    model::TimeRange interval;
    std::size_t window_buckets = 0;  ///< Each row tells of so many buckets; 0: of its own alone.
    std::uint64_t series_max = kSeriesDefault;
    bool warns = true;
    bool is_time_chart = false;
    std::vector<Warning> warnings = {};
    std::shared_ptr<EmptyRows> empty = std::make_shared<EmptyRows>();
};

class BucketState final : public AggregateState {
 public:
    explicit BucketState(const BucketOptions& options)
        : options_(options), groups_(options.groups), grid_(options.grid) {}

    void grow(std::uint32_t count) override { groups_.grow(count); }
    Result<void> add(Batch& batch, const Groups& groups) override {
        auto fork = batch.fork();
        Mask has_series(batch.rows(), options_.series.empty());
        for (auto& field : options_.series) {
            TRY(auto column, batch.column(field));
            for (std::size_t row = 0; row < has_series.size(); ++row)
                has_series[row] |= !model::is_missing(column[row]);
        }
        TRY(auto buckets, buckets_of(fork));
        fork.replace(kBucketField, Values(std::move(buckets)));
        std::vector<std::uint32_t> of_rows(groups.of_rows.begin(), groups.of_rows.end());
        if (std::ranges::find(has_series, 0) != has_series.end()) {
            fork.keep(has_series);
            of_rows = fork.trace();
            for (auto& row : of_rows) row = groups[row];
            if (fork.rows() == 0) return {};
        }
        return groups_.add(fork, {groups.count, of_rows});
    }
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t> to,
                       std::uint32_t count) override {
        return groups_.merge(static_cast<const BucketState&>(from).groups_, to, count);
    }
    void serialise(ByteWriter& out) const override { groups_.serialise(out); }
    Result<void> deserialise(ByteReader& in, std::uint32_t count) override {
        return groups_.deserialise(in, count);
    }
    std::size_t memory() const override { return groups_.memory(); }
    Result<GroupedRows> rows() const override;

 private:
    /// The start of each row's bucket, as text.
    Result<Column> buckets_of(Batch& batch) {
        TRY(auto times, event_times(batch));
        std::map<std::int64_t, std::uint32_t> codes_by_start;
        std::vector<std::uint32_t> codes(times.size());
        ColumnMaker texts;
        std::int64_t last_start = INT64_MIN;
        std::uint32_t last_code = Column::kNoCode;
        for (std::size_t row = 0; row < times.size(); ++row) {
            auto start = times[row] == UtcTime::min().ns ? INT64_MIN : grid_.start_ms(times[row]);
            if (start != last_start) {
                auto [known, is_new] =
                    codes_by_start.emplace(start, std::uint32_t(codes_by_start.size()));
                if (is_new) texts.add(std::to_string(start));
                last_start = start;
                last_code = known->second;
            }
            codes[row] = start == INT64_MIN ? Column::kNoCode : last_code;
        }
        auto distinct = std::make_shared<Column>(texts.finish());
        return Column::dictionary(std::move(codes), distinct->values(), distinct);
    }

    /// Starts of all buckets of the interval, or of the data when it has no ends.
    std::vector<std::string> bucket_starts(const Column& found) const;
    /// Takes rows of windows, and leaves the starts of those that have a whole one before them.
    Result<void> take_windows(GroupedRows& found, std::vector<std::string>& starts) const;

    const BucketOptions& options_;
    GroupByState groups_;
    mutable BucketGrid grid_;
};

std::vector<std::string> found_starts(const Column& found) {
    std::set<std::int64_t> sorted;
    for (std::size_t row = 0; row < found.rows(); ++row)
        if (auto start = parse_number(found[row]); !is_null(start))
            sorted.insert(static_cast<std::int64_t>(start));
    std::vector<std::string> starts;
    for (auto start : sorted) starts.push_back(std::to_string(start));
    return starts;
}

std::vector<std::string> BucketState::bucket_starts(const Column& found) const {
    std::int64_t first = INT64_MAX;
    std::int64_t last = INT64_MIN;
    for (std::size_t row = 0; row < found.rows(); ++row) {
        auto start = parse_number(found[row]);
        if (is_null(start)) continue;
        first = std::min(first, static_cast<std::int64_t>(start));
        last = std::max(last, static_cast<std::int64_t>(start));
    }
    auto& interval = options_.interval;
    if (interval.start != UtcTime::min())
        first = std::min(first, grid_.start_ms(interval.start.ns));
    if (interval.end != UtcTime::max() && interval.end > interval.start)
        last = std::max(last, grid_.start_ms(interval.end.ns - 1));
    std::vector<std::string> starts;
    for (auto start = first; start <= last; start = grid_.next_ms(start)) {
        // Without an interval the data may lie anywhere: then gaps are left as they are.
        // (A live query's window may be a little longer than what its buckets were chosen for.)
        if (starts.size() > 2 * kBucketsMax) return found_starts(found);
        starts.push_back(std::to_string(start));
    }
    return starts;
}

Result<void> BucketState::take_windows(GroupedRows& found, std::vector<std::string>& starts) const {
    auto length = options_.window_buckets;
    for (std::size_t i = 1; i < starts.size(); ++i)
        if (std::to_string(grid_.next_ms(static_cast<std::int64_t>(parse_number(starts[i - 1])))) !=
            starts[i])
            return fail(Code::kTooLarge,
                        "window() needs a shorter search interval, or wider "
                        "buckets: there are too many of them");
    TRY(found, groups_.window_rows(starts, length));
    starts.erase(starts.begin(),
                 starts.begin() + static_cast<std::ptrdiff_t>(std::min(length - 1, starts.size())));
    return {};
}

/// Series are numbered by the texts of their fields, joined with their lengths.
std::string series_key(const RowTable& table, const std::vector<std::string>& fields,
                       std::size_t row) {
    std::string key;
    ByteWriter writer(key);
    for (auto& field : fields) {
        auto* column = table.find(field);
        auto text = column ? (*column)[row] : std::string_view();
        writer.put_string(text);
    }
    return key;
}

/// The rows of one outer group, by bucket and series.
struct Series {
    std::string key;
    double score = 0;
    std::uint32_t example = 0;  ///< A row that has its fields.
    std::map<std::string_view, std::vector<std::uint32_t>> rows_by_bucket;
};

std::vector<Series> series_of(const RowTable& table, const std::vector<std::string>& fields,
                              std::size_t begin, std::size_t end, const std::vector<double>& sums) {
    std::map<std::string, Series> by_key;
    auto* buckets = table.find(kBucketField);
    for (auto row = begin; row < end; ++row) {
        auto key = series_key(table, fields, row);
        auto& one = by_key[key];
        if (one.rows_by_bucket.empty()) one.example = static_cast<std::uint32_t>(row);
        one.score += sums[row];
        one.rows_by_bucket[(*buckets)[row]].push_back(static_cast<std::uint32_t>(row));
    }
    std::vector<Series> all;
    for (auto& [key, one] : by_key) {
        one.key = key;
        all.push_back(std::move(one));
    }
    return all;
}

/// Builds the filled rows: a source row, or the bucket and series of a row without events.
struct Filled {
    std::vector<std::uint32_t> from;     ///< Row for the function's columns; kNoCode: empty.
    std::vector<std::uint32_t> example;  ///< Row for the series' columns.
    std::vector<std::string> bucket;
    std::vector<std::uint32_t> groups;
};

void fill(Filled& out, const std::vector<Series>& series, const std::vector<std::string>& starts,
          std::uint32_t group) {
    for (auto& start : starts) {
        for (auto& one : series) {
            auto found = one.rows_by_bucket.find(start);
            auto add = [&](std::uint32_t row) {
                out.from.push_back(row);
                out.example.push_back(one.example);
                out.bucket.push_back(start);
                out.groups.push_back(group);
            };
            if (found == one.rows_by_bucket.end())
                add(Column::kNoCode);
            else
                for (auto row : found->second) add(row);
        }
    }
}

/// The column, with what an empty aggregate gives where there is no row.
Column filled_column(const Column& column, const Filled& filled, const Column* empty) {
    ColumnMaker maker(filled.from.size());
    maker.keep_alive(column);
    auto text = empty && empty->rows() == 1 ? (*empty)[0] : model::kMissing;
    for (auto row : filled.from) {
        if (row == Column::kNoCode)
            maker.add(text);
        else
            maker.add_borrowed(column[row]);
    }
    return maker.finish();
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (auto& text : texts) all += (all.empty() ? "" : ",") + text;
    return all;
}

void describe(RowTable& table, const BucketOptions& options,
              const std::vector<std::string>& starts) {
    auto& extra = table.extra_data;
    auto span = options.grid.span_ms();
    extra["bucket_span_millis"] = std::to_string(span);
    extra["bucket_span_humanized"] = humanize_span(span);
    if (!starts.empty()) {
        extra["bucket_first_bucket"] = starts.front();
        extra["bucket_last_bucket"] = starts.back();
    }
    if (!options.series.empty()) extra["groupby_fields"] = joined(options.series);
    if (!options.is_time_chart) return;
    extra["timechart"] = "true";
    extra["ui:suggested-widget"] = "time-chart";
    if (!options.series.empty()) extra["series"] = joined(options.series);
}

Result<GroupedRows> BucketState::rows() const {
    std::vector<double> scores;
    TRY(auto found, groups_.all_rows(scores));
    TRY(auto empty, options_.empty->of(options_.groups.function.get()));
    auto starts = bucket_starts(*found.table.find(kBucketField));
    if (options_.window_buckets > 0) TRY_OK(take_windows(found, starts));
    auto& table = found.table;
    auto sums = numeric_sums(table, options_.groups.keys);
    bool is_over = false;
    Filled filled;
    for (std::uint32_t group = 0; group < groups_.outer_groups(); ++group) {
        auto [begin, end] = std::ranges::equal_range(found.groups, group);
        auto series = series_of(table, options_.series,
                                static_cast<std::size_t>(begin - found.groups.begin()),
                                static_cast<std::size_t>(end - found.groups.begin()), sums);
        if (series.empty() && options_.series.empty()) series.emplace_back();
        if (series.size() > options_.series_max) {
            is_over = true;
            std::ranges::sort(series, [](auto& a, auto& b) {
                return a.score != b.score ? a.score > b.score : a.key < b.key;
            });
            series.resize(options_.series_max);
            std::ranges::sort(series, {}, &Series::key);
        }
        fill(filled, series, starts, group);
        TRY_OK(WorkLimit::check());
        if (filled.from.size() > kFilledRowsMax)
            return fail(Code::kTooLarge,
                        "buckets, series and groups make too many rows: take wider buckets, or no "
                        "buckets in one another");
    }
    GroupedRows out;
    out.table.rows = filled.from.size();
    out.groups = std::move(filled.groups);
    ColumnMaker buckets(filled.from.size());
    for (auto& start : filled.bucket) buckets.add(start);
    out.table.columns.emplace_back(std::string(kBucketField), buckets.finish());
    for (auto& [name, column] : table.columns) {
        if (name == kBucketField) continue;
        bool is_series = std::ranges::find(options_.series, name) != options_.series.end();
        out.table.columns.emplace_back(
            name, is_series ? gather(column, filled.example)
                            : filled_column(column, filled, empty.table.find(name)));
    }
    // Without any event the function's columns are those of an empty one.
    for (auto& [name, column] : empty.table.columns)
        if (!out.table.find(name))
            out.table.columns.emplace_back(
                name, filled_column(Column::missing(table.rows), filled, &column));
    out.table.field_order = table.field_order;
    out.table.warnings = std::move(table.warnings);
    out.table.warnings.insert(out.table.warnings.end(), options_.warnings.begin(),
                              options_.warnings.end());
    describe(out.table, options_, starts);
    if (is_over && options_.warns)
        out.table.warnings.push_back(
            {"SeriesLimitExceeded", "there are more series than the limit of " +
                                        std::to_string(options_.series_max) +
                                        "; only the largest are shown"});
    return out;
}

class BucketAggregate final : public Aggregate {
 public:
    explicit BucketAggregate(BucketOptions options) : options_(std::move(options)) {}
    AggregateStatePtr start() const override { return std::make_unique<BucketState>(options_); }

 private:
    BucketOptions options_;
};

/// The call of window() when that is the whole function.
lang::Checked<std::optional<lang::BoundCall>> window_of(const lang::BoundCall& call) {
    auto functions = call.aggregates("function");
    for (auto& function : functions) {
        if (!function.call || function.call->name != "window") continue;
        if (functions.size() > 1)
            return wrong_argument(call, "function",
                                  "window() must be the only function: the others may stand in it");
        return lang::BoundCall(*function.call);
    }
    return std::nullopt;
}

lang::Checked<std::size_t> buckets_of_window(const lang::BoundCall& window, std::int64_t span_ms) {
    auto buckets = window.optional_number("buckets");
    auto span = window.duration_ms("span");
    if (buckets.has_value() == span.has_value())
        return wrong_argument(window, "span", "either buckets or span is needed");
    // A span is rounded to whole buckets.
    auto count = buckets ? *buckets : std::round(double(*span) / double(span_ms));
    if (span) count = std::max(count, 1.0);
    if (count < 1 || count > kBucketsMax || count != std::floor(count))
        return wrong_argument(window, buckets ? "buckets" : "span",
                              "a window has 1 to " + std::to_string(kBucketsMax) + " buckets");
    return static_cast<std::size_t>(count);
}

lang::Checked<AggregatePtr> make_buckets(const lang::BoundCall& call, Compiler& compiler,
                                         std::vector<std::string> series, bool is_time_chart) {
    SpanRequest request;
    request.span_ms = call.duration_ms("span");
    if (auto buckets = call.optional_number("buckets"))
        request.buckets = static_cast<std::int64_t>(*buckets);
    request.min_span_ms = call.duration_ms("minSpan");
    auto& options = compiler.options();
    // A live query's window slides, and is a little longer at times: its buckets stay as they are.
    auto chosen_for = options.interval;
    if (options.live_window) chosen_for = {.start = {0}, .end = {options.live_window->count()}};
    auto choice = choose_span(request, chosen_for);
    if (!choice) return wrong_argument(call, "span", choice.error().message);
    auto zone = TimeZone::find(call.text("timezone", options.time_zone));
    if (!zone) return wrong_argument(call, "timezone", zone.error().message);
    if (call.has("unit"))
        return wrong_argument(call, "unit", "conversion of units is not supported");
    BucketOptions made{{}, std::move(series), BucketGrid(choice->span_ms, *zone), options.interval};
    made.series_max = std::min(call.limit("limit", kSeriesMax), kSeriesMax);
    made.warns = !call.has("limit");
    made.is_time_chart = is_time_chart;
    if (choice->is_min_span_cut)
        made.warnings.push_back({"MinSpanTooLong", "minSpan is longer than the search interval"});
    made.groups.keys = {std::string(kBucketField)};
    made.groups.keys.insert(made.groups.keys.end(), made.series.begin(), made.series.end());
    made.groups.limit = kGroupsMax;
    LANG_TRY(auto window, window_of(call));
    if (window) {
        LANG_TRY(made.window_buckets, buckets_of_window(*window, choice->span_ms));
    }
    LANG_TRY(made.groups.function,
             compiler.aggregates_or_count(window ? *window : call, "function"));
    return std::make_unique<BucketAggregate>(std::move(made));
}

}  // namespace

/// window() is no aggregate by itself: make_buckets() reads it.
lang::Checked<AggregatePtr> make_window(const lang::BoundCall& call, Compiler&) {
    return wrong_argument(call, "function", "can only be the function of timeChart() or bucket()");
}

lang::Checked<AggregatePtr> make_bucket(const lang::BoundCall& call, Compiler& compiler) {
    return make_buckets(call, compiler, call.fields("field"), false);
}

lang::Checked<AggregatePtr> make_time_chart(const lang::BoundCall& call, Compiler& compiler) {
    std::vector<std::string> series;
    if (call.has("series")) series.push_back(call.text("series"));
    return make_buckets(call, compiler, std::move(series), true);
}

}  // namespace logwood::exec
