// A query is a plan: steps and the first aggregate run where rows are, the rest over what merges.
//
// Bytes of a partial: magic, fingerprint of the query, rows matched, state of the aggregate,
// checksum of all before.
#include "exec/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "exec/compiler.h"
#include "exec/dictionary_cache.h"
#include "exec/limits.h"
#include "exec/registry.h"
#include "exec/row_order.h"
#include "exec/stats.h"
#include "exec/time_zone.h"
#include "lang/relative_time.h"
#include "lang/signature.h"

namespace logwood::exec {
namespace {

constexpr std::uint32_t kPartialMagic = 0x3150574C;  // "LWP1"

struct PartialState final : Partial {
    AggregateStatePtr state;
    std::uint64_t rows_matched = 0;
    DictionaryCache dictionaries;

    std::size_t memory() const override { return state->memory(); }
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

/// True when the first aggregate is head() or tail(), and the only one.
bool lists_events(const std::vector<lang::Step>& steps, std::size_t first_aggregate) {
    auto makes_rows = [](const lang::Step& step) {
        auto* call = step.as<lang::Call>();
        return call && call->signature->makes_rows();
    };
    if (std::ranges::count_if(steps, makes_rows) != 1) return false;
    auto& name = steps[first_aggregate].as<lang::Call>()->signature->name;
    return name == "head" || name == "tail";
}

class PlannedQuery final : public Query {
 public:
    lang::Checked<void> build(std::string_view text, const CompileOptions& options) {
        options_ = options;
        lang::CheckOptions check;
        check.is_built = [](std::string_view name) {
            return name == "setTimeInterval" || find_function(name) != nullptr;
        };
        for (auto& [name, value] : options.arguments) check.arguments[name] = {value};
        LANG_TRY(auto checked, lang::compile(text, check));
        for (auto& call : checked.preamble) LANG_TRY_OK(set_interval(call));
        if (auto& interval = options_.interval; options_.oldest)
            interval.start = std::clamp(*options_.oldest, interval.start, interval.end);
        Compiler compiler(options_, lang::Context::kSearch);
        LANG_TRY(plan_, compiler.plan(checked.pipeline));
        is_aggregate_ = plan_.has_aggregate();
        if (!is_aggregate_) {
            auto limit = options.implicit_tail ? kRowsDefault : kRowsMax;
            plan_.stages.front().aggregate =
                row_order_aggregate({RowOrderOptions::By::kNewest, {}, {}, limit, ""});
            plan_.stages.emplace_back();
        }
        auto& steps = checked.pipeline.steps;
        gives_events_ = !is_aggregate_ || lists_events(steps, checked.first_aggregate);
        if (checked.first_aggregate > 0) {
            auto begin = steps.front().span.begin;
            auto end = steps[checked.first_aggregate - 1].span.end;
            filter_text_ = text.substr(begin, end - begin);
        }
        fingerprint_ =
            checksum64(fmt::format("{} {} {} {} {}", text, options_.interval.start.ns,
                                   options_.interval.end.ns, options.now.ns, options.time_zone));
        return {};
    }

    bool is_aggregate() const override { return is_aggregate_; }
    bool gives_events() const override { return gives_events_; }
    model::TimeRange interval() const override { return options_.interval; }
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

    std::unique_ptr<Partial> start() const override {
        auto partial = std::make_unique<PartialState>();
        partial->state = aggregate().start();
        if (options_.spill)
            partial->state->spill_to(options_.spill, options_.memory_bytes_max / kSpillShare);
        return partial;
    }

    Result<void> scan(const model::RowSource& source, Partial& into) const override {
        auto& partial = static_cast<PartialState&>(into);
        ScanContext context{&partial.dictionaries, &options_.repo_name};
        TRY(auto batch, run_steps(source, context));
        partial.rows_matched += batch.rows();
        if (batch.rows() == 0) return {};
        TRY_OK(partial.state->add(batch, Groups{}));
        return check_memory(partial);
    }

    Result<void> merge(Partial& into, const Partial& from) const override {
        auto& partial = static_cast<PartialState&>(into);
        auto& other = static_cast<const PartialState&>(from);
        const std::uint32_t to[] = {0};
        TRY_OK(partial.state->merge(*other.state, to, 1));
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
        partial->state = aggregate().start();
        TRY_OK(partial->state->deserialise(in, 1));
        if (in.remaining() > 0) return fail(Code::kCorrupt, "a partial is too long");
        TRY_OK(check_memory(*partial));
        return partial;
    }

    Result<ResultRows> finish(const Partial& from) const override {
        auto& partial = static_cast<const PartialState&>(from);
        TRY(auto rows, partial.state->rows());
        TRY(auto finished, finish_plan(plan_, std::move(rows), 1));
        return result_of(std::move(finished.table));
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
        return static_cast<const PartialState&>(partial).state->is_settled_before(time_ns);
    }

 private:
    const Aggregate& aggregate() const { return *plan_.stages.front().aggregate; }

    lang::Checked<void> set_interval(const lang::Call& call) {
        if (call.name != "setTimeInterval")
            return lang::wrong(call.name_span, call.name + "() is not supported");
        lang::BoundCall bound(call);
        auto zone = TimeZone::find(bound.text("timezone", options_.time_zone));
        if (!zone) return wrong_argument(bound, "timezone", zone.error().message);
        auto offset = [&](UtcTime time) { return zone->offset_ns_at(time) / 1'000'000'000; };
        auto start = lang::parse_time_point(bound.text("start"), options_.now, offset);
        if (!start) return wrong_argument(bound, "start", start.error().message);
        auto end = lang::parse_time_point(bound.text("end"), options_.now, offset);
        if (!end) return wrong_argument(bound, "end", end.error().message);
        options_.interval = {*start, *end};
        options_.time_zone = zone->name();
        return {};
    }

    Result<Batch> run_steps(const model::RowSource& source, const ScanContext& context) const {
        TRY(auto batch, Batch::read(source, options_.interval, context));
        TRY_OK(run_all(plan_.stages.front().steps, batch));
        return batch;
    }

    Result<void> check_memory(const PartialState& partial) const {
        auto bytes = partial.memory();
        if (bytes <= options_.memory_bytes_max) return {};
        return fail(Code::kTooLarge,
                    fmt::format("the query needs more than its limit of {} MiB of memory: narrow "
                                "it by filters, fewer groups or a smaller limit",
                                options_.memory_bytes_max >> 20));
    }

    CompileOptions options_;
    Plan plan_;
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

}  // namespace logwood::exec
