// A query is a plan: steps and the first aggregate run where rows are, the rest over what merges.
//
// Bytes of a partial: magic, fingerprint of the query, rows matched, state of the aggregate,
// checksum of all before.
#include "exec/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "exec/aggregate/field_values.h"
#include "exec/aggregate/row_order.h"
#include "exec/aggregate/stats_state.h"
#include "exec/columns/dictionary_cache.h"
#include "exec/limits.h"
#include "exec/plan/compiler.h"
#include "exec/plan/inputs.h"
#include "exec/plan/registry.h"
#include "exec/time/time_zone.h"
#include "exec/work_limit.h"
#include "lang/catalogue/signature.h"
#include "lang/relative_time.h"

namespace logwood::exec {
namespace {

constexpr std::uint32_t kPartialMagic = 0x3150574C;  // "LWP1"

struct PartialState final : Partial {
    AggregateStatePtr state;
    std::vector<AggregateStatePtr> beside;
    std::uint64_t rows_matched = 0;
    DictionaryCache dictionaries;
    std::size_t bytes = 0;  ///< As of the last measure().

    /// Looks at each group of some aggregates.
    std::size_t measure() {
        bytes = state->memory();
        for (auto& one : beside) bytes += one->memory();
        return bytes;
    }
    std::size_t memory() const override { return bytes; }
    std::uint64_t matched() const override { return rows_matched; }
};

ResultRows result_of(RowTable table) {
    ResultRows out;
    out.rows.resize(table.rows);
    for (std::uint32_t field = 0; field < table.columns.size(); ++field) {
        auto& [name, column] = table.columns[field];
        out.fields.push_back(name);
        if (column.kind() == model::Column::Kind::kMissing) continue;
        for (std::size_t row = 0; row < table.rows; ++row)
            if (auto text = column[row]; !model::is_missing(text))
                out.rows[row].values.emplace_back(field, text);
    }
    for (std::size_t row = 0; row < table.orders.size(); ++row)
        out.rows[row].order = table.orders[row];
    out.field_order = std::move(table.field_order);
    out.extra_data = std::move(table.extra_data);
    for (auto& warning : table.warnings)
        if (std::ranges::find(out.warnings, warning) == out.warnings.end())
            out.warnings.push_back(std::move(warning));
    return out;
}

/// Why a function that is built cannot stand in this query; empty: it can.
std::string why_refused(std::string_view name, const CompileOptions& options) {
    constexpr std::string_view kNeedInputs[] = {"correlate", "defineTable", "join", "selfJoin",
                                                "selfJoinFilter"};
    bool needs_inputs = std::ranges::find(kNeedInputs, name) != std::end(kNeedInputs);
    if (options.live_window &&
        (needs_inputs || name == "setTimeInterval" || name == "beta:repeating"))
        return fmt::format("{}() cannot be used in a live query", name);
    if (needs_inputs && !options.may_have_inputs)
        return fmt::format("{}() needs several passes over the events, which cannot be done here",
                           name);
    return "";
}

class PlannedQuery final : public Query {
 public:
    lang::Checked<void> build(std::string_view text, const CompileOptions& options) {
        options_ = options;
        std::uint64_t outside = 0;
        if (options.lookups.file)
            options_.lookups.file = [&](std::string_view name) {
                auto file = options.lookups.file(name);
                if (file) outside += file->checksum();
                return file;
            };
        LANG_TRY(auto checked, check(text, options, outside));
        auto tables = checked.preamble.begin();
        if (tables != checked.preamble.end() && tables->name == "setTimeInterval")
            LANG_TRY_OK(set_interval(*tables++));
        auto sub_options = options_;
        sub_options.interval = options.inputs_interval.value_or(options_.interval);
        Inputs inputs(std::move(sub_options), checksum64(text));
        settle_times();
        for (; tables != checked.preamble.end(); ++tables)
            LANG_TRY_OK(inputs.define_table(lang::BoundCall(*tables)));
        Compiler compiler(options_, lang::Context::kSearch, &inputs);
        LANG_TRY(plan_, compiler.plan(checked.pipeline));
        inputs_ = inputs.list();
        is_aggregate_ = plan_.has_aggregate();
        gives_events_ = lists_events(checked.pipeline);
        if (!is_aggregate_) {
            auto limit = options.implicit_tail ? kRowsDefault : kRowsMax;
            plan_.stages.front().aggregate =
                row_order_aggregate({RowOrderOptions::By::kNewest, {}, {}, limit, ""});
            plan_.stages.emplace_back();
        }
        set_filter_text(text, checked);
        LANG_TRY_OK(add_beside());
        forget_outside();
        for (auto& [name, values] : options.arguments)
            for (auto& value : values) outside = checksum64(value, checksum64(name, outside));
        set_fingerprint(text, outside);
        return {};
    }

