#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>

#include "cli/api_client.h"
#include "cli/commands/commands.h"

namespace logwood::cli {
namespace {

namespace json = boost::json;

struct RepoArguments {
    Connection connection;
    std::string name;
    std::string description;
    std::string age;
    std::string original_size;
    std::string stored_size;
    bool no_limits = false;
    bool is_sure = false;
};

ExitCode create(const RepoArguments& arguments) {
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    json::object body{{"name", arguments.name}};
    if (!arguments.description.empty()) body["description"] = arguments.description;
    auto done = ask(*client, json_request("POST", "/api/v1/repositories", json::serialize(body)));
    if (!done) return done.error();
    std::printf("created repository %s\n", arguments.name.c_str());
    return kOk;
}

ExitCode list(const RepoArguments& arguments) {
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    auto repos = ask_json(*client, {.target = "/api/v1/repositories"});
    if (!repos) return repos.error();
    if (!repos->is_array())
        return report(Error{Code::kCorrupt, "the server's answer is not a JSON array"});
    for (auto& repo : repos->get_array())
        if (auto* members = repo.if_object())
            if (auto name = text_of(*members, "name"); !name.empty())
                std::printf("%.*s\n", static_cast<int>(name.size()), name.data());
    return kOk;
}

ExitCode remove(const RepoArguments& arguments) {
    if (!arguments.is_sure)
        return report(Error{Code::kInvalidArgument,
                            "deleting a repository deletes all its events: add --yes"});
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    auto done = ask(*client, {.method = "DELETE", .target = repository_path(arguments.name)});
    if (!done) return done.error();
    std::printf("deleted repository %s\n", arguments.name.c_str());
    return kOk;
}

struct Unit {
    std::string_view name;
    std::uint64_t size;
};

constexpr std::uint64_t kSecondMs = 1000;
constexpr Unit kTimes[] = {{"m", 60 * kSecondMs},
                           {"h", 3600 * kSecondMs},
                           {"d", 86'400 * kSecondMs},
                           {"w", 7 * 86'400 * kSecondMs},
                           {"y", 365 * 86'400 * kSecondMs}};
constexpr Unit kSizes[] = {
    {"", 1}, {"KB", 1'000}, {"MB", 1'000'000}, {"GB", 1'000'000'000}, {"TB", 1'000'000'000'000}};

/// Reads `30d` or `500GB`; an empty text is no limit.
template <std::size_t N>
Result<std::optional<std::uint64_t>> read_amount(std::string_view text, const Unit (&units)[N]) {
    if (text.empty()) return std::nullopt;
    std::uint64_t count = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    auto name = text.substr(static_cast<std::size_t>(end - text.data()));
    auto unit = std::ranges::find(units, name, &Unit::name);
    std::uint64_t amount = 0;
    bool is_right = error == std::errc() && count > 0 && unit != std::end(units) &&
                    !__builtin_mul_overflow(count, unit->size, &amount);
    if (is_right) return amount;
    std::string names;
    for (auto& one : units) names += fmt::format(" 1{}", one.name);
    return fail(Code::kInvalidArgument,
                fmt::format("`{}` is no limit: a number and a unit, as in{}", text, names));
}

Result<json::object> retention_of(const RepoArguments& arguments) {
    TRY(auto age, read_amount(arguments.age, kTimes));
    TRY(auto original, read_amount(arguments.original_size, kSizes));
    TRY(auto stored, read_amount(arguments.stored_size, kSizes));
    json::object body;
    if (age) body["timeBasedRetentionMillis"] = *age;
    if (original) body["ingestSizeBasedRetentionBytes"] = *original;
    if (stored) body["storageSizeBasedRetentionBytes"] = *stored;
    return body;
}

void print_retention(const json::object& repo) {
    const std::pair<const char*, const char*> kLimits[] = {
        {"timeBasedRetentionMillis", "age, ms"},
        {"ingestSizeBasedRetentionBytes", "original bytes"},
        {"storageSizeBasedRetentionBytes", "stored bytes"}};
    for (auto& [key, name] : kLimits) {
        auto* value = repo.if_contains(key);
        bool is_set = value && !value->is_null();
        std::printf("%s: %s\n", name, is_set ? json::serialize(*value).c_str() : "no limit");
    }
}

/// Sets what is given and keeps the other limits; shows them all.
ExitCode retention(const RepoArguments& arguments) {
    auto wanted = retention_of(arguments);
    if (!wanted) return report(wanted.error());
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    auto target = repository_path(arguments.name);
    auto repo = ask_json(*client, {.target = target});
    if (!repo) return repo.error();
    if (!repo->is_object())
        return report(Error{Code::kCorrupt, "the server's answer is not a repository"});
    if (!wanted->empty() || arguments.no_limits) {
        constexpr std::string_view kKeys[] = {"timeBasedRetentionMillis",
                                              "ingestSizeBasedRetentionBytes",
                                              "storageSizeBasedRetentionBytes"};
        for (auto key : kKeys)
            if (auto* now = repo->get_object().if_contains(key);
                now && !arguments.no_limits && !wanted->contains(key))
                (*wanted)[key] = *now;
        repo =
            ask_json(*client, json_request("PUT", target + "/retention", json::serialize(*wanted)));
        if (!repo) return repo.error();
    }
    if (auto* members = repo->if_object()) print_retention(*members);
    return kOk;
}

void add_retention_options(CLI::App& command, RepoArguments& arguments) {
    command.add_option("--age", arguments.age, "Time that events are kept: 30d, 12h, 2y");
    command.add_option("--original-size", arguments.original_size,
                       "Bytes as they came in that are kept: 500GB");
    command.add_option("--stored-size", arguments.stored_size, "Bytes on disk that are kept");
    command.add_flag("--no-limits", arguments.no_limits, "Drop the limits that are not given");
}

}  // namespace

void add_repo(CLI::App& app, Verb& verb) {
    auto* repo = app.add_subcommand("repo", "Repositories");
    repo->require_subcommand(1);
    auto arguments = std::make_shared<RepoArguments>();
    auto add = [&](const char* name, const char* help, bool is_one,
                   ExitCode (*run)(const RepoArguments&)) {
        auto* command = repo->add_subcommand(name, help);
        if (is_one) command->add_option("name", arguments->name)->required();
        add_connection_options(*command, arguments->connection);
        command->callback(
            [arguments, run, &verb] { verb = [arguments, run] { return run(*arguments); }; });
        return command;
    };
    add("create", "Create a repository", true, create)
        ->add_option("--description", arguments->description);
    add("list", "List repositories, one a line", false, list);
    add("delete", "Delete a repository and its events", true, remove)
        ->add_flag("--yes", arguments->is_sure, "Really");
    auto* retention_verb = add("retention", "Show what is kept, or change it", true, retention);
    add_retention_options(*retention_verb, *arguments);
}

}  // namespace logwood::cli
