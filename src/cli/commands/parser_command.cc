// `parser list|get|put|delete` over REST, and `parser test`, which runs a script here.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <memory>

#include "cli/api_client.h"
#include "cli/commands/commands.h"
#include "cli/input.h"
#include "cli/limits.h"
#include "cli/local_parser.h"
#include "cli/query_job.h"
#include "cli/row_output.h"
#include "cli/terminal.h"
#include "http/target.h"

namespace logwood::cli {
namespace {

namespace json = boost::json;

struct ParserArguments {
    Connection connection;
    OutputOptions output;
    std::string repo;
    std::string name;
    std::string file;
    std::string events = "-";
    std::vector<std::string> tag_fields;
    std::vector<std::string> fields_to_remove;
    bool as_json = false;
};

std::string target_of(const ParserArguments& arguments, bool is_one) {
    auto target = repository_path(arguments.repo) + "/parsers";
    return is_one ? target + "/" + http::encode_component(arguments.name) : target;
}

ExitCode finish_print(std::string_view text) {
    if (auto printed = print(text); !printed) return report(printed.error());
    auto flushed = flush_output();
    return flushed ? kOk : report(flushed.error());
}

ExitCode list(const ParserArguments& arguments) {
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    auto parsers = ask_json(*client, {.target = target_of(arguments, false)});
    if (!parsers) return parsers.error();
    if (!parsers->is_array())
        return report(Error{Code::kCorrupt, "the server's answer is not a JSON array"});
    std::string out;
    for (auto& parser : parsers->get_array())
        if (parser.is_object()) out.append(text_of(parser.get_object(), "name")).append("\n");
    return finish_print(out);
}

/// The script; the whole parser with `--json`.
ExitCode get(const ParserArguments& arguments) {
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    auto parser = ask_json(*client, {.target = target_of(arguments, true)});
    if (!parser) return parser.error();
    if (!parser->is_object())
        return report(Error{Code::kCorrupt, "the server's answer is not a JSON object"});
    std::string out = arguments.as_json ? json::serialize(*parser)
                                        : std::string(text_of(parser->get_object(), "parser"));
    if (!out.ends_with('\n')) out += '\n';
    return finish_print(out);
}

ExitCode put(const ParserArguments& arguments) {
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    auto script = read_all(arguments.file, kScriptBytesMax);
    if (!script) return report(script.error());
    json::object body{{"script", *script}};
    if (!arguments.tag_fields.empty())
        body["tagFields"] = json::array(arguments.tag_fields.begin(), arguments.tag_fields.end());
    if (!arguments.fields_to_remove.empty())
        body["fieldsToRemove"] =
            json::array(arguments.fields_to_remove.begin(), arguments.fields_to_remove.end());
    auto answer =
        client->send(json_request("PUT", target_of(arguments, true), json::serialize(body)));
    if (!answer) return report(answer.error());
    if (answer->status / 100 != 2) return report_refused_query(*answer);
    std::printf("stored parser %s\n", arguments.name.c_str());
    return kOk;
}

ExitCode remove(const ParserArguments& arguments) {
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return report(client.error());
    auto done = ask(*client, {.method = "DELETE", .target = target_of(arguments, true)});
    if (!done) return done.error();
    std::printf("deleted parser %s\n", arguments.name.c_str());
    return kOk;
}

/// Runs the parser over lines and shows the events; exit 1 when it could not read one of them.
ExitCode test(const ParserArguments& arguments) {
    auto parser = LocalParser::find(arguments.file);
    if (!parser) return report(parser.error());
    auto input = open_input(arguments.events);
    if (!input) return report(input.error());
    TextChunks chunks(*std::move(input), kGrepChunkBytes);
    auto output = make_row_output({.format = choose_format(arguments.output, false),
                                   .columns = arguments.output.columns,
                                   .width = terminal_width(),
                                   .is_coloured = wants_colour(arguments.output)});
    std::size_t failed = 0;
    while (true) {
        auto chunk = chunks.next();
        if (!chunk) return report(chunk.error());
        if (!*chunk) break;
        auto events = parser->show(**chunk);
        if (!events) return report(events.error());
        failed += events->failed;
        std::string out;
        if (auto done = output->append(events->rows, out); !done) return report(done.error());
        if (auto printed = print(out); !printed) return report(printed.error());
    }
    std::string rest;
    output->finish(rest);
    if (auto done = finish_print(rest); done != kOk) return done;
    if (failed == 0) return kOk;
    std::fprintf(stderr, "%zu events could not be parsed: see @error_msg\n", failed);
    return kFailed;
}

using Run = ExitCode (*)(const ParserArguments&);

CLI::App* add(CLI::App& parent, Verb& verb, const std::shared_ptr<ParserArguments>& arguments,
              const char* name, const char* help, Run run) {
    auto* command = parent.add_subcommand(name, help);
    command->callback(
        [arguments, run, &verb] { verb = [arguments, run] { return run(*arguments); }; });
    return command;
}

void add_place(CLI::App& command, ParserArguments& arguments, bool is_one) {
    command.add_option("repo", arguments.repo)->required();
    if (is_one) command.add_option("name", arguments.name)->required();
    add_connection_options(command, arguments.connection);
}

}  // namespace

void add_parser(CLI::App& app, Verb& verb) {
    auto* parser = app.add_subcommand("parser", "See, store and test parsers");
    parser->require_subcommand(1);
    auto arguments = std::make_shared<ParserArguments>();
    auto* list_verb = add(*parser, verb, arguments, "list", "Names of a repository's own", list);
    add_place(*list_verb, *arguments, false);
    auto* get_verb = add(*parser, verb, arguments, "get", "Print the script", get);
    add_place(*get_verb, *arguments, true);
    get_verb->add_flag("--json", arguments->as_json, "All of the parser, as JSON");
    auto* put_verb = add(*parser, verb, arguments, "put", "Create or replace a parser", put);
    add_place(*put_verb, *arguments, true);
    put_verb->add_option("file", arguments->file, "The script; - is standard input")->required();
    put_verb->add_option("--tag-fields", arguments->tag_fields, "Fields that become tags: a,b")
        ->delimiter(',')
        ->allow_extra_args(false);
    put_verb
        ->add_option("--fields-to-remove", arguments->fields_to_remove,
                     "Fields dropped before the script runs: a,b")
        ->delimiter(',')
        ->allow_extra_args(false);
    auto* delete_verb = add(*parser, verb, arguments, "delete", "Delete a parser", remove);
    add_place(*delete_verb, *arguments, true);
    auto* test_verb = add(*parser, verb, arguments, "test",
                          "Run a parser over lines, without a server; exit 1 if one fails", test);
    test_verb->add_option("parser", arguments->file, "Name of a built-in parser, or a script file")
        ->required();
    test_verb->add_option("file", arguments->events, "Lines; standard input by default");
    add_output_options(*test_verb, arguments->output);
}

}  // namespace logwood::cli
