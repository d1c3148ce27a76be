// Query jobs and exports. Results are rendered on the search lane: a large one would hold up the
// loop.
#include <charconv>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/export_format.h"
#include "api/job_json.h"
#include "api/json_body.h"
#include "api/limits.h"
#include "api/query_input_json.h"
#include "api/routes/query_text_routes.h"
#include "api/routes/routes.h"
#include "base/server_log.h"
#include "search/export.h"

namespace logwood::api {

namespace {

/// What the routes borrow.
struct Services {
    const Access& access;
    async::Runtime& runtime;
    search::Search& search;
};

Result<std::optional<std::size_t>> read_count(const http::Request& request, std::string_view name) {
    auto text = request.parameter(name);
    if (text.empty()) return std::nullopt;
    std::uint32_t count = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end != text.data() + text.size())
        return fail(Code::kInvalidArgument, "The query parameter '" + std::string(name) +
                                                "' was malformed: '" + std::string(text) +
                                                "' is not a valid 32-bit integer value");
    return count;
}

Result<search::PollOptions> read_poll_options(const http::Request& request) {
    search::PollOptions options;
    TRY(auto offset, read_count(request, "paginationOffset"));
    TRY(options.limit, read_count(request, "paginationLimit"));
    options.offset = offset.value_or(0);
    options.sort_by = request.parameter("sortBy");
    options.descending = request.parameter("sortOrder") == "desc";
    options.only_heartbeat = request.parameter("onlyHeartbeat") == "true";
    return options;
}

async::Task<Result<http::Response>> create_job(Services services, http::Request request,
                                               std::string scope) {
    CO_TRY(auto input, read_query_input(services.access, request));
    CO_TRY(auto job, services.search.create(scope, std::move(input)));
    co_return http::Response::json(200, render_created(job));
}

async::Task<Result<http::Response>> poll_job(Services services, http::Request request,
                                             std::string scope) {
    CO_TRY(auto options, read_poll_options(request));
    CO_TRY(auto view, co_await services.search.poll(std::move(scope),
                                                    std::string(request.capture("id")), options));
    auto body = co_await async::run_on(services.runtime.loop, async::Lane::kSearch,
                                       [&] { return render_job(view); });
    co_return http::Response::json(200, std::move(body));
}

async::Task<Result<http::Response>> delete_job(Services services, http::Request request,
                                               std::string scope) {
    CO_TRY_OK(services.search.remove(scope, request.capture("id")));
    http::Response response;
    response.status = 204;
    co_return response;
}

/// An export between its head and its last row.
struct RunningExport {
    std::unique_ptr<search::Export> rows;
    std::unique_ptr<ExportFormat> format;
    std::string head;
    std::shared_ptr<const exec::ResultRows> first;  ///< Null when there are none.
};

async::Task<Result<void>> write_rows(async::Loop& loop, http::BodyWriter& out, ExportFormat& format,
                                     std::shared_ptr<const exec::ResultRows> rows) {
    for (std::size_t at = 0; at < rows->rows.size(); at += kExportRowsAtOnce) {
        auto text = co_await async::run_on(loop, async::Lane::kSearch, [&] {
            std::string rendered;
            format.append(rendered, *rows, at, std::min(at + kExportRowsAtOnce, rows->rows.size()));
            return rendered;
        });
        CO_TRY_OK(co_await out.write(std::move(text)));
    }
    co_return Result<void>();
}

async::Task<Result<void>> write_all(async::Loop& loop, std::shared_ptr<RunningExport> running,
                                    http::BodyWriter& out) {
    if (!running->head.empty()) CO_TRY_OK(co_await out.write(std::move(running->head)));
    auto rows = std::exchange(running->first, nullptr);
    while (rows) {
        CO_TRY_OK(co_await write_rows(loop, out, *running->format, std::move(rows)));
        CO_TRY(rows, co_await running->rows->next());
    }
    auto end = running->format->end();
    if (!end.empty()) CO_TRY_OK(co_await out.write(std::move(end)));
    co_return Result<void>();
}

/// An error cuts the connection in the middle of the chunked body, which every client notices: an
/// export never ends as if it were complete when it is not.
async::Task<Result<void>> write_export(async::Loop& loop, std::shared_ptr<RunningExport> running,
                                       http::BodyWriter& out) {
    auto id = running->rows->id();
    auto written = co_await write_all(loop, std::move(running), out);
    if (!written)
        server_log::warning("api", "an export broke off",
                            {{"id", id}, {"error", written.error().to_string()}});
    co_return written;
}

/// A file name that cannot break out of its header field.
std::string safe_file_name(std::string_view name) {
    std::string safe;
    for (char c : name.substr(0, kFileNameBytesMax))
        safe += (c < 0x20 || c == '"' || c == '\\' || c == '/' || c == 0x7F) ? '_' : c;
    return safe;
}

async::Task<Result<http::Response>> start_export(Services services, http::Request request,
                                                 std::string scope) {
    CO_TRY(auto input, read_query_input(services.access, request));
    auto running = std::make_shared<RunningExport>();
    running->format = choose_export_format(request.headers.get("Accept"));
    CO_TRY(running->rows,
           co_await services.search.start_export(std::move(scope), std::move(input)));
    CO_TRY(running->first, co_await running->rows->next());
    std::vector<std::string> columns;
    if (running->first && running->format->needs_columns(*running->first)) {
        CO_TRY(columns, co_await running->rows->field_names());
    }
    running->head = running->format->begin(running->first.get(), columns);
    http::Response response;
    response.headers.set("Content-Type", std::string(running->format->content_type()));
    response.headers.set("humio-query-id", running->rows->id());
    if (auto name = request.headers.get("X-Desired-Filename"); !name.empty())
        response.headers.set("Content-Disposition",
                             "attachment; filename=\"" + safe_file_name(name) + "\"");
    response.stream = [&loop = services.runtime.loop, running](http::BodyWriter& out) {
        return write_export(loop, running, out);
    };
    co_return response;
}

}  // namespace

void add_search_routes(http::Router& router, const Access& access, async::Runtime& runtime,
                       search::Search& search) {
    ServiceRoutes<Services> routes(router, access, {access, runtime, search});
    routes.add(Right::kSearch, "POST", "/queryjobs", create_job);
    routes.add(Right::kSearch, "GET", "/queryjobs/{id}", poll_job);
    routes.add(Right::kSearch, "DELETE", "/queryjobs/{id}", delete_job);
    routes.add(Right::kSearch, "POST", "/query", start_export);
    add_query_text_routes(router, access, search);
}

}  // namespace logwood::api
