#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "cli/commands/commands.h"

#ifndef LOGWOOD_VERSION
#error "the build defines LOGWOOD_VERSION"
#endif

int main(int argc, char** argv) {
    using namespace logwood::cli;
    // A reader that closes the pipe early ends us by the failed write, with a proper exit code.
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app("Logwood: log management. Start a node with `logwood serve`.", "logwood");
    app.set_version_flag("--version", "logwood " LOGWOOD_VERSION);
    app.require_subcommand(1);
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
