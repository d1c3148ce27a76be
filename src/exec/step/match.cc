// match() and lookup(): keeps the events that a lookup file has a row for, and adds its columns.
#include "exec/step/match.h"

#include <fmt/format.h>

#include <utility>

#include "exec/filter/filter_logic.h"
#include "exec/limits.h"
#include "exec/lookup/lookup_use.h"
#include "exec/plan/registry_core.h"

namespace logwood::exec {

namespace {

class MatchFilter final : public Filter {
 public:
    explicit MatchFilter(std::shared_ptr<const LookupUse> use) : use_(std::move(use)) {}

    Result<Mask> test(Batch& batch) const override {
        TRY(auto ready, use_->ready());
        if (!ready) return Mask(batch.rows(), 1);
        return LookupUse::test(*ready, use_->request().fields, batch);
    }
    Result<bool> is_void() const override {
        TRY(auto ready, use_->ready());
        return ready == nullptr;
    }
    int cost() const override { return use_->request().mode == LookupMode::kGlob ? 30 : 3; }

 private:
    std::shared_ptr<const LookupUse> use_;
};

class MatchStep final : public Operator {
 public:
    MatchStep(std::shared_ptr<const LookupUse> use, bool strict, std::uint64_t rows_max)
        : use_(std::move(use)), strict_(strict), rows_max_(rows_max) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto ready, use_->ready());
        if (!ready) return {};
        auto& fields = use_->request().fields;
        if (strict_ && ready->filter) {
            // Decided by dictionary, before the field is decoded.
            TRY(auto mask, ready->filter->test(batch));
            batch.keep(mask);
        }
        if (batch.rows() == 0) return {};
        if (ready->include.empty() && rows_max_ == 1 && (!strict_ || ready->filter)) return {};
        TRY(auto hits, find_rows(*ready, fields, rows_max_, batch));
        TRY(auto rows, spread(hits, batch));
        LookupColumns columns(ready->table, std::move(rows));
        for (auto column : ready->include)
            TRY_OK(batch.assign(ready->table->columns()[column], Values(columns.column(column))));
        return {};
    }

 private:
    /// Makes one row of the batch for each row of the table found; gives the latter.
    Result<std::vector<std::uint32_t>> spread(const LookupHits& hits, Batch& batch) const {
        std::vector<std::uint32_t> from;
        std::vector<std::uint32_t> rows;
        from.reserve(batch.rows());
        rows.reserve(batch.rows());
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            auto list = hits.lists[row];
            if (list == LookupHits::kNone) {
                if (strict_) continue;
                from.push_back(row);
                rows.push_back(LookupHits::kNone);
                continue;
            }
            for (auto at = hits.begins[list]; at < hits.begins[list + 1]; ++at) {
                from.push_back(row);
                rows.push_back(hits.rows[at]);
            }
            if (rows.size() > kBatchRowsMax)
                return fail(Code::kTooLarge, fmt::format("{}() makes too many events at once",
                                                         use_->request().function));
        }
        bool is_unchanged = from.size() == batch.rows() && rows_max_ == 1;
        if (!is_unchanged) batch.rearrange(std::move(from));
        return rows;
    }

    std::shared_ptr<const LookupUse> use_;
    bool strict_;
    std::uint64_t rows_max_;
};

lang::Checked<std::shared_ptr<const LookupUse>> use_of(const lang::BoundCall& call,
                                                       Compiler& compiler) {
    LookupRequest request{.function = std::string(call.name()),
                          .file = call.text("file"),
                          .fields = call.fields("field"),
                          .columns = call.fields("column"),
                          .include = call.texts("include"),
                          .ignore_case = call.boolean("ignoreCase")};
    auto mode = call.text("mode");
    if (mode == "cidr") request.mode = LookupMode::kCidr;
    if (mode == "glob" || (!call.has("mode") && call.boolean("glob")))
        request.mode = LookupMode::kGlob;
    if (request.fields.empty()) return wrong_argument(call, "field", "a field is needed");
    return LookupUse::make(std::move(request), call, compiler);
}

}  // namespace

FilterPtr match_filter(std::shared_ptr<const LookupUse> use) {
    return std::make_unique<MatchFilter>(std::move(use));
}

OperatorPtr match_step(std::shared_ptr<const LookupUse> use, bool strict, std::uint64_t rows_max) {
    return std::make_unique<MatchStep>(std::move(use), strict, rows_max);
}

lang::Checked<FilterPtr> make_match_filter(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto use, use_of(call, compiler));
    if (!call.boolean("strict")) return constant_filter(true);
    return match_filter(std::move(use));
}

lang::Checked<OperatorPtr> make_match_step(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto use, use_of(call, compiler));
    auto rows_max = call.limit("nrows", kMatchRowsMax);
    if (rows_max == 0 || rows_max > kMatchRowsMax)
        return wrong_argument(call, "nrows", "nrows must be from 1 to 500");
    return match_step(std::move(use), call.boolean("strict"), rows_max);
}

}  // namespace logwood::exec
