#include "cli/api_client.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "cli/profiles.h"
#include "cli/terminal.h"
#include "http/target.h"

namespace logwood::cli {
namespace {

constexpr std::string_view kScheme = "http://";
constexpr std::string_view kDefaultAddress = "http://127.0.0.1:8080";
constexpr std::uint16_t kDefaultPort = 80;

std::string trimmed(std::string text) {
    while (text.ends_with('\n') || text.ends_with(' ')) text.pop_back();
    return text;
}

/// What a flag says, else the environment.
std::string given(const std::string& flag, const char* variable) {
    auto* value = std::getenv(variable);
    return flag.empty() && value ? value : flag;
}

/// A token goes to the server that it was meant for: that of a profile to no other address.
Result<Profile> profile_of(const Connection& connection) {
    bool is_named = !connection.profile.empty();
    auto address = is_named ? std::string() : given(connection.address, "HUMIO_ADDRESS");
    auto token = is_named ? connection.token : given(connection.token, "HUMIO_TOKEN");
    if (!address.empty()) return Profile{std::move(address), std::move(token)};
    TRY(auto profiles, load_profiles(profiles_path()));
    auto& name = is_named ? connection.profile : profiles.default_name;
    Profile profile{.address = std::string(kDefaultAddress), .token = {}};
    if (!name.empty()) {
        TRY(profile, profiles.find(name));
    }
    if (!token.empty()) profile.token = std::move(token);
    return profile;
}

}  // namespace

void add_connection_options(CLI::App& verb, Connection& connection) {
    auto* address = verb.add_option(
        "--address", connection.address,
        fmt::format("Server, as http://HOST:PORT (HUMIO_ADDRESS) [{}]", kDefaultAddress));
    verb.add_option("--token", connection.token, "API token (HUMIO_TOKEN)");
    verb.add_option("--profile", connection.profile,
                    "Address and token that `logwood profile` keeps under that name")
        ->excludes(address);
}

Result<ApiClient> ApiClient::connect(const Connection& connection) {
    TRY(auto taken, profile_of(connection));
    std::string_view rest = taken.address;
    auto wrong = [&](std::string_view why) {
        return fail(Code::kInvalidArgument, fmt::format("address `{}`: {}", taken.address, why));
    };
    if (rest.starts_with("https://")) return wrong("https is not supported yet");
    if (!rest.starts_with(kScheme)) return wrong("is not http://HOST:PORT");
    rest.remove_prefix(kScheme.size());
    auto slash = std::min(rest.find('/'), rest.size());
    std::string prefix(rest.substr(slash));
    while (prefix.ends_with('/')) prefix.pop_back();
    auto host = rest.substr(0, slash);
    auto port = kDefaultPort;
    if (auto colon = host.rfind(':'); colon != std::string_view::npos && !host.ends_with(']')) {
        auto digits = host.substr(colon + 1);
        auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
        if (error != std::errc() || end != digits.data() + digits.size())
            return wrong("has a bad port");
        host = host.substr(0, colon);
    }
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.empty()) return wrong("has no host");
    return ApiClient(http::Client(std::string(host), port), std::move(prefix),
                     std::move(taken.token));
}

void ApiClient::complete(http::ClientRequest& request) const {
    request.target = prefix_ + request.target;
    if (!token_.empty()) request.headers.set("Authorization", "Bearer " + token_);
}

Result<http::ClientResponse> ApiClient::send(http::ClientRequest request) {
    complete(request);
    return client_.send(request);
}

Result<http::ClientResponse> ApiClient::send(http::ClientRequest request,
                                             const http::Client::Take& take) {
    complete(request);
    return client_.send(request, take);
}

http::ClientRequest json_request(std::string method, std::string target, std::string body) {
    http::ClientRequest request{
        .method = std::move(method), .target = std::move(target), .body = std::move(body)};
    request.headers.set("Content-Type", "application/json");
    return request;
}

std::string repository_path(std::string_view name) {
    return "/api/v1/repositories/" + http::encode_component(name);
}

Attempt<http::ClientResponse> ask(ApiClient& client, http::ClientRequest request) {
    auto answer = client.send(std::move(request));
    if (!answer) return std::unexpected(report(answer.error()));
    if (answer->status / 100 != 2) return std::unexpected(report(*answer));
    return *std::move(answer);
}

Attempt<boost::json::value> ask_json(ApiClient& client, http::ClientRequest request) {
    auto answer = ask(client, std::move(request));
    if (!answer) return std::unexpected(answer.error());
    boost::system::error_code error;
    auto value = boost::json::parse(answer->body, error);
    if (error)
        return std::unexpected(report(Error{Code::kCorrupt, "the server's answer is not JSON"}));
    return value;
}

std::string_view text_of(const boost::json::object& object, std::string_view key) {
    auto* value = object.if_contains(key);
    if (!value || !value->is_string()) return "";
    auto& text = value->get_string();
    return {text.data(), text.size()};
}

ExitCode report(const Error& error) {
    if (is_interrupted()) return kInterrupted;
    // Who leaves the pager has seen enough.
    if (error.code == Code::kCancelled) return is_output_redirected() ? kOk : kFailed;
    std::fprintf(stderr, "logwood: %s\n", error.message.c_str());
    switch (error.code) {
        case Code::kInvalidArgument:
            return kUsage;
        case Code::kUnauthenticated:
        case Code::kForbidden:
            return kRefused;
        case Code::kUnavailable:
        case Code::kUnknownOutcome:
        case Code::kCorrupt:
            return kNetwork;
        default:
            return kFailed;
    }
}

ExitCode report(const http::ClientResponse& refused) {
    auto text = trimmed(refused.body);
    std::fprintf(stderr, "logwood: the server answered %d: %s\n", refused.status, text.c_str());
    if (refused.status == 401 || refused.status == 403) return kRefused;
    if (refused.status == 400) return kUsage;
    return refused.status >= 500 ? kNetwork : kFailed;
}

}  // namespace logwood::cli
