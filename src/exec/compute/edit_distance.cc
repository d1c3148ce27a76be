// text:editDistance(), text:editDistanceAsArray()
#include "exec/text/edit_distance.h"

#include <cmath>
#include <memory>

#include "exec/columns/column_maker.h"
#include "exec/compute/row_function.h"
#include "exec/plan/registry_values.h"
#include "exec/work_limit.h"

namespace logwood::exec {
namespace {

constexpr double kDistanceMax = 100;

lang::Checked<EditDistanceOptions> read(const lang::BoundCall& call) {
    auto most = call.number("maxDistance");
    if (!(most >= 1 && most <= kDistanceMax) || std::trunc(most) != most)
        return wrong_argument(call, "maxDistance", "must be a whole number between 1 and 100");
    return EditDistanceOptions{static_cast<std::size_t>(most), call.boolean("ignoreCase"),
                               call.boolean("allowTranspositions")};
}

class EditDistancesStep final : public Operator {
 public:
    EditDistancesStep(ExpressionPtr target, std::vector<ExpressionPtr> references,
                      EditDistanceOptions options, std::string array)
        : target_(std::move(target)),
          references_(std::move(references)),
          options_(options),
          array_(std::move(array)) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto target, target_->evaluate(batch));
        auto targets = target.texts();
        std::vector<ColumnMaker> names(references_.size());
        std::vector<Values::Numbers> distances(references_.size(),
                                               Values::Numbers(batch.rows(), kNullNumber));
        std::vector<model::Column> columns;
        for (auto& reference : references_) {
            TRY(auto values, reference->evaluate(batch));
            columns.push_back(values.texts());
        }
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            std::size_t at = 0;  // References without a value take no place in the array.
            for (auto& column : columns) {
                auto text = column[row];
                if (model::is_missing(targets[row]) || model::is_missing(text)) continue;
                if (WorkLimit::is_over()) continue;
                names[at].add(text);
                distances[at][row] =
                    static_cast<double>(edit_distance(targets[row], text, options_));
                ++at;
            }
            for (; at < names.size(); ++at) names[at].add(model::kMissing);
        }
        for (std::size_t i = 0; i < names.size(); ++i) {
            auto element = array_ + "[" + std::to_string(i) + "].";
            TRY_OK(batch.assign(element + "reference", Values(names[i].finish())));
            TRY_OK(batch.assign(element + "distance", Values::numbers(std::move(distances[i]))));
        }
        return {};
    }

 private:
    ExpressionPtr target_;
    std::vector<ExpressionPtr> references_;
    EditDistanceOptions options_;
    std::string array_;
};

}  // namespace

lang::Checked<Compute> make_text_edit_distance(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto options, read(call));
    std::vector<ExpressionPtr> inputs;
    for (auto* name : {"target", "reference"}) {
        LANG_TRY(auto input, compiler.expression(*call.expr(name)));
        inputs.push_back(std::move(input));
    }
    auto distance = [options](std::span<const std::string_view> row,
                              std::string& out) -> std::string_view {
        out = std::to_string(edit_distance(row[0], row[1], options));
        return out;
    };
    return Compute{call.text("as"),
                   row_function(std::move(inputs), Missing::kGivesNothing, distance)};
}

lang::Checked<OperatorPtr> make_text_edit_distance_as_array(const lang::BoundCall& call,
                                                            Compiler& compiler) {
    LANG_TRY(auto options, read(call));
    LANG_TRY(auto target, compiler.expression(*call.expr("target")));
    std::vector<ExpressionPtr> references;
    for (auto* expr : call.exprs("references")) {
        LANG_TRY(auto reference, compiler.expression(*expr));
        references.push_back(std::move(reference));
    }
    return std::make_unique<EditDistancesStep>(std::move(target), std::move(references), options,
                                               call.text("asArray"));
}

}  // namespace logwood::exec
