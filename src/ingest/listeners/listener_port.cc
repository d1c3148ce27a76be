#include "ingest/listeners/listener_port.h"

#include <algorithm>
#include <utility>

#include "base/server_log.h"
#include "ingest/limits.h"

namespace logwood::ingest {

using global::ListenerProtocol;

namespace {

/// Room for the next read of a connection whose last one had `got` bytes.
void resize(std::string& buffer, std::size_t got) {
    if (got == buffer.size() && got < kListenerReadBytesMax) {
        buffer.resize(2 * got);
    } else if (got < buffer.size() / 8 && buffer.size() > kListenerReadBytesMin) {
        buffer.resize(buffer.size() / 2);
        buffer.shrink_to_fit();
    }
}

}  // namespace

Listeners::Port::Port(Listeners& owner, Entity entity)
    : owner_(owner), counters_(owner.counters_), entity_(std::move(entity)), gate_(owner.loop_) {}

bool Listeners::Port::is_gelf() const {
    return entity_->protocol == ListenerProtocol::kGelfTcp ||
           entity_->protocol == ListenerProtocol::kGelfUdp;
}

void Listeners::Port::open() {
    if (listener_ || udp_) return;
    const auto& host = entity_->bind.empty() ? owner_.bind_ : entity_->bind;
    auto was = std::exchange(problem_, {});
    if (entity_->is_udp()) {
        auto opened = http::open_udp(owner_.loop_, host, entity_->port);
        if (opened)
            udp_ = *std::move(opened);
        else
            problem_ = opened.error().message;
    } else {
        auto opened = http::listen(owner_.loop_, host, entity_->port);
        if (opened)
            listener_ = *std::move(opened);
        else
            problem_ = opened.error().message;
    }
    if (!problem_.empty()) {
        if (problem_ != was)
            server_log::warning("ingest", "a listener's port cannot be opened",
                                {{"listener", entity_->name}, {"error", problem_}});
        return;
    }
    server_log::info("ingest", "listening",
                     {{"listener", entity_->name},
                      {"port", std::to_string(entity_->port)},
                      {"protocol", entity_->is_udp() ? "udp" : "tcp"}});
    gate_.spawn(udp_ ? receive() : accept());
}

async::Task<void> Listeners::Port::close() {
    gate_.request_stop();
    if (listener_) listener_->close();
    if (udp_) udp_->close();
    for (auto* socket : sockets_) socket->close();
    co_await gate_.close();
}

async::Task<void> Listeners::Port::accept() {
    while (!gate_.closing()) {
        auto socket = co_await listener_->accept();
        if (gate_.closing()) break;
        if (!socket) {
            // Out of descriptors, most likely.
            co_await gate_.pause_for(kListenerRetryPause);
        } else if (sockets_.size() >= kListenerConnectionsMax) {
            ++counters_.connections_refused;
        } else {
            gate_.spawn(serve(*std::move(socket)));
        }
    }
}

async::Task<void> Listeners::Port::serve(std::unique_ptr<http::Socket> socket) {
    sockets_.insert(socket.get());
    ++counters_.connections_open;
    co_await read_stream(*socket);
    --counters_.connections_open;
    sockets_.erase(socket.get());
}

async::Task<void> Listeners::Port::read_stream(http::Socket& socket) {
    FrameSplitter splitter(is_gelf() ? Framing::kNul : Framing::kSyslog, kMessageBytesMax);
    std::string buffer(kListenerReadBytesMin, '\0');
    InFlight in_flight(owner_.loop_);
    bool is_open = true;
    std::size_t pending = 0;
    while (is_open) {
        auto got = co_await socket.read_some(buffer, owner_.loop_.now() + kListenerIdleTimeout);
        FramedMessages messages;
        auto cut = splitter.cut();
        if (!got || *got == 0) {
            is_open = false;
            splitter.finish(messages);
        } else if (!splitter.feed(std::string_view(buffer).substr(0, *got), messages)) {
            is_open = false;
            ++counters_.framing_errors;
        } else {
            resize(buffer, *got);
        }
        counters_.messages_cut += splitter.cut() - cut;
        owner_.partial_bytes_ += splitter.pending() - std::exchange(pending, splitter.pending());
        bool is_large = pending > kListenerPartialBytesKept;
        if (is_open && is_large && owner_.partial_bytes_ > kListenerPartialBytesMax) {
            is_open = false;
            ++counters_.crowded_out;
            ++counters_.messages_dropped;
        }
        if (!messages.ends.empty()) gate_.spawn(deliver(std::move(messages), in_flight));
        while (in_flight.bytes > kListenerInFlightMax) co_await in_flight.landed.wait();
        is_open = is_open && !gate_.closing();
    }
    owner_.partial_bytes_ -= pending;
    socket.close();
    while (in_flight.bytes > 0) co_await in_flight.landed.wait();
}

async::Task<void> Listeners::Port::receive() {
    std::uint64_t lost = 0;
    while (!gate_.closing()) {
        auto datagrams = co_await udp_->receive(kDatagramsAtOnce);
        if (!datagrams) break;
        counters_.datagrams_lost += udp_->lost() - std::exchange(lost, udp_->lost());
        FramedMessages messages;
        gather(*std::move(datagrams), messages);
        if (messages.ends.empty()) continue;
        if (datagram_bytes_ + messages.bytes.size() > kDatagramsInFlightMax)
            counters_.messages_dropped += messages.ends.size();
        else
            gate_.spawn(deliver_once(std::move(messages)));
    }
}

void Listeners::Port::gather(std::vector<http::Datagram> datagrams, FramedMessages& into) {
    for (auto& datagram : datagrams) {
        std::optional<std::string> message = std::move(datagram.bytes);
        if (is_gelf())
            message = chunks_.take(datagram.peer, *std::move(message), owner_.loop_.now());
        else
            message->resize(message->find_last_not_of(std::string_view("\0\r\n", 3)) + 1);
        if (!message || message->empty()) continue;
        counters_.messages_cut += message->size() > kMessageBytesMax;
        into.add(std::string_view(*message).substr(0, kMessageBytesMax));
    }
    const auto& c = chunks_.counters();
    auto dropped = c.malformed + c.expired + c.crowded_out;
    counters_.chunks_dropped += dropped - std::exchange(chunks_dropped_, dropped);
}

bool Listeners::Port::has_packed(const FramedMessages& messages) const {
    std::size_t begin = 0;
    auto is_packed = [&](std::size_t end) {
        auto from = std::exchange(begin, end);
        return gelf_packing(std::string_view(messages.bytes).substr(from, end - from)) !=
               http::Coding::kIdentity;
    };
    return is_gelf() && std::ranges::any_of(messages.ends, is_packed);
}

/// Brings the messages to the log, and removes what is there.
async::Task<Result<void>> Listeners::Port::hand_on(FramedMessages& messages) {
    Protocol protocol{is_gelf() ? decode_gelf_messages : decode_messages, ""};
    std::optional<std::string> parser;
    if (!entity_->parser.empty()) parser = entity_->parser;
    // A kilobyte may become a megabyte: no two unpack at once, and none before the last are stored.
    std::optional<async::Mutex::Lock> unpacking;
    if (has_packed(messages)) unpacking.emplace(co_await owner_.unpacking_.lock());
    while (!messages.ends.empty()) {
        auto repo = owner_.global_.state().repository(entity_->repo);
        if (!repo || repo->deleted) co_return fail(Code::kNotFound, "the repository is gone");
        Incoming incoming{.body = messages.bytes, .message_ends = messages.ends};
        for (const auto& [name, value] : entity_->tags) incoming.tags.set(name, value);
        CO_TRY(auto left,
               co_await owner_.ingest_.ingest(repo, parser, protocol, std::move(incoming)));
        auto taken = messages.ends.size();
        if (!left.empty()) taken -= std::stoul(left);
        counters_.messages += taken;
        messages.drop(taken);
    }
    co_return Result<void>();
}

async::Task<void> Listeners::Port::deliver(FramedMessages messages, InFlight& in_flight) {
    auto size = messages.bytes.size();
    in_flight.bytes += size;
    co_await store(std::move(messages));
    in_flight.bytes -= size;
    in_flight.landed.notify();
}

async::Task<void> Listeners::Port::store(FramedMessages messages) {
    while (true) {
        auto stored = co_await hand_on(messages);
        if (stored) co_return;
        auto code = stored.error().code;
        bool may_pass = code == Code::kUnavailable || code == Code::kNoSpace ||
                        code == Code::kUnknownOutcome || code == Code::kIo;
        if (!may_pass || gate_.closing()) {
            counters_.messages_dropped += messages.ends.size();
            server_log::warning(
                "ingest", "messages of a listener are lost",
                {{"listener", entity_->name}, {"error", stored.error().to_string()}});
            co_return;
        }
        ++counters_.waits;
        co_await gate_.pause_for(kListenerRetryPause);
    }
}

async::Task<void> Listeners::Port::deliver_once(FramedMessages messages) {
    auto size = messages.bytes.size();
    datagram_bytes_ += size;
    if (!co_await hand_on(messages)) counters_.messages_dropped += messages.ends.size();
    datagram_bytes_ -= size;
}

}  // namespace logwood::ingest
