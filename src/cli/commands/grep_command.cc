// The language over files that lie here, without a server.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cli/api_client.h"
#include "cli/commands/commands.h"
#include "cli/grep_run.h"
#include "cli/required_text.h"
#include "cli/terminal.h"
#include "exec/query.h"
#include "lang/relative_time.h"

namespace logwood::cli {
namespace {

struct GrepArguments {
    std::string query;
    OutputOptions output;
    std::vector<std::string> files;
    std::string parser;
    std::string start;
    std::string end;
    std::string time_zone = "UTC";
    std::uint64_t limit = UINT64_MAX;
    std::size_t threads = 0;
};

Result<model::TimeRange> interval_of(const GrepArguments& arguments, UtcTime at) {
    model::TimeRange interval;
    if (!arguments.start.empty()) {
        TRY(interval.start, lang::parse_time_point(arguments.start, at));
    }
    if (!arguments.end.empty()) {
        TRY(interval.end, lang::parse_time_point(arguments.end, at));
    }
    return interval;
}

using Compiled = std::expected<std::shared_ptr<const exec::Query>, exec::CompileError>;

/// Events lack what only a server gives them.
Compiled compile(const GrepArguments& arguments, const exec::CompileOptions& options) {
    auto query = exec::Query::compile(arguments.query, options);
    if (!query || (*query)->is_aggregate()) return query;
    constexpr auto kDrop = "\n| drop([@id, @ingesttimestamp, #repo])";
    auto events = exec::Query::compile(arguments.query + kDrop, options);
    return events ? events : query;
}

/// Runs what the query needs first, each over all the files.
Result<void> run_inputs(const exec::Query& query, GrepOptions options) {
    options.needle.clear();
    for (auto& input : query.inputs()) {
        for (auto& file : options.files) {
            std::error_code error;
            auto type = std::filesystem::status(file, error).type();
            using enum std::filesystem::file_type;
            if (file == "-" || type == fifo || type == character || type == socket)
                return fail(Code::kInvalidArgument,
                            input.name +
                                " needs the events several times: give files, which can "
                                "be read again");
        }
        GrepRun run(input.query, options);
        TRY(auto rows, run.collect());
        if (is_interrupted()) return {};
        TRY(auto warnings, input.take(rows));
        std::ranges::move(rows.warnings, std::back_inserter(warnings));
        for (auto& warning : warnings)
            std::fprintf(stderr, "warning: %s\n", warning.message.c_str());
    }
    return {};
}

ExitCode grep(const GrepArguments& arguments) {
    note_interrupts();
    exec::CompileOptions options;
    options.now = now();
    options.time_zone = arguments.time_zone;
    options.implicit_tail = false;
    options.may_have_inputs = true;
    auto interval = interval_of(arguments, options.now);
    if (!interval) return report(interval.error());
    options.interval = *interval;
    auto query = compile(arguments, options);
    if (!query) {
        std::fprintf(stderr, "%s\n", query.error().rendered.c_str());
        if (query.error().message.contains("buckets"))
            std::fprintf(stderr, "all times are searched unless --start and --end are given\n");
        return kUsage;
    }
    if (!arguments.parser.empty())
        if (auto parser = LocalParser::find(arguments.parser); !parser) {
            report(parser.error());
            return kUsage;
        }
    GrepOptions run_options{.files = arguments.files, .parser = arguments.parser};
    if (run_options.files.empty()) run_options.files = {"-"};
    run_options.output = {.format = choose_format(arguments.output, (*query)->gives_events()),
                          .columns = arguments.output.columns,
                          .width = terminal_width(),
                          .is_stream = !(*query)->is_aggregate(),
                          .is_coloured = wants_colour(arguments.output)};
    run_options.needle = required_text(arguments.query);
    run_options.limit = arguments.limit;
    auto cores = std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
    run_options.threads = arguments.threads > 0 ? arguments.threads : cores;
    if (auto done = run_inputs(**query, run_options); !done) {
        report(done.error());
        return kUsage;
    }
    if (is_interrupted()) return kInterrupted;
    GrepRun run(*query, std::move(run_options));
    auto done = run.run();
    if (is_interrupted()) return kInterrupted;
    if (!done) return report(done.error());
    if (run.has_failed_files()) return kUsage;
    return run.matched() > 0 ? kOk : kFailed;
}

}  // namespace

void add_grep(CLI::App& app, Verb& verb) {
    auto* command = app.add_subcommand(
        "grep", "Run a query over files, without a server; exit 0 when something matched, else 1");
    auto arguments = std::make_shared<GrepArguments>();
    command->add_option("query", arguments->query)->required();
    command->add_option("file", arguments->files,
                        "Text or NDJSON, plain, gzip or zstd; standard input by default");
    command->add_option("--parser", arguments->parser,
                        "Name of a built-in parser, or a script file; json for JSON by default");
    command->add_option("-s,--start", arguments->start, "Only events from this time on");
    command->add_option("-e,--end", arguments->end, "Only events before this time");
    command->add_option("--time-zone", arguments->time_zone, "Of buckets and formatted times")
        ->capture_default_str();
    command->add_option("-n,--limit", arguments->limit, "Stop after N rows")
        ->check(CLI::Range(std::int64_t{1}, INT64_MAX));
    command->add_option("--threads", arguments->threads, "All cores by default")
        ->check(CLI::Range(std::size_t{1}, std::size_t{256}));
    add_output_options(*command, arguments->output);
    command->callback([arguments, &verb] { verb = [arguments] { return grep(*arguments); }; });
}

}  // namespace logwood::cli
