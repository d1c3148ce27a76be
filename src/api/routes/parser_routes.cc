#include "api/routes/parser_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "api/json_body.h"
#include "api/json_writer.h"
#include "api/parser_json.h"
#include "api/parser_yaml.h"
#include "api/routes/routes.h"
#include "exec/parser_program.h"
#include "global/limits.h"
#include "ingest/parsers/builtin_parsers.h"
#include "ingest/parsers/parser_trial.h"

namespace logwood::api {

namespace {

using Answer = async::Task<Result<http::Response>>;

/// What the routes borrow.
struct Services {
    global::Global& global;
    async::Loop& loop;
    LookupsOf lookups_of;

    exec::Lookups lookups(RepoId repo) const {
        return lookups_of ? lookups_of(repo) : exec::Lookups();
    }
};

bool is_yaml(std::string_view media_types) { return media_types.find("yaml") != media_types.npos; }

http::Response render(const http::Request& request, const global::Parser& parser,
                      int status = 200) {
    http::Response response;
    if (is_yaml(request.headers.get("Accept"))) {
        response.status = status;
        response.headers.set("Content-Type", "application/yaml");
        response.body = parser_to_yaml(parser);
        return response;
    }
    std::string out;
    JsonWriter json(out);
    write_parser(json, parser);
    return http::Response::json(status, std::move(out));
}

std::unexpected<Error> wrong_script(const exec::CompileError& error) {
    return fail(Code::kInvalidArgument,
                fmt::format("{}\n\n```\n{}\n```\n", error.message, error.rendered));
}

/// The stored parser, or a built-in one.
Result<global::Parser> find_parser(const global::Global& global, RepoId repo,
                                   std::string_view name) {
    if (auto parser = global.state().parser_named(repo, name)) return *parser;
    auto* builtin = ingest::find_builtin_parser(name);
    if (!builtin) return fail(Code::kNotFound, fmt::format("There is no parser named {}.", name));
    return global::Parser{.repo = repo,
                          .name = std::string(name),
                          .script = std::string(builtin->script),
                          .description = std::string(builtin->description)};
}

/// The parser of a body, in JSON or YAML. What JSON leaves out is as in `base`.
Result<global::Parser> parser_of(const http::Request& request, global::Parser base) {
    if (is_yaml(request.headers.get("Content-Type"))) return parser_from_yaml(request.body);
    TRY(auto body, JsonObject::parse(request.body));
    TRY(auto name, body.text("name"));
    if (name) base.name = *std::move(name);
    TRY_OK(read_parser(body, base));
    return base;
}

/// Compiles the script, and gives the parser the saved queries that it uses, as they are now.
std::expected<void, exec::CompileError> compile(const Services& services, RepoId repo,
                                                global::Parser& parser) {
    parser.saved_queries.clear();
    auto saved_query = [&](std::string_view name) -> std::optional<std::string> {
        auto saved = services.global.state().saved_query(repo, name);
        if (!saved) return std::nullopt;
        std::pair used(saved->name, saved->query);
        if (std::ranges::find(parser.saved_queries, used) == parser.saved_queries.end())
            parser.saved_queries.push_back(std::move(used));
        return saved->query;
    };
    auto program = exec::ParserProgram::compile(parser.script, services.lookups(repo), saved_query);
    if (!program) return std::unexpected(std::move(program).error());
    return {};
}

async::Task<Result<std::shared_ptr<const global::Parser>>> store(Services services, RepoId repo,
                                                                 global::Parser parser) {
    if (auto compiled = compile(services, repo, parser); !compiled)
        co_return wrong_script(compiled.error());
    parser.repo = repo;
    auto name = parser.name;
    CO_TRY_OK(co_await services.global.put_parser(std::move(parser)));
    auto stored = services.global.state().parser_named(repo, name);
    if (!stored) co_return fail(Code::kConflict, "The parser was deleted at once.");
    co_return stored;
}

Answer list_parsers(Services services, http::Request, std::string scope) {
    CO_TRY(auto repo, find_repository(services.global, scope));
    std::string out;
    JsonWriter json(out);
    json.begin_array();
    for (auto& parser : services.global.state().parsers(repo)) write_parser(json, *parser);
    json.end_array();
    co_return http::Response::json(200, std::move(out));
}

Answer show_parser(Services services, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(services.global, scope));
    auto name = request.capture("parser");
    auto parser = services.global.state().parser_named(repo, name);
    if (!parser) co_return fail(Code::kNotFound, fmt::format("There is no parser named {}.", name));
    co_return render(request, *parser);
}

/// A body without a script is a mistake, and never an empty parser.
Result<void> check_script(const http::Request& request, const global::Parser& parser) {
    if (!parser.script.empty() || is_yaml(request.headers.get("Content-Type"))) return {};
    TRY(auto body, JsonObject::parse(request.body));
    if (body.find("script") || body.find("parser")) return {};
    return fail(malformed("parser: a script is required"));
}

Answer put_parser(Services services, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(services.global, scope));
    CO_TRY(auto parser, parser_of(request, {}));
    CO_TRY_OK(check_script(request, parser));
    parser.name = request.capture("parser");
    CO_TRY(auto stored, co_await store(services, repo, std::move(parser)));
    co_return render(request, *stored);
}

