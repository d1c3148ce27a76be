#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "http/client.h"

namespace logwood::cli {

/// Where the server is and who asks; from flags, else from the environment.
struct Connection {
    std::string address = "http://127.0.0.1:8080";
    std::string token;
};

/// Adds `--address` (HUMIO_ADDRESS) and `--token` (HUMIO_TOKEN) to a verb.
void add_connection_options(CLI::App& verb, Connection& connection);

/// Talks to a server's HTTP interface. One thread at a time.
class ApiClient {
 public:
    /// kInvalidArgument when the address is not `http://HOST[:PORT]`.
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

/// A JSON request body with its headers.
http::ClientRequest json_request(std::string method, std::string target, std::string body);

/// Prints `logwood: ...` to standard error and gives the exit code that fits.
ExitCode report(const Error& error);
ExitCode report(const http::ClientResponse& refused);

}  // namespace logwood::cli