    /// For a query that is an input of another.
    void adopt(Plan plan, const CompileOptions& options, std::uint64_t salt) {
        options_ = options;
        settle_times();
        plan_ = std::move(plan);
        is_aggregate_ = true;
        forget_outside();
        set_fingerprint("", salt);
    }

    std::vector<Input> inputs() const override { return inputs_; }
    bool is_aggregate() const override { return is_aggregate_; }
    bool gives_events() const override { return gives_events_; }
    model::TimeRange interval() const override { return options_.interval; }
    model::TimeRange event_times() const override { return events_; }
    model::TimeRange ingest_times() const override { return options_.arrival; }
    std::string interval_zone() const override { return interval_zone_; }
    std::string filter_text() const override { return filter_text_; }

    bool may_match_tag(std::string_view tag, std::string_view value) const override {
        auto field = tag.starts_with('#') ? std::string(tag) : "#" + std::string(tag);
        for (auto& step : plan_.stages.front().steps) {
            auto* filter = step->filter();
            if (!filter) return true;
            if (filter->judge(field, value) == Verdict::kNever) return false;
        }
        return true;
    }

    bool wants_oldest_first() const override {
        return beside_.empty() && aggregate().wants_oldest_first();
    }
    bool is_settled_after(const Partial& partial, std::int64_t time_ns) const override {
        if (!beside_.empty()) return false;
        return static_cast<const PartialState&>(partial).state->is_settled_after(time_ns);
    }

    std::unique_ptr<Partial> start() const override {
        auto partial = std::make_unique<PartialState>();
        start_states(*partial);
        return partial;
    }

    Result<void> scan(const model::RowSource& source, Partial& into) const override {
        auto& partial = static_cast<PartialState&>(into);
        ScanContext context{&partial.dictionaries, &options_.repo_name};
        TRY(auto batch, run_steps(source, context));
        return add(batch, partial, is_settled(source, partial));
    }

    Result<void> scan_timed(const model::RowSource& source, const TimedScan& how) const override {
        auto* memory = static_cast<PartialState*>(how.memory);
        ScanContext context{memory ? &memory->dictionaries : nullptr, &options_.repo_name};
        TRY(auto batch, Batch::read(source, how.times, context));
        batch.set_now(how.now);
        TRY_OK(run_all(plan_.stages.front().steps, batch));
        if (batch.rows() == 0) return {};
        TRY(auto times, batch.times());
        auto bounds = model::TimeBounds{};
        for (auto time : times) bounds.add(time);
        auto first = bucket_of(bounds.min_ns, how.bucket);
        if (first == bucket_of(bounds.max_ns, how.bucket))
            return add(batch, static_cast<PartialState&>(how.partial_of(first)));
        std::map<std::int64_t, Mask> rows_of;
        for (std::size_t row = 0; row < times.size(); ++row) {
            auto& mask = rows_of[bucket_of(times[row], how.bucket)];
            if (mask.empty()) mask.resize(times.size());
            mask[row] = 1;
        }
        for (auto& [bucket, mask] : rows_of) {
            auto part = batch.fork();
            part.keep(mask);
            TRY_OK(add(part, static_cast<PartialState&>(how.partial_of(bucket))));
        }
        return {};
    }

    Result<void> merge(Partial& into, const Partial& from) const override {
        auto& partial = static_cast<PartialState&>(into);
        auto& other = static_cast<const PartialState&>(from);
        const std::uint32_t to[] = {0};
        TRY_OK(partial.state->merge(*other.state, to, 1));
        for (std::size_t i = 0; i < partial.beside.size(); ++i)
            TRY_OK(partial.beside[i]->merge(*other.beside[i], to, 1));
        partial.rows_matched += other.rows_matched;
        return check_memory(partial);
    }

    std::string serialise(const Partial& from) const override {
        auto& partial = static_cast<const PartialState&>(from);
        std::string bytes;
        ByteWriter out(bytes);
        out.put(kPartialMagic);
        out.put(fingerprint_);
        out.put_varint(partial.rows_matched);
        partial.state->serialise(out);
        for (auto& one : partial.beside) one->serialise(out);
        out.put(checksum64(bytes));
        return bytes;
    }

