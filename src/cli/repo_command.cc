#include <boost/json.hpp>
#include <cstdio>
#include <memory>

#include "cli/api_client.h"
#include "cli/commands.h"

namespace logwood::cli {
namespace {

struct RepoArguments {
    Connection connection;
    std::string name;
};

ExitCode create(const RepoArguments& arguments) {
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    auto body = boost::json::serialize(boost::json::value{{"name", arguments.name}});
    auto answer = client->send(json_request("POST", "/api/v1/repositories", body));
    if (!answer) return report(answer.error());
    if (answer->status / 100 != 2) return report(*answer);
    std::printf("created repository %s\n", arguments.name.c_str());
    return kOk;
}

ExitCode list(const RepoArguments& arguments) {
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    auto answer = client->send({.target = "/api/v1/repositories"});
    if (!answer) return report(answer.error());
    if (answer->status != 200) return report(*answer);
    boost::system::error_code error;
    auto repos = boost::json::parse(answer->body, error);
    if (error || !repos.is_array())
        return report(Error{Code::kCorrupt, "the server's answer is not a JSON array"});
    for (auto& repo : repos.get_array())
        if (auto* name = repo.is_object() ? repo.get_object().if_contains("name") : nullptr;
            name && name->is_string())
            std::printf("%s\n", name->get_string().c_str());
    return kOk;
}

}  // namespace

void add_repo(CLI::App& app, Verb& verb) {
    auto* repo = app.add_subcommand("repo", "Create and list repositories");
    repo->require_subcommand(1);
    auto arguments = std::make_shared<RepoArguments>();
    auto* create_verb = repo->add_subcommand("create", "Create a repository");
    create_verb->add_option("name", arguments->name)->required();
    add_connection_options(*create_verb, arguments->connection);
    create_verb->callback(
        [arguments, &verb] { verb = [arguments] { return create(*arguments); }; });
    auto* list_verb = repo->add_subcommand("list", "List repositories, one a line");
    add_connection_options(*list_verb, arguments->connection);
    list_verb->callback([arguments, &verb] { verb = [arguments] { return list(*arguments); }; });
}

}  // namespace logwood::cli
