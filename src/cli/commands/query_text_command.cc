#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/api_client.h"
#include "cli/commands/commands.h"
#include "cli/input.h"
#include "cli/limits.h"
#include "cli/pager.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "lang/catalogue/signature.h"
#include "lang/format.h"

namespace logwood::cli {
namespace {

/// The query in canonical form.
ExitCode format_query(const std::string& given) {
    auto text = given;
    if (given == "-") {
        auto read = read_all("-", kScriptBytesMax);
        if (!read) return report(read.error());
        text = *std::move(read);
    }
    auto formatted = lang::format_text(text);
    if (!formatted) {
        std::fprintf(stderr, "%s\n", lang::render(formatted.error(), text).c_str());
        return kUsage;
    }
    if (!formatted->ends_with('\n')) *formatted += '\n';
    auto printed = print(*formatted);
    return printed ? kOk : report(printed.error());
}

std::string_view kind_text(lang::FunctionKind kind) {
    switch (kind) {
        case lang::FunctionKind::kFilter:
            return "filter";
        case lang::FunctionKind::kTransform:
            return "transform";
        case lang::FunctionKind::kCompute:
            return "compute";
        case lang::FunctionKind::kAggregate:
            return "aggregate";
        case lang::FunctionKind::kSequence:
            return "sequence";
        case lang::FunctionKind::kSource:
            return "source";
        case lang::FunctionKind::kPreamble:
            return "preamble";
        case lang::FunctionKind::kModifier:
            return "modifier";
    }
    return "";
}

/// `field`, `[limit=200]`: required ones stand bare, others with their default.
std::string parameters_text(const lang::FunctionSignature& function) {
    std::string text;
    for (auto& parameter : function.parameters) {
        if (!text.empty()) text += ", ";
        auto with_default = parameter.default_text.empty()
                                ? parameter.name
                                : parameter.name + "=" + parameter.default_text;
        text += parameter.required ? parameter.name : "[" + with_default + "]";
    }
    return text;
}

void describe(const lang::FunctionSignature& function, std::string& out) {
    out += fmt::format("{}({})\n  {}", function.name, parameters_text(function),
                       kind_text(function.kind));
    if (function.is_usable_as_filter()) out += ", usable as a filter";
    out += '\n';
    TextTable table({"parameter", "also", "required", "unnamed", "default", "one of"});
    for (auto& parameter : function.parameters)
        table.add({parameter.name, fmt::format("{}", fmt::join(parameter.aliases, ", ")),
                   parameter.required ? "yes" : "", parameter.is_unnamed ? "yes" : "",
                   parameter.default_text, fmt::format("{}", fmt::join(parameter.choices, ", "))});
    if (!function.parameters.empty()) table.render(0, out);
}

/// One function in full, or all of them, one a line.
ExitCode list_functions(const std::string& name) {
    std::string out;
    if (!name.empty()) {
        auto* function = lang::find_function(name);
        if (!function) {
            auto near = std::string(lang::nearest_function(name));
            auto hint = near.empty() ? "" : "; did you mean " + near + "()?";
            report(Error{Code::kNotFound, "there is no function " + name + "()" + hint});
            return kUsage;
        }
        describe(*function, out);
    } else {
        TextTable table({"function", "kind", "parameters"});
        for (auto& function : lang::all_functions())
            table.add({function.name + "()", std::string(kind_text(function.kind)),
                       parameters_text(function)});
        table.render(terminal_width(), out);
    }
    Pager pager(true);
    auto printed = print(out);
    return printed ? kOk : report(printed.error());
}

}  // namespace

void add_query_texts(CLI::App& query, Verb& verb) {
    auto text = std::make_shared<std::string>();
    auto* format_verb = query.add_subcommand("fmt", "Print a query in canonical form");
    format_verb->add_option("query", *text, "The query, or - to read it from standard input")
        ->required();
    format_verb->callback([text, &verb] { verb = [text] { return format_query(*text); }; });
    auto name = std::make_shared<std::string>();
    auto* functions_verb =
        query.add_subcommand("functions", "List the functions of the language, or describe one");
    functions_verb->add_option("name", *name, "Of the function to describe");
    functions_verb->callback([name, &verb] { verb = [name] { return list_functions(*name); }; });
}

}  // namespace logwood::cli
