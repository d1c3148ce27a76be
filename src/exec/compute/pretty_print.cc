// json:prettyPrint(), xml:prettyPrint()
#include <cmath>

#include "exec/parse/json_layout.h"
#include "exec/parse/xml_layout.h"
#include "exec/plan/registry_values.h"

namespace logwood::exec {
namespace {

/// Indents and lines may be as long as a screen can make use of.
constexpr double kStepMax = 100;
constexpr double kWidthMax = 10'000;

bool is_whole(double number, double most) {
    return number >= 0 && number <= most && std::trunc(number) == number;
}

/// What cannot be laid out is passed as it is, or gives nothing when strict.
template <typename F>
Compute laid_out(const lang::BoundCall& call, F lay_out) {
    auto field = call.text("field");
    auto f = [lay_out = std::move(lay_out), is_strict = call.boolean("strict")](
                 std::string_view text, std::string& out) -> std::string_view {
        out.clear();
        if (lay_out(out, text)) return out;
        return is_strict ? model::kMissing : text;
    };
    return Compute{call.text("as", field), text_function(field, std::move(f))};
}

}  // namespace

lang::Checked<Compute> make_json_pretty_print(const lang::BoundCall& call, Compiler&) {
    auto step = call.number("step");
    if (!is_whole(step, kStepMax))
        return wrong_argument(call, "step", "the step must be a whole number up to 100");
    return laid_out(call, [step](std::string& out, std::string_view text) {
        return lay_out_json(out, text, static_cast<std::size_t>(step)).has_value();
    });
}

lang::Checked<Compute> make_xml_pretty_print(const lang::BoundCall& call, Compiler&) {
    auto step = call.number("step");
    auto width = call.number("width");
    if (!is_whole(step, kStepMax))
        return wrong_argument(call, "step", "the step must be a whole number up to 100");
    if (!is_whole(width, kWidthMax))
        return wrong_argument(call, "width", "the width must be a whole number up to 10000");
    XmlLayoutOptions options{static_cast<std::size_t>(step), static_cast<std::size_t>(width)};
    return laid_out(call, [options](std::string& out, std::string_view text) {
        return lay_out_xml(out, text, options).has_value();
    });
}

}  // namespace logwood::exec