    Result<std::unique_ptr<Partial>> deserialise(std::string_view bytes) const override {
        constexpr auto kChecksumBytes = sizeof(std::uint64_t);
        if (bytes.size() < kChecksumBytes) return fail(Code::kCorrupt, "a partial is too short");
        auto body = bytes.substr(0, bytes.size() - kChecksumBytes);
        ByteReader tail(bytes.substr(body.size()));
        TRY(auto checksum, tail.get<std::uint64_t>());
        if (checksum != checksum64(body)) return fail(Code::kCorrupt, "a partial is damaged");
        ByteReader in(body);
        TRY(auto magic, in.get<std::uint32_t>());
        TRY(auto fingerprint, in.get<std::uint64_t>());
        if (magic != kPartialMagic || fingerprint != fingerprint_)
            return fail(Code::kCorrupt, "a partial of another query");
        auto partial = std::make_unique<PartialState>();
        TRY(partial->rows_matched, in.get_varint());
        start_states(*partial);
        TRY_OK(partial->state->deserialise(in, 1));
        for (auto& one : partial->beside) TRY_OK(one->deserialise(in, 1));
        if (in.remaining() > 0) return fail(Code::kCorrupt, "a partial is too long");
        TRY_OK(check_memory(*partial));
        return partial;
    }

    Result<ResultRows> finish(const Partial& from) const override {
        auto& partial = static_cast<const PartialState&>(from);
        TRY(auto rows, partial.state->rows());
        TRY(auto finished, finish_plan(plan_, std::move(rows), 1));
        TRY_OK(WorkLimit::check());
        return result_of(std::move(finished.table));
    }

    Result<BesideRows> finish_beside(const Partial& from) const override {
        auto& partial = static_cast<const PartialState&>(from);
        BesideRows out;
        for (std::size_t i = 0; i < beside_.size(); ++i) {
            TRY(auto rows, partial.beside[i]->rows());
            (beside_[i].is_by_time ? out.by_time : out.fields) = result_of(std::move(rows.table));
        }
        return out;
    }

    Result<ResultRows> export_rows(const model::RowSource& source) const override {
        if (is_aggregate_)
            return fail(Code::kInvalidArgument, "only queries without an aggregate give events");
        DictionaryCache dictionaries;
        ScanContext context{&dictionaries, &options_.repo_name};
        TRY(auto batch, run_steps(source, context));
        TRY(auto table, batch.to_table());
        return result_of(std::move(table));
    }

    bool is_settled_before(const Partial& partial, std::int64_t time_ns) const override {
        if (!beside_.empty()) return false;
        return static_cast<const PartialState&>(partial).state->is_settled_before(time_ns);
    }

 private:
    struct Beside {
        bool is_by_time = false;
        AggregatePtr aggregate;
    };

    const Aggregate& aggregate() const { return *plan_.stages.front().aggregate; }

    /// `outside`: a checksum of what the query is made of beside its text.
    static lang::Checked<lang::CheckedQuery> check(std::string_view text,
                                                   const CompileOptions& options,
                                                   std::uint64_t& outside) {
        lang::CheckOptions check;
        std::string refused;
        check.is_built = [&](std::string_view name) {
            if (refused.empty()) refused = why_refused(name, options);
            return refused.empty() && is_built(name);
        };
        for (auto& [name, values] : options.arguments) check.arguments[name] = values;
        check.allow_missing_arguments = options.allow_missing_arguments;
        if (options.saved_query)
            check.saved_query = [&](std::string_view name) {
                auto saved = options.saved_query(name);
                if (saved) outside = checksum64(*saved, outside);
                return saved;
            };
        auto checked = lang::compile(text, check);
        if (!checked && !refused.empty()) checked.error().message = refused;
        return checked;
    }

    /// All that is asked while compiling was asked by now.
    void forget_outside() {
        options_.lookups = {};
        options_.saved_query = nullptr;
        options_.view = nullptr;
    }

    /// Tables that the filters may use are part of it.
    void set_filter_text(std::string_view text, const lang::CheckedQuery& checked) {
        auto first = std::ranges::find(checked.preamble, "defineTable", &lang::Call::name);
        bool has_tables = first != checked.preamble.end();
        auto end = checked.first_aggregate > 0
                       ? checked.pipeline.steps[checked.first_aggregate - 1].span.end
                   : checked.preamble.empty() ? 0
                                              : checked.preamble.back().span.end;
        if (checked.first_aggregate == 0 && !has_tables) return;
        auto begin = has_tables ? first->span.begin : checked.pipeline.steps.front().span.begin;
        filter_text_ = text.substr(begin, end - begin);
    }

    void set_fingerprint(std::string_view text, std::uint64_t outside) {
        fingerprint_ = checksum64(
            fmt::format("{} {} {} {} {} {} {} {} {} {} {}", text, options_.interval.start.ns,
                        options_.interval.end.ns, events_.start.ns, events_.end.ns,
                        options_.arrival.start.ns, options_.arrival.end.ns, options_.now.ns,
                        options_.time_zone, options_.counts_by_time, options_.counts_fields),
            outside);
    }

