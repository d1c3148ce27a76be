// `search` asks for a result and prints it; `tail` and `search --follow` are in follow_query.cc.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "cli/api_client.h"
#include "cli/commands/commands.h"
#include "cli/follow_query.h"
#include "cli/pager.h"
#include "cli/query_job.h"
#include "cli/row_output.h"
#include "cli/terminal.h"
#include "lang/check.h"

namespace logwood::cli {
namespace {

namespace json = boost::json;

struct SearchArguments {
    Connection connection;
    QuerySpec spec;
    OutputOptions output;
    std::uint64_t limit = 0;
    std::uint64_t last = 50;
    bool all = false;
    bool follow = false;
    bool fail_empty = false;
    bool allow_partial = false;
    bool no_progress = false;
    bool no_pager = false;
};

/// A query without an aggregate shows the newest 200 events; asks for as many as are wanted.
void set_limit(SearchArguments& arguments) {
    if (arguments.limit == 0) return;
    lang::CheckOptions options;
    options.allow_missing_arguments = true;
    auto query = lang::compile(arguments.spec.query, options);
    if (query && !query->is_aggregate())
        arguments.spec.query += fmt::format("\n| tail({})", arguments.limit);
}

/// Rows of the streaming endpoint that have to be read to be shown.
class StreamedRows {
 public:
    explicit StreamedRows(RowOutput& output) : output_(output) {}

    Result<void> take(std::string_view piece) {
        text_ += piece;
        auto end = text_.rfind('\n');
        if (end == std::string::npos) return {};
        exec::ResultRows rows;
        std::string_view lines(text_.data(), end + 1);
        while (!lines.empty()) {
            auto line = lines.substr(0, lines.find('\n'));
            lines.remove_prefix(line.size() + 1);
            boost::system::error_code error;
            auto value = json::parse(line, error);
            if (error || !value.is_object())
                return fail(Code::kCorrupt, "the server's answer is not NDJSON");
            add_row(value.get_object(), rows);
        }
        text_.erase(0, end + 1);
        std::string out;
        TRY_OK(output_.append(rows, out));
        return print(out);
    }

