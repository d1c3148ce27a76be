#include "http/router.h"

#include <algorithm>
#include <utility>

#include "http/target.h"

namespace logwood::http {
namespace {

bool is_capture(std::string_view segment) { return segment.starts_with('{'); }
bool is_rest(std::string_view segment) { return segment.ends_with("...}"); }

std::string_view name_of(std::string_view segment) {
    segment = segment.substr(1, segment.size() - 2);
    if (segment.ends_with("...")) segment.remove_suffix(3);
    return segment;
}

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> segments;
    path.remove_prefix(path.starts_with('/') ? 1 : 0);
    while (!path.empty()) {
        auto slash = std::min(path.find('/'), path.size());
        segments.emplace_back(path.substr(0, slash));
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return segments;
}

std::size_t segment_count(const Request& request) {
    return request.segments.size() - (request.segments.back().empty() ? 1 : 0);
}

/// Literal before capture before rest, from the left.
bool is_more_specific(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    auto rank = [](std::string_view s) { return is_rest(s) ? 2 : is_capture(s) ? 1 : 0; };
    return std::ranges::lexicographical_compare(a, b, {}, rank, rank);
}

}  // namespace

void Router::add(std::string_view method, std::string_view pattern, Handler handler,
                 std::size_t body_bytes_max) {
    auto segments = split(pattern);
    auto route = std::ranges::find(routes_, segments, &Route::segments);
    if (route == routes_.end()) route = routes_.insert(route, {.segments = std::move(segments)});
    route->methods.emplace_back(method, std::move(handler));
    route->body_bytes_max = std::max(route->body_bytes_max, body_bytes_max);
}

std::size_t Router::body_bytes_max(const Request& request) const {
    const auto* route = best_match(request);
    return route ? route->body_bytes_max : 0;
}

void Router::add_stream(std::string_view method, std::string path, StreamHandler handler) {
    streams_.emplace(std::pair(std::string(method), std::move(path)), std::move(handler));
}

const StreamHandler* Router::find_stream(const Request& request) const {
    auto at = streams_.find({request.method, request.path});
    return at == streams_.end() ? nullptr : &at->second;
}

bool Router::matches(const Route& route, const Request& request) const {
    auto count = segment_count(request);
    for (std::size_t i = 0; i < route.segments.size(); ++i) {
        const auto& pattern = route.segments[i];
        if (is_capture(pattern) && is_rest(pattern)) return true;
        if (i >= count) return false;
        if (is_capture(pattern) ? request.segments[i].empty() : pattern != request.segments[i])
            return false;
    }
    return count == route.segments.size();
}

const Router::Route* Router::best_match(const Request& request) const {
    const Route* best = nullptr;
    for (const auto& route : routes_)
        if (matches(route, request) && (!best || is_more_specific(route.segments, best->segments)))
            best = &route;
    return best;
}

std::expected<const Handler*, Response> Router::find(Request& request) const {
    const auto* route = best_match(request);
    if (!route)
        return std::unexpected(Response::text(404, "The requested resource could not be found."));
    for (std::size_t i = 0; i < route->segments.size(); ++i) {
        const auto& pattern = route->segments[i];
        if (!is_capture(pattern)) continue;
        std::string raw = i < request.segments.size() ? request.segments[i] : "";
        for (auto rest = i + 1; is_rest(pattern) && rest < request.segments.size(); ++rest)
            raw += '/' + request.segments[rest];
        auto value = decode_component(raw, true);
        if (!value) return std::unexpected(Response::text(400, "The path is malformed."));
        request.captures.emplace_back(name_of(pattern), *std::move(value));
    }
    std::string allowed;
    for (const auto& [method, handler] : route->methods) {
        if (method == request.method || (method == "GET" && request.method == "HEAD"))
            return &handler;
        allowed += (allowed.empty() ? "" : ", ") + method;
    }
    auto refusal = Response::text(405, "HTTP method not allowed, supported methods: " + allowed);
    refusal.headers.add("Allow", allowed);
    return std::unexpected(std::move(refusal));
}

}  // namespace logwood::http
