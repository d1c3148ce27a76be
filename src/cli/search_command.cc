#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "cli/api_client.h"
#include "cli/commands.h"
#include "http/target.h"

namespace logwood::cli {
namespace {

namespace json = boost::json;

struct SearchArguments {
    Connection connection;
    std::string repo;
    std::string query;
    std::string start = "24h";
    std::string end = "now";
    std::string format = "json";
    bool all = false;
};

std::string query_body(const SearchArguments& arguments) {
    return json::serialize(json::value{{"queryString", arguments.query},
                                       {"start", arguments.start},
                                       {"end", arguments.end},
                                       {"isLive", false}});
}

std::string repo_path(const SearchArguments& arguments) {
    return "/api/v1/repositories/" + http::encode_component(arguments.repo);
}

Result<void> print(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size()) return {};
    return fail(Code::kIo, "standard output was closed");
}

/// An event as a line: its text if it has one, else its fields.
std::string text_line(const json::object& event) {
    if (auto* raw = event.if_contains("@rawstring"); raw && raw->is_string())
        return std::string(raw->get_string()) + "\n";
    std::string line;
    for (auto& [name, value] : event) {
        if (!line.empty()) line += ", ";
        line += std::string(name) + "->";
        line += value.is_string() ? std::string(value.get_string()) : json::serialize(value);
    }
    return line + "\n";
}

/// Every row, by the streaming endpoint.
ExitCode search_all(const SearchArguments& arguments, ApiClient& client) {
    auto request = json_request("POST", repo_path(arguments) + "/query", query_body(arguments));
    request.headers.set("Accept",
                        arguments.format == "json" ? "application/x-ndjson" : "text/plain");
    std::string refusal;
    auto answer = client.send(std::move(request), print);
    if (!answer) return report(answer.error());
    if (answer->status != 200) return report(*answer);
    return std::fflush(stdout) == 0 ? kOk : kFailed;
}

struct JobResult {
    json::object last;
    ExitCode failed = kOk;
};

/// Polls until the job is done.
JobResult wait_for(const std::string& target, ApiClient& client) {
    while (true) {
        auto answer = client.send({.target = target});
        if (!answer) return {{}, report(answer.error())};
        if (answer->status != 200) return {{}, report(*answer)};
        boost::system::error_code error;
        auto value = json::parse(answer->body, error);
        if (error || !value.is_object() || !value.get_object().contains("done"))
            return {{}, report(Error{Code::kCorrupt, "the server's answer is not a query result"})};
        auto& result = value.get_object();
        if (result["cancelled"].is_bool() && result["cancelled"].get_bool())
            return {{}, report(Error{Code::kCancelled, "the query was cancelled"})};
        if (result["done"].is_bool() && result["done"].get_bool()) return {std::move(result), kOk};
        auto* meta = result["metaData"].if_object();
        auto* pause = meta ? meta->if_contains("pollAfter") : nullptr;
        auto pause_ms = pause && pause->is_int64() ? pause->get_int64() : 100;
        std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
    }
}

ExitCode print_result(const json::object& result, const std::string& format) {
    for (auto& event : result.at("events").as_array()) {
        auto line = format == "json" ? json::serialize(event) + "\n" : text_line(event.as_object());
        if (auto printed = print(line); !printed) return report(printed.error());
    }
    auto* warnings = result.if_contains("warnings");
    if (warnings && warnings->is_array())
        for (auto& warning : warnings->get_array())
            if (auto* message =
                    warning.is_object() ? warning.get_object().if_contains("message") : nullptr;
                message && message->is_string())
                std::fprintf(stderr, "warning: %s\n", message->get_string().c_str());
    auto* meta = result.at("metaData").if_object();
    auto* missing = meta ? meta->if_contains("missing") : nullptr;
    auto is_complete = !missing || !missing->is_array() || missing->get_array().empty();
    if (std::fflush(stdout) != 0) return kFailed;
    return is_complete ? kOk : kIncomplete;
}

/// What a query job shows: aggregates whole, events up to the implicit limit.
ExitCode search_job(const SearchArguments& arguments, ApiClient& client) {
    auto jobs = repo_path(arguments) + "/queryjobs";
    auto created = client.send(json_request("POST", jobs, query_body(arguments)));
    if (!created) return report(created.error());
    if (created->status != 200) return report(*created);
    boost::system::error_code error;
    auto value = json::parse(created->body, error);
    auto* id = !error && value.is_object() ? value.get_object().if_contains("id") : nullptr;
    if (!id || !id->is_string())
        return report(Error{Code::kCorrupt, "the server's answer has no query id"});
    auto target = jobs + "/" + std::string(id->get_string());
    auto result = wait_for(target, client);
    (void)client.send({.method = "DELETE", .target = target});
    return result.failed != kOk ? result.failed : print_result(result.last, arguments.format);
}

ExitCode search(const SearchArguments& arguments) {
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    return arguments.all ? search_all(arguments, *client) : search_job(arguments, *client);
}

}  // namespace

void add_search(CLI::App& app, Verb& verb) {
    auto* command = app.add_subcommand("search", "Run a query and print its result");
    auto arguments = std::make_shared<SearchArguments>();
    command->add_option("repo", arguments->repo)->required();
    command->add_option("query", arguments->query)->required();
    command->add_option("--start", arguments->start, "Relative (7d, 24h@h) or ms since 1970")
        ->capture_default_str();
    command->add_option("--end", arguments->end)->capture_default_str();
    command
        ->add_option("--format", arguments->format, "json: an object a line; text: events as text")
        ->check(CLI::IsMember({"json", "text"}))
        ->capture_default_str();
    command->add_flag("--all", arguments->all, "Every row, by the streaming endpoint");
    add_connection_options(*command, arguments->connection);
    command->callback([arguments, &verb] { verb = [arguments] { return search(*arguments); }; });
}

}  // namespace logwood::cli
