#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <memory>

#include "cli/api_client.h"
#include "cli/commands/commands.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "http/target.h"

namespace logwood::cli {
namespace {

namespace json = boost::json;

struct TokenArguments {
    Connection connection;
    std::string repo;
    std::string name;
    std::string parser;
};

std::string tokens_target(const TokenArguments& arguments) {
    return repository_path(arguments.repo) + "/ingesttokens";
}

/// Name, parser and token, one a line.
ExitCode list(const TokenArguments& arguments) {
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    auto tokens = ask_json(*client, {.target = tokens_target(arguments)});
    if (!tokens) return tokens.error();
    if (!tokens->is_array())
        return report(Error{Code::kCorrupt, "the server's answer is not a JSON array"});
    TextTable table({"name", "parser", "token"});
    for (auto& token : tokens->get_array())
        if (auto* members = token.if_object())
            table.add({std::string(text_of(*members, "name")),
                       std::string(text_of(*members, "parser")),
                       std::string(text_of(*members, "token"))});
    std::string out;
    table.render(0, out);
    auto printed = print(out);
    return printed ? kOk : report(printed.error());
}

/// Prints the token alone, so that a script can take it.
ExitCode create(const TokenArguments& arguments) {
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    json::object body{{"name", arguments.name}};
    if (!arguments.parser.empty()) body["parser"] = arguments.parser;
    auto token =
        ask_json(*client, json_request("POST", tokens_target(arguments), json::serialize(body)));
    if (!token) return token.error();
    auto text = token->is_object() ? text_of(token->get_object(), "token") : "";
    if (text.empty()) return report(Error{Code::kCorrupt, "the server's answer has no token"});
    std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
    return kOk;
}

ExitCode remove(const TokenArguments& arguments) {
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    auto target = tokens_target(arguments) + "/" + http::encode_component(arguments.name);
    auto done = ask(*client, {.method = "DELETE", .target = target});
    if (!done) return done.error();
    std::printf("deleted token %s\n", arguments.name.c_str());
    return kOk;
}

}  // namespace

void add_token(CLI::App& app, Verb& verb) {
    auto* token = app.add_subcommand("token", "Ingest tokens of a repository");
    token->require_subcommand(1);
    auto arguments = std::make_shared<TokenArguments>();
    auto add = [&](const char* name, const char* help, bool is_one,
                   ExitCode (*run)(const TokenArguments&)) {
        auto* command = token->add_subcommand(name, help);
        command->add_option("repo", arguments->repo)->required();
        if (is_one) command->add_option("name", arguments->name)->required();
        add_connection_options(*command, arguments->connection);
        command->callback(
            [arguments, run, &verb] { verb = [arguments, run] { return run(*arguments); }; });
        return command;
    };
    add("list", "Name, parser and token, one a line", false, list);
    add("create", "Create a token and print it", true, create)
        ->add_option("--parser", arguments->parser, "The parser of what comes with it");
    add("delete", "Delete a token", true, remove);
}

}  // namespace logwood::cli
