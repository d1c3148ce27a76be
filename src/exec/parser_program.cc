// A parser script runs as steps over the batch as columns; what comes out is put into rows again.
#include "exec/parser_program.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/plan/compiler.h"
#include "exec/plan/registry.h"

namespace logwood::exec {
namespace {

using model::Column;

constexpr std::string_view kTime = "@timestamp";
constexpr std::string_view kNanos = "@timestamp.nanos";

/// The input's rows [begin, end) as columns that borrow from it.
Batch batch_of(const model::EventBatch& input, const model::TagSet& tags,
               std::span<const std::uint32_t> rows, UtcTime now) {
    RowTable table;
    table.rows = rows.size();
    for (auto& field : input.parts().fields)
        table.columns.emplace_back(field, gather(input.column(field, nullptr), rows));
    for (auto& [name, value] : tags.entries())
        table.columns.emplace_back("#" + name, Column::constant(value, rows.size()));
    Batch batch(std::move(table));
    Values::Numbers times;
    Values::Numbers nanos;
    for (auto row : rows) {
        UtcTime time{input.event_times()[row]};
        times.push_back(static_cast<double>(time.ms()));
        nanos.push_back(static_cast<double>(time.sub_ms_ns()));
    }
    batch.replace(kTime, Values::numbers(std::move(times)));
    batch.replace(kNanos, Values::numbers(std::move(nanos)));
    batch.set_now(now);
    return batch.fork();
}

class StepsProgram final : public ParserProgram {
 public:
    lang::Checked<void> build(std::string_view script, const Lookups& lookups,
                              const SavedQuery& saved_query) {
        options_.lookups = lookups;
        lang::CheckOptions check;
        check.context = lang::Context::kParser;
        check.saved_query = saved_query;
        check.is_built = [](std::string_view name) { return find_function(name) != nullptr; };
        LANG_TRY(auto checked, lang::compile(script, check));
        Compiler compiler(options_, lang::Context::kParser);
        LANG_TRY(steps_, compiler.steps(checked.pipeline));
        return {};
    }

    Result<Output> run(const model::EventBatch& input, const model::TagSet& tags,
                       UtcTime now) const override {
        Building building{input, tags, now, {}, {}};
        std::vector<std::uint32_t> rows(input.rows());
        std::iota(rows.begin(), rows.end(), 0U);
        TRY_OK(run_rows(building, rows));
        return Output{building.builder.finish(), std::move(building.origins)};
    }

 private:
    struct Building {
        const model::EventBatch& input;
        const model::TagSet& tags;
        UtcTime now;
        model::EventBatchBuilder builder;
        std::vector<std::uint32_t> origins;
    };

    /// Runs the script on some rows. When it fails as a whole, the halves are tried, until the
    /// event it fails on is found.
    Result<void> run_rows(Building& building, std::span<const std::uint32_t> rows) const {
        if (rows.empty()) return {};
        auto batch = batch_of(building.input, building.tags, rows, building.now);
        auto ran = run_all(steps_, batch);
        if (ran) return emit(building, batch, rows);
        if (rows.size() > 1) {
            auto half = rows.size() / 2;
            TRY_OK(run_rows(building, rows.first(half)));
            return run_rows(building, rows.subspan(half));
        }
        auto failed = batch_of(building.input, building.tags, rows, building.now);
        TRY_OK(failed.set_errors(Column::constant(ran.error().message, 1)));
        return emit(building, failed, rows);
    }

    static Result<void> emit(Building& building, Batch& batch,
                             std::span<const std::uint32_t> rows) {
        if (batch.rows() == 0) return {};
        TRY_OK(mark_failed(batch));
        auto changed = batch.changed_fields();
        TRY(auto fields, batch.fields());
        std::ranges::sort(fields);
        std::vector<std::pair<std::string, Column>> columns;
        for (auto& field : fields) {
            bool is_old_tag =
                field.starts_with('#') && std::ranges::find(changed, field) == changed.end();
            if (field == kTime || field == kNanos || is_old_tag) continue;
            TRY(auto column, batch.column(field));
            columns.emplace_back(field, std::move(column));
        }
        TRY(auto times, batch.numbers(kTime));
        TRY(auto nanos, batch.numbers(kNanos));
        auto trace = batch.trace();
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            for (auto& [field, column] : columns)
                if (auto text = column[row]; !model::is_missing(text))
                    building.builder.add(field, text);
            building.builder.end_event(time_of((*times)[row], (*nanos)[row], building.now));
            building.origins.push_back(rows[trace[row]]);
        }
        return {};
    }

    /// The event time, ns; the time of arrival when the script left none that fits.
    static std::int64_t time_of(double ms, double nanos, UtcTime now) {
        if (is_null(ms) || std::fabs(ms) > 9.2e12) return now.ns;
        auto time = UtcTime::from_ms(static_cast<std::int64_t>(std::floor(ms)));
        if (nanos >= 0 && nanos < 1e6) time.ns += static_cast<std::int64_t>(nanos);
        return time.ns;
    }

    static Result<void> mark_failed(Batch& batch) {
        TRY(auto errors, batch.column("@error"));
        if (errors.kind() == Column::Kind::kMissing) return {};
        ColumnMaker parsed(errors.rows());
        ColumnMaker tag(errors.rows());
        for (std::size_t row = 0; row < errors.rows(); ++row) {
            bool has_failed = errors[row] == "true";
            parsed.add_borrowed(has_failed ? "false" : model::kMissing);
            tag.add_borrowed(has_failed ? "true" : model::kMissing);
        }
        TRY_OK(batch.assign("@event_parsed", Values(parsed.finish())));
        return batch.assign("#error", Values(tag.finish()));
    }

    CompileOptions options_;
    std::vector<OperatorPtr> steps_;
};

}  // namespace

std::expected<std::shared_ptr<const ParserProgram>, CompileError> ParserProgram::compile(
    std::string_view script, const Lookups& lookups, const SavedQuery& saved_query) {
    auto program = std::make_shared<StepsProgram>();
    if (auto built = program->build(script, lookups, saved_query); !built) {
        auto& error = built.error();
        return std::unexpected(CompileError{error.message, error.span.begin, error.span.end,
                                            lang::render(error, script)});
    }
    return program;
}

}  // namespace logwood::exec
