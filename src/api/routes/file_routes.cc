// The same handlers serve the files of a repository and those that all share; of the latter the
// path names no repository.
#include "api/routes/file_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "api/json_body.h"
#include "api/json_writer.h"
#include "api/limits.h"
#include "api/multipart.h"
#include "api/routes/routes.h"

namespace logwood::api {

namespace {

using Answer = async::Task<Result<http::Response>>;

struct Services {
    global::Global& global;
    lookup::LookupFiles& files;
};

/// None for an empty scope: all share the files.
Result<RepoId> owner_of(const Services& services, std::string_view scope) {
    if (scope.empty()) return RepoId();
    return find_repository(services.global, scope);
}

std::string_view content_type_of(std::string_view name) {
    return name.ends_with("v") || name.ends_with("V") ? "text/csv; charset=UTF-8"
                                                      : "application/json";
}

void write_file(JsonWriter& json, const global::File& file) {
    json.begin_object();
    json.member("name", file.name);
    json.member("bytes", file.bytes);
    json.member("rows", file.rows);
    json.member("version", file.version);
    json.member("uploadedAt", file.uploaded.ms());
    json.key("columns");
    json.begin_array();
    for (const auto& column : file.columns) json.value(column);
    json.end_array();
    json.end_object();
}

Answer list_files(Services services, http::Request, std::string scope) {
    CO_TRY(auto repo, owner_of(services, scope));
    std::string out;
    JsonWriter json(out);
    json.begin_array();
    for (const auto& file : services.global.state().files(repo)) write_file(json, *file);
    json.end_array();
    co_return http::Response::json(200, std::move(out));
}

http::Response uploaded() { return http::Response::text(200, ""); }

/// The body stays where it is: all but the file is cut off around it.
Answer upload_form(Services services, http::Request request, std::string scope) {
    CO_TRY(auto repo, owner_of(services, scope));
    CO_TRY(auto form, find_form_file(request.headers.get("Content-Type"), request.body, "file"));
    request.body.resize(form.offset + form.size);
    request.body.erase(0, form.offset);
    CO_TRY_OK(
        co_await services.files.put(repo, std::move(form.file_name), std::move(request.body)));
    co_return uploaded();
}

Answer put_file(Services services, http::Request request, std::string scope) {
    CO_TRY(auto repo, owner_of(services, scope));
    CO_TRY_OK(co_await services.files.put(repo, std::string(request.capture("file")),
                                          std::move(request.body)));
    co_return uploaded();
}

async::Task<Result<void>> write_content(std::shared_ptr<const std::string> content,
                                        http::BodyWriter& out) {
    for (std::size_t at = 0; at < content->size(); at += kFilePieceBytes)
        CO_TRY_OK(co_await out.write(content->substr(at, kFilePieceBytes)));
    co_return Result<void>();
}

Answer show_file(Services services, http::Request request, std::string scope) {
    CO_TRY(auto repo, owner_of(services, scope));
    std::string name(request.capture("file"));
    CO_TRY(auto content, co_await services.files.content(repo, name));
    http::Response response;
    response.headers.set("Content-Type", std::string(content_type_of(name)));
    response.stream = [held = std::make_shared<const std::string>(std::move(content))](
                          http::BodyWriter& out) { return write_content(held, out); };
    co_return response;
}

Answer delete_file(Services services, http::Request request, std::string scope) {
    CO_TRY(auto repo, owner_of(services, scope));
    CO_TRY_OK(co_await services.files.remove(repo, std::string(request.capture("file"))));
    co_return http::Response::text(200, "");
}

}  // namespace

void add_file_routes(http::Router& router, const Access& access, global::Global& global,
                     lookup::LookupFiles& files) {
    ServiceRoutes<Services> routes(router, access, {global, files});
    auto add = [&](Right right, std::string_view method, std::string_view suffix, auto handler) {
        routes.add(right, method, fmt::format("/files{}", suffix), handler, kFormBytesMax);
        routes.add_cluster(right, method, fmt::format("/api/v1/uploadedfiles/shared{}", suffix),
                           handler, kFormBytesMax);
    };
    add(Right::kSearch, "GET", "", list_files);
    add(Right::kAdminister, "POST", "", upload_form);
    add(Right::kSearch, "GET", "/{file}", show_file);
    add(Right::kAdminister, "PUT", "/{file}", put_file);
    add(Right::kAdminister, "DELETE", "/{file}", delete_file);
}

}  // namespace logwood::api
