#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "cli/commands/commands.h"
#include "exec/outline.h"

namespace logwood::cli {
namespace {

/// Compiles the query and prints what is wrong with it, if anything.
ExitCode lint(const std::string& file) {
    std::string text;
    if (file == "-") {
        text.assign(std::istreambuf_iterator<char>(std::cin), {});
    } else {
        text = file;
    }
    auto now = std::chrono::system_clock::now().time_since_epoch();
    auto sound = exec::lint(text, {std::chrono::duration_cast<Duration>(now).count()});
    if (sound) return kOk;
    std::fprintf(stderr, "%s\n", sound.error().rendered.c_str());
    return kUsage;
}

}  // namespace

void add_query(CLI::App& app, Verb& verb) {
    auto* query = app.add_subcommand("query", "Check, format and explain queries, list functions");
    query->require_subcommand(1);
    auto text = std::make_shared<std::string>();
    auto* lint_verb = query->add_subcommand("lint", "Say whether a query compiles: exit 0 or 2");
    lint_verb->add_option("query", *text, "The query, or - to read it from standard input")
        ->required();
    lint_verb->callback([text, &verb] { verb = [text] { return lint(*text); }; });
    add_query_texts(*query, verb);
    add_query_explain(*query, verb);
}

}  // namespace logwood::cli
