#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "async/loop.h"
#include "async/task.h"
#include "base/result.h"

namespace logwood::http {

struct Datagram {
    std::string bytes;
    std::string peer;  ///< Address and port of the sender, as the kernel has them: for telling
                       ///< senders apart, not for people.
};

/// Datagrams that arrive at a port. Loop thread; one receive() at a time.
class UdpSocket {
 public:
    virtual ~UdpSocket() = default;
    /// Waits for datagrams, then gives all that are there, up to `count_max`. kCancelled after
    /// close().
    virtual async::Task<Result<std::vector<Datagram>>> receive(std::size_t count_max) = 0;
    /// Datagrams that the kernel had no room for, as far as it has told.
    virtual std::uint64_t lost() const = 0;
    virtual void close() = 0;
    virtual std::uint16_t port() const = 0;
};

/// Opens a port on an address of this host; port 0 takes a free one. kInvalidArgument when `host`
/// is no address, kUnavailable when it cannot be bound.
Result<std::unique_ptr<UdpSocket>> open_udp(async::RealLoop& loop, const std::string& host,
                                            std::uint16_t port);

}  // namespace logwood::http
