#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "async/loop.h"
#include "async/task.h"
#include "base/result.h"

namespace logwood::http {

/// A connected TCP socket. Loop thread; one read and one write at a time.
class Socket {
 public:
    virtual ~Socket() = default;

    /// Reads what there is, at least one byte; 0 at the end of the stream. kTooLarge at the
    /// deadline, kCancelled once the connection is broken or closed.
    virtual async::Task<Result<std::size_t>> read_some(std::span<char> into, MonoTime deadline) = 0;
    /// Writes both, one behind the other. kTooLarge when the reader takes nothing for
    /// kStallTimeout.
    virtual async::Task<Result<void>> write(std::string_view first, std::string_view second) = 0;
    /// Calls `gone` once when the client closes, unless unwatch() or the client sends more before.
    virtual void watch(std::function<void()> gone) = 0;
    virtual void unwatch() = 0;
    /// Ends our direction of the stream.
    virtual void shutdown_send() = 0;
    /// Breaks off whatever waits. Safe to call twice.
    virtual void close() = 0;
    virtual const std::string& peer() const = 0;
};

/// Accepts connections until close(). Loop thread.
class Listener {
 public:
    virtual ~Listener() = default;
    /// kCancelled after close(); other errors concern one connection.
    virtual async::Task<Result<std::unique_ptr<Socket>>> accept() = 0;
    virtual void close() = 0;
    virtual std::uint16_t port() const = 0;
};

/// Listens on an address of this host; port 0 takes a free one. kInvalidArgument when `host` is no
/// address, kUnavailable when it cannot be bound.
Result<std::unique_ptr<Listener>> listen(async::RealLoop& loop, const std::string& host,
                                         std::uint16_t port);

}  // namespace logwood::http
