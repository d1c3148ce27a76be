// Expressions: from their tree to things that compute columns.
#include <fmt/format.h>

#include <map>
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/compute/expression_operator.h"
#include "exec/plan/compiler.h"
#include "exec/plan/registry.h"

namespace logwood::exec {

using lang::wrong;

lang::Checked<ExpressionPtr> Compiler::expression(const lang::Expr& expr) {
    if (auto* node = expr.as<lang::FieldRef>()) return field_expression(node->name);
    if (auto* node = expr.as<lang::Literal>()) return constant_expression(node->text);
    if (auto* node = expr.as<lang::Number>()) return constant_expression(node->value);
    if (auto* node = expr.as<lang::Boolean>())
        return constant_expression(std::string(node->value ? "true" : "false"));
    if (auto* node = expr.as<lang::Unary>()) {
        LANG_TRY(auto operand, expression(*node->operand));
        return unary_expression(node->op, std::move(operand));
    }
    if (auto* node = expr.as<lang::Binary>()) {
        LANG_TRY(auto left, expression(*node->left));
        LANG_TRY(auto right, expression(*node->right));
        return binary_expression(node->op, std::move(left), std::move(right));
    }
    auto* node = expr.as<lang::Box<lang::Call>>();
    if (!node) return wrong(expr.span, "this is no expression");
    auto& call = **node;
    auto* function = find_function(call.name);
    if (function) {
        if (auto* make = std::get_if<ComputeFactory>(&function->make)) {
            LANG_TRY(auto made, (*make)(lang::BoundCall(call), *this));
            return std::move(made.expression);
        }
    }
    LANG_TRY(auto made, filter_call(call));
    return filter_expression(std::move(made));
}

Result<void> assign_by_name(Batch& batch, const model::Column& names, const model::Column& values) {
    std::map<std::string_view, std::vector<std::uint32_t>> rows_by_name;
    for (std::uint32_t row = 0; row < names.rows(); ++row)
        if (auto name = names[row]; !model::is_missing(name)) rows_by_name[name].push_back(row);
    for (auto& [name, rows] : rows_by_name) {
        std::vector<std::string_view> texts(names.rows(), model::kMissing);
        for (auto row : rows) texts[row] = values[row];
        TRY_OK(batch.assign(name,
                            Values(model::Column::plain(std::move(texts), values.values_owner()))));
    }
    return {};
}

}  // namespace logwood::exec
