#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "http/socket.h"
#include "http/udp_socket.h"
#include "ingest/listeners/frame_splitter.h"
#include "ingest/listeners/listeners.h"
#include "ingest/protocols/gelf_chunks.h"

namespace logwood::ingest {

/// One open port and its connections. Loop thread.
class Listeners::Port {
 public:
    Port(Listeners& owner, Entity entity);

    /// Opens the port, if it is not; problem() says why not.
    void open();
    async::Task<void> close();
    const global::IngestListener& entity() const { return *entity_; }
    const std::string& problem() const { return problem_; }

 private:
    /// What a connection has handed on.
    struct InFlight {
        explicit InFlight(async::Loop& loop) : landed(loop) {}
        std::size_t bytes = 0;
        async::Signal landed;
    };

    async::Task<void> accept();
    async::Task<void> serve(std::unique_ptr<http::Socket> socket);
    async::Task<void> read_stream(http::Socket& socket);
    async::Task<void> receive();
    void gather(std::vector<http::Datagram> datagrams, FramedMessages& into);
    /// Tries until the messages are stored or refused, or the port closes.
    async::Task<void> deliver(FramedMessages messages, InFlight& in_flight);
    async::Task<void> store(FramedMessages messages);
    async::Task<void> deliver_once(FramedMessages messages);
    bool has_packed(const FramedMessages& messages) const;
    async::Task<Result<void>> hand_on(FramedMessages& messages);
    bool is_gelf() const;

    Listeners& owner_;
    ListenerCounters& counters_;
    Entity entity_;
    std::string problem_;
    std::unique_ptr<http::Listener> listener_;
    std::unique_ptr<http::UdpSocket> udp_;
    std::set<http::Socket*> sockets_;
    GelfChunks chunks_;
    std::uint64_t chunks_dropped_ = 0;
    std::size_t datagram_bytes_ = 0;  ///< Waiting for the log.
    async::Gate gate_;
};

}  // namespace logwood::ingest