Answer create_parser(Services services, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(services.global, scope));
    CO_TRY(auto parser, parser_of(request, {}));
    CO_TRY_OK(check_script(request, parser));
    if (parser.name.empty()) co_return fail(malformed("name: a text is required"));
    if (services.global.state().parser_named(repo, parser.name))
        co_return fail(Code::kAlreadyExists,
                       fmt::format("There is a parser named {}.", parser.name));
    CO_TRY(auto stored, co_await store(services, repo, std::move(parser)));
    co_return render(request, *stored, 201);
}

Answer delete_parser(Services services, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(services.global, scope));
    CO_TRY_OK(co_await services.global.delete_parser(repo, std::string(request.capture("parser"))));
    http::Response response;
    response.status = 204;
    co_return response;
}

/// Nothing is stored. Without a script of its own the body tries the parser of that name.
Answer test_parser(Services services, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(services.global, scope));
    std::string name(request.capture("parser"));
    auto known = find_parser(services.global, repo, name);
    if (request.body.empty()) request.body = "{}";
    CO_TRY(auto parser, parser_of(request, known.value_or(global::Parser{})));
    parser.name = name;
    if (!known && !check_script(request, parser)) co_return fail(std::move(known).error());
    if (parser.test_cases.size() > global::kParserTestsMax)
        co_return fail(
            malformed(fmt::format("testCases: at most {} can be tried", global::kParserTestsMax)));
    // A script of the body's own is tried with the saved queries that it would be stored with.
    if (known && parser.script == known->script)
        parser.saved_queries = known->saved_queries;
    else if (auto compiled = compile(services, repo, parser); !compiled)
        co_return wrong_script(compiled.error());
    auto now = services.loop.utc_now();
    auto lookups = services.lookups(repo);
    auto results = co_await async::run_on(services.loop, async::Lane::kSearch,
                                          [&] { return ingest::try_parser(parser, lookups, now); });
    if (!results) co_return wrong_script(results.error());
    std::string out;
    JsonWriter json(out);
    write_trial(json, parser, *results);
    co_return http::Response::json(200, std::move(out));
}

}  // namespace

void add_parser_routes(http::Router& router, const Access& access, global::Global& global,
                       async::Loop& loop, LookupsOf lookups_of) {
    ServiceRoutes<Services> routes(router, access, {global, loop, std::move(lookups_of)});
    routes.add(Right::kAdminister, "GET", "/parsers", list_parsers);
    routes.add(Right::kAdminister, "POST", "/parsers", create_parser);
    routes.add(Right::kAdminister, "GET", "/parsers/{parser}", show_parser);
    routes.add(Right::kAdminister, "PUT", "/parsers/{parser}", put_parser);
    routes.add(Right::kAdminister, "POST", "/parsers/{parser}", put_parser);
    routes.add(Right::kAdminister, "DELETE", "/parsers/{parser}", delete_parser);
    routes.add(Right::kAdminister, "POST", "/parsers/{parser}/test", test_parser);
}

}  // namespace logwood::api
