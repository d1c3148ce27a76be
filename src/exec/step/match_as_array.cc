// matchAsArray(): the rows that a lookup file has for an event, as an array of objects in it.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "exec/limits.h"
#include "exec/lookup/lookup_use.h"
#include "exec/plan/registry_core.h"

namespace logwood::exec {

namespace {

class MatchAsArrayStep final : public Operator {
 public:
    MatchAsArrayStep(std::shared_ptr<const LookupUse> use, std::string array, bool strict,
                     std::size_t rows_max)
        : use_(std::move(use)), array_(std::move(array)), strict_(strict), rows_max_(rows_max) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto ready, use_->ready());
        if (!ready) return {};
        auto& fields = use_->request().fields;
        if (strict_) {
            TRY(auto mask, LookupUse::test(*ready, fields, batch));
            batch.keep(mask);
        }
        if (batch.rows() == 0) return {};
        TRY(auto hits, find_rows(*ready, fields, rows_max_, batch));
        std::size_t longest = 0;
        for (std::size_t list = 0; list + 1 < hits.begins.size(); ++list)
            longest = std::max<std::size_t>(longest, hits.begins[list + 1] - hits.begins[list]);
        for (std::size_t element = 0; element < longest; ++element) {
            LookupColumns columns(ready->table, rows_of(hits, element));
            for (auto column : ready->include)
                TRY_OK(batch.assign(
                    fmt::format("{}[{}].{}", array_, element, ready->table->columns()[column]),
                    Values(columns.column(column))));
        }
        return {};
    }

 private:
    /// The row that element `element` of each event's array is made of. Lists begin with the last
    /// row of the file, arrays with the first.
    static std::vector<std::uint32_t> rows_of(const LookupHits& hits, std::size_t element) {
        std::vector<std::uint32_t> rows(hits.lists.size(), LookupHits::kNone);
        for (std::size_t row = 0; row < rows.size(); ++row) {
            auto list = hits.lists[row];
            if (list == LookupHits::kNone) continue;
            auto end = hits.begins[list + 1];
            if (element < end - hits.begins[list]) rows[row] = hits.rows[end - 1 - element];
        }
        return rows;
    }

    std::shared_ptr<const LookupUse> use_;
    std::string array_;
    bool strict_;
    std::size_t rows_max_;
};

}  // namespace

lang::Checked<OperatorPtr> make_match_as_array(const lang::BoundCall& call, Compiler& compiler) {
    LookupRequest request{.function = std::string(call.name()),
                          .file = call.text("file"),
                          .fields = call.fields("field"),
                          .columns = call.fields("column"),
                          .include = call.texts("include"),
                          .ignore_case = call.boolean("ignoreCase")};
    auto rows = call.number("nrows");
    if (!(rows >= 1 && rows <= double{kMatchArrayRowsMax}))
        return wrong_argument(call, "nrows", "nrows must be from 1 to 10");
    if (request.fields.empty()) return wrong_argument(call, "field", "a field is needed");
    LANG_TRY(auto use, LookupUse::make(std::move(request), call, compiler));
    return std::make_unique<MatchAsArrayStep>(std::move(use), call.text("asArray", "_matchAsArray"),
                                              call.boolean("strict"),
                                              static_cast<std::size_t>(rows));
}

}  // namespace logwood::exec
