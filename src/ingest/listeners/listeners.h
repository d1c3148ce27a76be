#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/loop.h"
#include "async/sync.h"
#include "global/global.h"
#include "ingest/ingest.h"

namespace logwood::ingest {

/// What came in through listeners since the start.
struct ListenerCounters {
    std::uint64_t connections_open = 0;  ///< Now.
    std::uint64_t connections_refused = 0;
    std::uint64_t messages = 0;          ///< Acknowledged by the log.
    std::uint64_t messages_cut = 0;      ///< Above kMessageBytesMax.
    std::uint64_t messages_dropped = 0;  ///< Datagrams beyond what may wait or the log would not
                                         ///< take; what a stop or a refusal left of a stream.
    std::uint64_t datagrams_lost = 0;    ///< By the kernel, before we saw them.
    std::uint64_t chunks_dropped = 0;    ///< GELF messages that never became whole, bad chunks.
    std::uint64_t framing_errors = 0;    ///< Connections closed for a wrong octet count.
    std::uint64_t crowded_out = 0;       ///< Connections closed as too much was incomplete.
    std::uint64_t waits = 0;             ///< Times that a stream had to wait for the log.
};

/// Keeps the ports open that Global has as ingest listeners, and hands on what arrives there.
///
/// A stream is not read while its messages wait for the log, so that TCP slows its sender. What
/// cannot be known to be stored is handed on again: a stream's messages come at least once. A
/// datagram is dropped rather than waited with. Loop thread.
class Listeners {
 public:
    /// `bind` is the address of listeners that name none. All are borrowed.
    Listeners(async::RealLoop& loop, global::Global& global, Ingest& ingest, std::string bind);
    ~Listeners();

    void start();
    /// Closes all ports and connections, and waits for what is under way.
    async::Task<void> stop();
    const ListenerCounters& counters() const { return counters_; }
    /// Why a listener's port is not open; empty when it is.
    std::string problem_of(ListenerId id) const;

 private:
    using Entity = std::shared_ptr<const global::IngestListener>;
    class Port;

    async::Task<void> run();
    async::Task<void> follow();

    async::RealLoop& loop_;
    global::Global& global_;
    Ingest& ingest_;
    std::string bind_;
    ListenerCounters counters_;
    async::Mutex unpacking_;
    std::size_t partial_bytes_ = 0;  ///< Of incomplete messages of all connections.
    std::map<ListenerId, std::unique_ptr<Port>> ports_;
    async::Gate gate_;
};

}  // namespace logwood::ingest
