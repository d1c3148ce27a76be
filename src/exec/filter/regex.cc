// regex(): a regex as text, which may extract, and repeat.
#include "exec/text/regex.h"

#include <fmt/format.h>

#include "exec/limits.h"
#include "exec/plan/registry_core.h"
#include "exec/step/extract.h"

namespace logwood::exec {
namespace {

lang::Checked<RegexOptions> options_of(const lang::BoundCall& call) {
    RegexOptions options;
    auto* literal = call.literal("regex");
    if (literal && literal->kind == lang::LiteralKind::kRegex && !call.has("flags"))
        return RegexOptions{literal->flags.ignore_case, literal->flags.dot_all,
                            literal->flags.multi_line, literal->flags.engine_v2};
    for (char flag : call.text("flags")) {
        if (flag == 'd')
            options.dot_all = true;
        else if (flag == 'i')
            options.ignore_case = true;
        else if (flag == 'm')
            options.multi_line = true;
        else if (flag == 'F')
            options.engine_v2 = true;
        else
            return wrong_argument(call, "flags", fmt::format("there is no flag {}", flag));
    }
    return options;
}

std::unexpected<lang::Diagnostic> wrong_regex(const lang::BoundCall& call, const Error& error) {
    return wrong_argument(call, "regex",
                          fmt::format("this regex does not compile: {}", error.message));
}

}  // namespace

lang::Checked<FilterPtr> make_regex_filter(const lang::BoundCall& call, Compiler&) {
    LANG_TRY(auto options, options_of(call));
    auto predicate = regex_predicate(call.text("regex"), options);
    if (!predicate) return wrong_regex(call, predicate.error());
    return field_filter(call.text("field"), std::move(*predicate), !call.boolean("strict", true));
}

lang::Checked<OperatorPtr> make_regex_step(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto options, options_of(call));
    auto body = call.text("regex");
    bool repeats = call.boolean("repeat");
    bool is_strict = call.boolean("strict", true);
    if (lang::named_groups(body).empty() && !repeats && is_strict) {
        LANG_TRY(auto filter, make_regex_filter(call, compiler));
        return filter_step(std::move(filter));
    }
    auto regex = Regex::compile(body, options);
    if (!regex) return wrong_regex(call, regex.error());
    Extraction extraction;
    extraction.regex = std::move(*regex);
    extraction.field = call.text("field");
    extraction.repeat = repeats;
    extraction.repeat_max = call.limit("limit", kBatchRowsMax);
    extraction.keeps_unmatched = !is_strict;
    return extract_step(std::move(extraction));
}

}  // namespace logwood::exec
