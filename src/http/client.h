#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "http/message.h"

namespace logwood::http {

struct ClientRequest {
    std::string method = "GET";
    std::string target = "/";
    Headers headers;  ///< Host, Content-Length and User-Agent are added.
    std::string body;
};

struct ClientResponse {
    int status = 0;
    Headers headers;
    std::string body;  ///< Decompressed when it was gzip; empty when a callback took it.
};

/// A blocking HTTP/1.1 client over plain TCP that keeps its connection between requests. One thread
/// at a time; not for the loop's thread.
class Client {
 public:
    /// `stall` bounds every single read and write.
    Client(std::string host, std::uint16_t port, Duration stall = 60s);
    ~Client();
    Client(Client&&) noexcept;

    /// kUnavailable when nothing was sent, kUnknownOutcome when the connection broke after that,
    /// kCorrupt when the answer is not HTTP.
    Result<ClientResponse> send(const ClientRequest& request);
    /// The same, but calls `take` with each piece of the body of a 2xx answer as it comes; its
    /// error breaks off. A body is passed on as it is on the wire: ask for no compression.
    using Take = std::function<Result<void>(std::string_view piece)>;
    Result<ClientResponse> send(const ClientRequest& request, const Take& take);

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace logwood::http
