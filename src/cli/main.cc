#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <string>

#include "cli/commands/commands.h"
#include "exec/text/edit_distance.h"

#ifndef LOGWOOD_VERSION
#error "the build defines LOGWOOD_VERSION"
#endif

namespace {

/// The verb that is most like the word; empty when none is.
std::string similar_verb(const CLI::App& app, const std::string& word) {
    constexpr std::size_t kUnlike = 3;
    std::string best;
    auto least = kUnlike;
    for (auto* verb : app.get_subcommands(nullptr)) {
        auto distance = logwood::exec::edit_distance(
            word, verb->get_name(), {.distance_max = kUnlike, .allows_transpositions = true});
        if (distance >= least) continue;
        least = distance;
        best = verb->get_name();
    }
    return best;
}

/// Names the word that should be a verb and is none; else what the parser says.
std::string describe(const CLI::App* app, const CLI::Error& error) {
    auto* at = app;
    while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
    auto words = app->remaining(true);
    bool lacks_verb = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) &&
                      !at->get_subcommands(nullptr).empty();
    if (!lacks_verb || words.empty()) return CLI::FailureMessage::simple(app, error);
    bool is_option = words[0].starts_with('-');
    auto text = (is_option ? "there is no option `" : "there is no verb `") + words[0] + "`";
    auto similar = similar_verb(*at, words[0]);
    if (!similar.empty()) text += "; did you mean `" + similar + "`?";
    return text + "\nRun with --help for more information.\n";
}

}  // namespace

int main(int argc, char** argv) {
    using namespace logwood::cli;
    // A reader that closes the pipe early ends us by the failed write, with a proper exit code.
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app("Logwood: log management. Start a node with `logwood serve`.", "logwood");
    app.set_version_flag("--version", "logwood " LOGWOOD_VERSION);
    app.require_subcommand(1);
    app.failure_message(describe);
    Verb verb;
    add_serve(app, verb);
    add_repo(app, verb);
    add_token(app, verb);
    add_parser(app, verb);
    add_ingest(app, verb);
    add_search(app, verb);
    add_tail(app, verb);
    add_grep(app, verb);
    add_query(app, verb);
    add_segment(app, verb);
    add_demo_logs(app, verb);
    add_profile(app, verb);
    add_completion(app, verb);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kOk : kUsage;
    }
    return verb();
}