 private:
    RowOutput& output_;
    std::string text_;
};

/// Every row, by the streaming endpoint.
ExitCode search_all(const SearchArguments& arguments, ApiClient& client) {
    auto format = choose_format(arguments.output, true);
    bool is_coloured = wants_colour(arguments.output);
    bool is_read = !arguments.output.columns.empty() || format == Format::kTsv ||
                   format == Format::kTable || (format == Format::kText && is_coloured);
    auto accept = format == Format::kCsv    ? "text/csv"
                  : format == Format::kText ? "text/plain"
                                            : "application/x-ndjson";
    auto body = query_body(arguments.spec);
    if (!body) return report(body.error());
    auto target = repository_path(arguments.spec.repo) + "/query";
    auto request = json_request("POST", target, *std::move(body));
    request.headers.set("Accept", is_read ? "application/x-ndjson" : accept);
    auto output = make_row_output({.format = format,
                                   .columns = arguments.output.columns,
                                   .width = terminal_width(),
                                   .is_stream = true,
                                   .is_coloured = is_coloured});
    StreamedRows rows(*output);
    std::optional<Pager> pager;  // Once there is something to show.
    bool is_empty = true;
    auto answer = client.send(std::move(request), [&](std::string_view piece) -> Result<void> {
        if (is_interrupted()) return fail(Code::kCancelled, "interrupted");
        is_empty = is_empty && piece.empty();
        if (!pager) pager.emplace(!arguments.no_pager);
        return is_read ? rows.take(piece) : print(piece);
    });
    if (is_interrupted()) return kInterrupted;
    if (!answer) return report(answer.error());
    if (answer->status != 200) return report_refused_query(*answer);
    std::string rest;
    output->finish(rest);
    if (auto printed = print(rest); !printed) return report(printed.error());
    if (auto flushed = flush_output(); !flushed) return report(flushed.error());
    return is_empty && arguments.fail_empty ? kFailed : kOk;
}

std::string progress_text(const JobAnswer& answer) {
    auto percent = answer.work_total > 0 ? 100 * answer.work_done / answer.work_total : 0;
    return fmt::format("searching: {} %, {:.1f} MB, {} rows", percent,
                       static_cast<double>(answer.bytes_processed) / 1e6, answer.rows.rows.size());
}

Attempt<JobAnswer> wait_for(QueryJob& job, bool shows_progress) {
    StatusLine status;
    while (!is_interrupted()) {
        auto answer = job.poll();
        if (!answer) return std::unexpected(is_interrupted() ? kInterrupted : answer.error());
        if (!*answer)
            return std::unexpected(
                report(Error{Code::kNotFound, "the server does not know the query any more"}));
        if ((*answer)->is_done) return **std::move(answer);
        if (shows_progress) status.show(progress_text(**answer));
        pause_ms((*answer)->poll_after_ms);
    }
    return std::unexpected(kInterrupted);
}

ExitCode print_rows(const SearchArguments& arguments, const JobAnswer& answer) {
    auto output = make_row_output({.format = choose_format(arguments.output, !answer.is_aggregate),
                                   .columns = arguments.output.columns,
                                   .width = terminal_width(),
                                   .is_coloured = wants_colour(arguments.output)});
    std::string out;
    if (auto done = output->append(answer.rows, out); !done) return report(done.error());
    output->finish(out);
    Pager pager(!arguments.no_pager);
    if (auto printed = print(out); !printed) return report(printed.error());
    if (auto flushed = flush_output(); !flushed) return report(flushed.error());
    return kOk;
}

ExitCode print_answer(const SearchArguments& arguments, const JobAnswer& answer) {
    if (auto printed = print_rows(arguments, answer); printed != kOk) return printed;
    for (auto& warning : answer.warnings) std::fprintf(stderr, "warning: %s\n", warning.c_str());
    if (answer.has_more_events && arguments.limit == 0)
        std::fprintf(stderr, "the newest %zu events; -n N gives more, --all every one\n",
                     answer.rows.rows.size());
    if (answer.lacks_something && !arguments.allow_partial) return kIncomplete;
    return answer.rows.rows.empty() && arguments.fail_empty ? kFailed : kOk;
}

/// An id tells the second; the server must know the millisecond.
ExitCode find_time_of_event(SearchArguments& arguments, ApiClient& client) {
    auto& spec = arguments.spec;
    auto second_ms = second_of_id(spec.around);
    if (!second_ms) return report(second_ms.error());
    QuerySpec event{.repo = spec.repo,
                    .query = fmt::format("@id=\"{}\"", spec.around),
                    .start = std::to_string(*second_ms),
                    .end = std::to_string(*second_ms + 1000)};
    auto job = QueryJob::create(client, event);
    if (!job) return job.error();
    auto answer = wait_for(*job, false);
    job->remove();
    if (!answer) return answer.error();
    auto& rows = answer->rows;
    auto time_field = static_cast<std::size_t>(std::ranges::find(rows.fields, "@timestamp") -
                                               rows.fields.begin());
    for (auto& row : rows.rows)
        for (auto& [field, value] : row.values)
            if (field == time_field) {
                auto end = value.data() + value.size();
                auto [last, error] = std::from_chars(value.data(), end, spec.around_ms);
                if (error == std::errc() && last == end) return kOk;
            }
    return report(Error{Code::kNotFound, "there is no event " + spec.around});
}

/// What a query job shows: aggregates whole, events up to a limit.
ExitCode search_job(const SearchArguments& arguments, ApiClient& client) {
    auto job = QueryJob::create(client, arguments.spec);
    if (!job) return job.error();
    auto answer = wait_for(*job, !arguments.no_progress);
    job->remove();
    return answer ? print_answer(arguments, *answer) : answer.error();
}

ExitCode search(SearchArguments arguments) {
    note_interrupts();
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    if (arguments.follow)
        return follow_query(*client, arguments.spec, arguments.output, arguments.last);
    if (!arguments.spec.around.empty())
        if (auto found = find_time_of_event(arguments, *client); found != kOk) return found;
    set_limit(arguments);
    return arguments.all ? search_all(arguments, *client) : search_job(arguments, *client);
}

void add_query_options(CLI::App& command, SearchArguments& arguments) {
    auto& spec = arguments.spec;
    command.add_option("--time-zone", spec.time_zone, "Of buckets and formatted times");
    command.add_option("-a,--argument", spec.arguments, "NAME=VALUE of a ?NAME in the query")
        ->allow_extra_args(false);
    add_output_options(command, arguments.output);
    add_connection_options(command, arguments.connection);
}

}  // namespace

void add_search(CLI::App& app, Verb& verb) {
    auto* command = app.add_subcommand("search", "Run a query and print its result");
    auto arguments = std::make_shared<SearchArguments>();
    auto& spec = arguments->spec;
    spec.start = "24h";
    spec.end = "now";
    command->add_option("repo", spec.repo)->required();
    command->add_option("query", spec.query)->required();
    command->add_option("-s,--start", spec.start, "Relative (7d, 24h@h) or ms since 1970")
        ->capture_default_str();
    command->add_option("-e,--end", spec.end)->capture_default_str();
    auto* all = command->add_flag("--all", arguments->all, "Every row, by the streaming endpoint");
    auto* limit = command->add_option("-n,--limit", arguments->limit,
                                      "The newest N events, when the query has no aggregate");
    limit->check(CLI::Range(std::uint64_t{1}, std::uint64_t{200'000}))->excludes(all);
    auto* follow = command->add_flag("-f,--follow,--live", arguments->follow,
                                     "Go on with what comes in; needs a relative start");
    follow->excludes(all)->excludes(limit);
    auto* around =
        command->add_option("--around", spec.around, "The neighbours of an event, by its @id");
    around->excludes(all)->excludes(limit)->excludes(follow);
    command->add_option("--before", spec.before, "Neighbours that are older")
        ->needs(around)
        ->capture_default_str();
    command->add_option("--after", spec.after, "Neighbours that are newer")
        ->needs(around)
        ->capture_default_str();
    command->add_flag("--fail-empty", arguments->fail_empty, "Exit with 1 when nothing is found");
    command->add_flag("--allow-partial", arguments->allow_partial,
                      "Exit with 0, not 3, when the result lacks something");
    command->add_flag("--no-progress", arguments->no_progress);
    add_pager_option(*command, arguments->no_pager);
    add_query_options(*command, *arguments);
    command->callback([arguments, &verb] { verb = [arguments] { return search(*arguments); }; });
}

void add_tail(CLI::App& app, Verb& verb) {
    auto* command = app.add_subcommand("tail", "Print new events as they come in");
    auto arguments = std::make_shared<SearchArguments>();
    auto& spec = arguments->spec;
    spec.start = "1h";
    arguments->follow = true;
    command->add_option("repo", spec.repo)->required();
    command->add_option("query", spec.query, "All events without one");
    command->add_option("-s,--start", spec.start, "Where to look for the first events, relative")
        ->capture_default_str();
    command->add_option("-n,--last", arguments->last, "Events that are there to begin with")
        ->capture_default_str();
    add_query_options(*command, *arguments);
    command->callback([arguments, &verb] { verb = [arguments] { return search(*arguments); }; });
}

}  // namespace logwood::cli
