#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "cli/commands/commands.h"
#include "http/client.h"

namespace CLI {
class App;
}

namespace logwood::cli {

/// Where the server is and who asks, as flags say; what is empty is looked for elsewhere.
struct Connection {
    std::string address = {};
    std::string token = {};
    std::string profile = {};
};

/// Adds `--address`, `--token` and `--profile` to a verb.
void add_connection_options(CLI::App& verb, Connection& connection);

/// Talks to a server's HTTP interface. One thread at a time.
class ApiClient {
 public:
    /// What flags do not say comes from the environment (HUMIO_ADDRESS, HUMIO_TOKEN), then from the
    /// default profile, if its address is the one that is taken. A profile that is named stands
    /// above the environment. kInvalidArgument when the address is not `http://HOST[:PORT]`.
    static Result<ApiClient> connect(const Connection& connection);

    /// The answer, whatever its status.
    Result<http::ClientResponse> send(http::ClientRequest request);
    Result<http::ClientResponse> send(http::ClientRequest request, const http::Client::Take& take);

 private:
    ApiClient(http::Client client, std::string prefix, std::string token)
        : client_(std::move(client)), prefix_(std::move(prefix)), token_(std::move(token)) {}
    void complete(http::ClientRequest& request) const;

    http::Client client_;
    std::string prefix_;  ///< Path of the address, put before each target.
    std::string token_;
};

/// A value, or the code to exit with: what is wrong has been told.
template <typename T>
using Attempt = std::expected<T, ExitCode>;

/// The answer, if it is 2xx; else report()s it.
Attempt<http::ClientResponse> ask(ApiClient& client, http::ClientRequest request);
/// The same, read as JSON; report()s an answer that is none.
Attempt<boost::json::value> ask_json(ApiClient& client, http::ClientRequest request);
/// The text of a member; empty when it is absent or no text.
std::string_view text_of(const boost::json::object& object, std::string_view key);

/// A JSON request body with its headers.
http::ClientRequest json_request(std::string method, std::string target, std::string body);

/// `/api/v1/repositories/NAME`, with the name encoded.
std::string repository_path(std::string_view name);

/// Prints `logwood: ...` to standard error and gives the exit code that fits. An error of standard
/// output that nobody reads any more is no news, and only ends us.
ExitCode report(const Error& error);
ExitCode report(const http::ClientResponse& refused);

}  // namespace logwood::cli