    void start_states(PartialState& partial) const {
        partial.state = aggregate().start();
        if (auto space = options_.spill.lock())
            partial.state->spill_to(std::move(space), options_.memory_bytes_max / kSpillShare);
        for (auto& one : beside_) partial.beside.push_back(one.aggregate->start());
    }

    /// Beside counts all is scanned, but the result itself needs no events older than it has.
    bool is_settled(const model::RowSource& source, const PartialState& partial) const {
        if (beside_.empty()) return false;
        auto bounds = source.time_bounds();
        return bounds && bounds->max_ns < UtcTime::max().ns &&
               partial.state->is_settled_before(bounds->max_ns + 1);
    }

    /// Says which times are compared with what: the interval means one of the two.
    void settle_times() {
        auto& interval = options_.interval;
        if (options_.by_ingest_time) {
            auto& arrival = options_.arrival;
            arrival = {std::max(arrival.start, interval.start),
                       std::min(arrival.end, interval.end)};
            if (options_.oldest) events_.start = *options_.oldest;
            return;
        }
        if (options_.oldest)
            interval.start = std::clamp(*options_.oldest, interval.start, interval.end);
        events_ = interval;
    }

    lang::Checked<void> add_beside() {
        Compiler compiler(options_, lang::Context::kSearch);
        if (options_.counts_by_time) {
            LANG_TRY(auto counts, lang::compile("bucket(function=count())"));
            // What cannot be counted by time is shown without.
            if (auto plan = compiler.plan(counts.pipeline))
                beside_.push_back({true, std::move(plan->stages.front().aggregate)});
        }
        if (options_.counts_fields) beside_.push_back({false, field_values_aggregate()});
        return {};
    }

    lang::Checked<void> set_interval(const lang::Call& call) {
        lang::BoundCall bound(call);
        auto zone = TimeZone::find(bound.text("timezone", options_.time_zone));
        if (!zone) return wrong_argument(bound, "timezone", zone.error().message);
        auto offset = [&](UtcTime time) { return zone->offset_ns_at(time) / 1'000'000'000; };
        auto start = lang::parse_time_point(bound.text("start"), options_.now, offset);
        if (!start) return wrong_argument(bound, "start", start.error().message);
        auto end = lang::parse_time_point(bound.text("end"), options_.now, offset);
        if (!end) return wrong_argument(bound, "end", end.error().message);
        options_.interval = {*start, *end};
        options_.time_zone = interval_zone_ = zone->name();
        return {};
    }

    Result<Batch> run_steps(const model::RowSource& source, const ScanContext& context) const {
        TRY(auto batch, Batch::read(source, events_, context, options_.arrival));
        TRY_OK(run_all(plan_.stages.front().steps, batch));
        return batch;
    }

    /// `settled`: the rows cannot change the result any more, and are only counted.
    Result<void> add(Batch& batch, PartialState& partial, bool settled = false) const {
        partial.rows_matched += batch.rows();
        if (batch.rows() == 0) return {};
        for (auto& one : partial.beside) TRY_OK(one->add(batch, Groups{}));
        if (!settled) TRY_OK(partial.state->add(batch, Groups{}));
        TRY_OK(WorkLimit::check());
        return check_memory(partial);
    }

    Result<void> check_memory(PartialState& partial) const {
        if (partial.measure() <= options_.memory_bytes_max) return {};
        return fail(Code::kTooLarge,
                    fmt::format("the query needs more than its limit of {} MiB of memory: narrow "
                                "it by filters, fewer groups or a smaller limit",
                                options_.memory_bytes_max >> 20));
    }

    CompileOptions options_;
    model::TimeRange events_;
    std::string interval_zone_;
    std::vector<Input> inputs_;
    Plan plan_;
    std::vector<Beside> beside_;
    bool is_aggregate_ = false;
    bool gives_events_ = false;
    std::string filter_text_ = "*";
    std::uint64_t fingerprint_ = 0;
};

}  // namespace

std::expected<std::shared_ptr<const Query>, CompileError> Query::compile(
    std::string_view text, const CompileOptions& options) {
    auto query = std::make_shared<PlannedQuery>();
    if (auto built = query->build(text, options); !built) {
        auto& error = built.error();
        return std::unexpected(CompileError{error.message, error.span.begin, error.span.end,
                                            lang::render(error, text)});
    }
    return query;
}

std::shared_ptr<const Query> query_of(Plan plan, const CompileOptions& options,
                                      std::uint64_t salt) {
    auto query = std::make_shared<PlannedQuery>();
    query->adopt(std::move(plan), options, salt);
    return query;
}

}  // namespace logwood::exec
