#include "http/message.h"

#include <algorithm>

namespace logwood::http {

namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string_view find_first(const Parameters& in, std::string_view name) {
    auto at = std::ranges::find(in, name, [](auto& entry) { return entry.first; });
    return at == in.end() ? std::string_view() : std::string_view(at->second);
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

void Headers::add(std::string name, std::string value) {
    entries_.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string_view name, std::string value) {
    std::erase_if(entries_, [&](auto& entry) { return equals_ignoring_case(entry.first, name); });
    add(std::string(name), std::move(value));
}

std::string_view Headers::get(std::string_view name) const {
    for (const auto& [key, value] : entries_)
        if (equals_ignoring_case(key, name)) return value;
    return {};
}

std::size_t Headers::count(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        entries_, [&](auto& entry) { return equals_ignoring_case(entry.first, name); }));
}

std::string_view Request::parameter(std::string_view name) const { return find_first(query, name); }

std::string_view Request::capture(std::string_view name) const {
    return find_first(captures, name);
}

Response Response::text(int status, std::string body) {
    Response response{.status = status, .body = std::move(body)};
    response.headers.add("Content-Type", "text/plain; charset=UTF-8");
    return response;
}

Response Response::json(int status, std::string body) {
    Response response{.status = status, .body = std::move(body)};
    response.headers.add("Content-Type", "application/json");
    return response;
}

}  // namespace logwood::http
