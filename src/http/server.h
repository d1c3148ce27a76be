#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "async/loop.h"
#include "async/task.h"
#include "base/result.h"
#include "http/limits.h"
#include "http/router.h"

namespace logwood::http {

/// Sizes and times of a server; tests make them small.
struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;  ///< 0 takes a free one.
    std::size_t body_bytes_max = kBodyBytesMax;
    std::size_t bodies_bytes_max = kBodiesBytesMax;
    std::size_t connections_max = kConnectionsMax;
    Duration head_timeout = kHeadTimeout;
    Duration stall_timeout = kStallTimeout;  ///< Of a body; of a response it is fixed.
    Duration idle_timeout = kIdleTimeout;
};

/// What a server has done since it started; read on the loop's thread.
struct ServerCounters {
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_open = 0;
    std::uint64_t connections_refused = 0;  ///< Above connections_max.
    std::uint64_t requests = 0;             ///< That reached the router.
    std::uint64_t requests_refused = 0;     ///< Before the router: malformed, too large, too slow.
    std::uint64_t responses[6] = {};        ///< By hundreds of the status.
    std::uint64_t body_bytes_in = 0;        ///< On the wire.
    std::uint64_t body_bytes_out = 0;       ///< On the wire.
    std::uint64_t bodies_bytes_held = 0;    ///< Now, of requests under way.
};

/// Serves a router's routes over HTTP/1.1. Loop thread.
///
/// Requests of one connection are answered one at a time, in order. Nothing that is malformed
/// reaches a handler; it is answered and the connection closed.
class Server {
 public:
    /// `router` is borrowed, must outlive the server and not change while it runs.
    Server(async::RealLoop& loop, const Router& router, ServerOptions options = {});
    ~Server();

    /// Listens; from here on requests are handled.
    Result<void> start();
    /// Stops accepting, lets requests under way finish, and cuts those that last beyond `grace`.
    async::Task<void> stop(Duration grace);
    std::uint16_t port() const;
    const ServerCounters& counters() const;

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace logwood::http
