// `query explain` asks a server how it would run a query, and shows its answer for people.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>
#include <string>

#include "cli/api_client.h"
#include "cli/commands/commands.h"
#include "cli/pager.h"
#include "cli/query_job.h"
#include "cli/terminal.h"

namespace logwood::cli {
namespace {

namespace json = boost::json;

struct ExplainArguments {
    Connection connection;
    QuerySpec spec;
    bool runs = false;
    bool as_json = false;
    bool no_pager = false;
};

/// Lines of an explanation: a name, and what belongs to it beside or below.
class Lines {
 public:
    explicit Lines(const json::object& answer) : answer_(answer) {}

    void text(std::string_view name, std::string_view value) {
        if (!value.empty()) text_ += fmt::format("{:<14}{}\n", name, value);
    }
    void texts(std::string_view name, const json::object& object, std::string_view key) {
        auto* list = object.if_contains(key);
        if (!list || !list->is_array()) return;
        for (auto& value : list->get_array()) {
            if (!value.is_string()) continue;
            text(name, value.get_string());
            name = " ";
        }
    }
    /// `12 in all, 3 read, ...` of the counters that the object has.
    void counts(std::string_view name, std::string_view key,
                std::initializer_list<std::pair<std::string_view, std::string_view>> counters) {
        auto* object = object_of(key);
        if (!object) return;
        std::string line;
        for (auto& [member, words] : counters)
            if (auto* value = object->if_contains(member))
                line += fmt::format("{}{} {}", line.empty() ? "" : ", ", json::serialize(*value),
                                    words);
        text(name, line);
    }
    const json::object* object_of(std::string_view key) const {
        auto* value = answer_.if_contains(key);
        return value ? value->if_object() : nullptr;
    }
    std::string take() { return std::move(text_); }

 private:
    const json::object& answer_;
    std::string text_;
};

std::string render(const json::object& answer) {
    Lines lines(answer);
    lines.text("query", text_of(answer, "queryString"));
    if (auto* pushed = lines.object_of("pushedDown")) {
        lines.texts("by segment", *pushed, "steps");
        lines.texts("tag filters", *pushed, "tagFilters");
        lines.text("aggregate", text_of(*pushed, "aggregate"));
    }
    lines.texts("once at last", answer, "resultSteps");
    if (auto* fields = lines.object_of("fieldsRead")) {
        auto* all = fields->if_contains("all");
        if (all && all->is_bool() && all->get_bool())
            lines.text("fields read", "all");
        else
            lines.texts("fields read", *fields, "named");
    }
    lines.counts("segments", "segments",
                 {{"total", "in all"},
                  {"prunedByTime", "left out by time"},
                  {"prunedByTags", "left out by tags"},
                  {"read", "to read"}});
    lines.counts("row groups", "rowGroups",
                 {{"total", "in all"},
                  {"prunedByTime", "left out by time"},
                  {"read", "to read"},
                  {"originalBytes", "bytes before compression"},
                  {"segmentsNotOpened", "segments not looked into"}});
    lines.counts("open records", "openRecords", {{"pruned", "left out"}, {"read", "to read"}});
    lines.counts("run", "run",
                 {{"timeMillis", "ms"},
                  {"processedEvents", "events"},
                  {"matchedEvents", "matched"},
                  {"resultRows", "rows"},
                  {"storedBytesRead", "bytes read"},
                  {"blocksRead", "blocks read"},
                  {"blocksSkipped", "blocks skipped"}});
    if (auto* run = lines.object_of("run")) lines.texts("warnings", *run, "warnings");
    auto* missing = answer.if_contains("missing");
    if (missing && missing->is_array())
        for (auto& one : missing->get_array())
            if (one.is_object()) lines.text("missing", text_of(one.get_object(), "message"));
    return lines.take();
}

ExitCode explain(const ExplainArguments& arguments) {
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    auto body = query_body(arguments.spec);
    if (!body) return report(body.error());
    auto document = json::parse(*body);
    document.as_object()["run"] = arguments.runs;
    auto target = repository_path(arguments.spec.repo) + "/query/explain";
    auto answer = client->send(json_request("POST", target, json::serialize(document)));
    if (!answer) return report(answer.error());
    if (answer->status != 200) return report_refused_query(*answer);
    boost::system::error_code error;
    auto explained = json::parse(answer->body, error);
    if (error || !explained.is_object())
        return report(Error{Code::kCorrupt, "the server's answer is no JSON object"});
    Pager pager(!arguments.no_pager);
    auto printed = print(arguments.as_json ? answer->body + "\n" : render(explained.get_object()));
    return printed ? kOk : report(printed.error());
}

}  // namespace

void add_query_explain(CLI::App& query, Verb& verb) {
    auto* command = query.add_subcommand(
        "explain", "Say how a server runs a query: what it reads, and what it need not");
    auto arguments = std::make_shared<ExplainArguments>();
    auto& spec = arguments->spec;
    spec.start = "24h";
    spec.end = "now";
    command->add_option("repo", spec.repo)->required();
    command->add_option("query", spec.query)->required();
    command->add_option("-s,--start", spec.start, "Relative (7d, 24h@h) or ms since 1970")
        ->capture_default_str();
    command->add_option("-e,--end", spec.end)->capture_default_str();
    command->add_option("--time-zone", spec.time_zone, "Of buckets and formatted times");
    command->add_option("-a,--argument", spec.arguments, "NAME=VALUE of a ?NAME in the query")
        ->allow_extra_args(false);
    command->add_flag("--run", arguments->runs, "Run it too, for a minute at most");
    command->add_flag("--json", arguments->as_json, "The server's answer as it is");
    add_pager_option(*command, arguments->no_pager);
    add_connection_options(*command, arguments->connection);
    command->callback([arguments, &verb] { verb = [arguments] { return explain(*arguments); }; });
}

}  // namespace logwood::cli
