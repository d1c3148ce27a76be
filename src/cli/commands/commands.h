#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace logwood::cli {

/// What a process ends with.
enum ExitCode : int {
    kOk = 0,
    kFailed = 1,      ///< Also: nothing matched, when that was asked for.
    kUsage = 2,       ///< Wrong arguments, or a query that does not compile.
    kIncomplete = 3,  ///< A result that lacks something, and says so.
    kRefused = 4,     ///< Credentials.
    kNetwork = 5,     ///< The server cannot be reached, or failed.
    kInterrupted = 130,
};

/// The verb that was chosen, to be run once the arguments are parsed.
using Verb = std::function<ExitCode()>;

/// Each adds one verb to the program; choosing it sets `verb`.
void add_serve(CLI::App& app, Verb& verb);
void add_repo(CLI::App& app, Verb& verb);
void add_token(CLI::App& app, Verb& verb);
void add_parser(CLI::App& app, Verb& verb);
void add_ingest(CLI::App& app, Verb& verb);
void add_search(CLI::App& app, Verb& verb);
void add_tail(CLI::App& app, Verb& verb);
void add_grep(CLI::App& app, Verb& verb);
void add_query(CLI::App& app, Verb& verb);
/// Adds `fmt` and `functions` to the verb `query`.
void add_query_texts(CLI::App& query, Verb& verb);
/// Adds `explain` to the verb `query`.
void add_query_explain(CLI::App& query, Verb& verb);
void add_segment(CLI::App& app, Verb& verb);
void add_profile(CLI::App& app, Verb& verb);
void add_demo_logs(CLI::App& app, Verb& verb);
/// Comes last: it completes what stands in `app`.
void add_completion(CLI::App& app, Verb& verb);

}  // namespace logwood::cli
