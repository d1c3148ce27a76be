#include "exec/plan/made_call.h"

#include "base/result.h"
#include "lang/catalogue/signature.h"

namespace logwood::exec {

lang::Call made_call(std::string_view function,
                     std::initializer_list<std::pair<std::string_view, std::string>> arguments,
                     lang::Span span) {
    lang::Call call;
    call.signature = lang::find_function(function);
    ASSERT(call.signature);
    call.name = call.signature->name;
    call.name_span = call.span = span;
    for (auto& [name, text] : arguments) {
        auto* parameter = call.signature->find(name);
        ASSERT(parameter);
        lang::Literal literal{lang::LiteralKind::kString, {}, span, text};
        call.arguments.push_back(
            {parameter->name, span, lang::Expr{std::move(literal), span}, parameter});
    }
    return call;
}

}  // namespace logwood::exec
