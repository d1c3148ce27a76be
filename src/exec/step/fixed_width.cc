// parseFixedWidth(): columns that are known by their widths, counted in characters.
#include <algorithm>
#include <cmath>
#include <memory>

#include "exec/columns/field_collector.h"
#include "exec/plan/registry_values.h"
#include "exec/text/unicode_text.h"

namespace logwood::exec {
namespace {

std::string_view without_blanks(std::string_view text) {
    auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return text.substr(0, 0);
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

class ParseFixedWidthStep final : public Operator {
 public:
    ParseFixedWidthStep(const lang::BoundCall& call, std::vector<std::size_t> widths)
        : field_(call.text("field")),
          columns_(call.fields("columns")),
          widths_(std::move(widths)),
          trims_(call.boolean("trim")) {}

    Result<void> run(Batch& batch) const override {
        FieldCollector collector;
        auto parse = [this](std::string_view text, FieldCollector& into) -> Result<void> {
            std::size_t at = 0;
            for (std::size_t i = 0; i < columns_.size() && at < text.size(); ++i) {
                auto begin = at;
                for (auto left = widths_[i]; left > 0 && at < text.size(); --left)
                    next_code_point(text, at);
                auto value = text.substr(begin, at - begin);
                into.field(columns_[i], trims_ ? without_blanks(value) : value);
            }
            return {};
        };
        return parse_field(batch, field_, collector, parse, false);
    }

 private:
    std::string field_;
    std::vector<std::string> columns_;
    std::vector<std::size_t> widths_;
    bool trims_;
};

}  // namespace

lang::Checked<OperatorPtr> make_parse_fixed_width(const lang::BoundCall& call, Compiler&) {
    constexpr double kWidthMax = 1e9;
    std::vector<std::size_t> widths;
    for (auto width : call.numbers("widths")) {
        if (!(width >= 1 && width <= kWidthMax) || std::trunc(width) != width)
            return wrong_argument(call, "widths", "a width must be a whole number from 1 on");
        widths.push_back(static_cast<std::size_t>(width));
    }
    if (widths.size() != call.fields("columns").size())
        return wrong_argument(call, "widths", "there must be one width a column");
    return std::make_unique<ParseFixedWidthStep>(call, std::move(widths));
}

}  // namespace logwood::exec
