#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace logwood::cli {

/// What a process ends with.
enum ExitCode : int {
    kOk = 0,
    kFailed = 1,
    kUsage = 2,       ///< Wrong arguments, or a query that does not compile.
    kIncomplete = 3,  ///< A result that lacks something, and says so.
    kRefused = 4,     ///< Credentials.
    kNetwork = 5,     ///< The server cannot be reached, or failed.
};

/// The verb that was chosen, to be run once the arguments are parsed.
using Verb = std::function<ExitCode()>;

/// Each adds one verb to the program; choosing it sets `verb`.
void add_serve(CLI::App& app, Verb& verb);
void add_repo(CLI::App& app, Verb& verb);
void add_ingest(CLI::App& app, Verb& verb);
void add_search(CLI::App& app, Verb& verb);
void add_query(CLI::App& app, Verb& verb);
void add_demo_logs(CLI::App& app, Verb& verb);

}  // namespace logwood::cli
