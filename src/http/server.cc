#include "http/server.h"

#include <algorithm>
#include <list>
#include <utility>

#include "async/sync.h"
#include "http/connection.h"
#include "http/socket.h"

namespace logwood::http {

struct Server::Impl {
    Impl(async::RealLoop& l, const Router& router, ServerOptions o)
        : loop(l), options(std::move(o)), context{l, router, options, counters}, gate(l), idle(l) {}

    async::Task<void> accept_all();
    async::Task<void> serve(std::unique_ptr<Socket> socket);
    bool make_room();

    async::RealLoop& loop;
    ServerOptions options;
    ServerCounters counters;
    ConnectionContext context;
    std::unique_ptr<Listener> listener;
    std::list<Connection*> connections;
    async::Gate gate;
    async::Signal idle;  ///< Notified when a connection ends.
};

async::Task<void> Server::Impl::accept_all() {
    constexpr Duration kPauseAfterError = 50ms;  // out of descriptors: let some be closed
    while (true) {
        auto socket = co_await listener->accept();
        if (!socket && socket.error().code == Code::kCancelled) co_return;
        if (!socket) {
            co_await gate.pause_for(kPauseAfterError);
            continue;
        }
        ++counters.connections_accepted;
        if (connections.size() >= options.connections_max && !make_room()) {
            ++counters.connections_refused;
            continue;
        }
        gate.spawn(serve(*std::move(socket)));
    }
}

/// Closes the connection that has been idle longest; false when none is idle.
bool Server::Impl::make_room() {
    auto longest = std::ranges::min_element(connections, {}, &Connection::idle_since);
    if (longest == connections.end() || (*longest)->idle_since() == MonoTime::never()) return false;
    (*longest)->close();
    return true;
}

async::Task<void> Server::Impl::serve(std::unique_ptr<Socket> socket) {
    Connection connection(context, std::move(socket));
    auto self = connections.insert(connections.end(), &connection);
    ++counters.connections_open;
    co_await connection.run();
    connections.erase(self);
    --counters.connections_open;
    idle.notify();
}

Server::Server(async::RealLoop& loop, const Router& router, ServerOptions options)
    : impl_(std::make_unique<Impl>(loop, router, std::move(options))) {}
Server::~Server() = default;

Result<void> Server::start() {
    TRY(impl_->listener, listen(impl_->loop, impl_->options.host, impl_->options.port));
    impl_->gate.spawn(impl_->accept_all());
    return {};
}

async::Task<void> Server::stop(Duration grace) {
    auto& impl = *impl_;
    impl.context.stopping = true;
    if (impl.listener) impl.listener->close();
    for (auto* connection : impl.connections)
        if (connection->idle_since() != MonoTime::never()) connection->close();
    auto deadline = impl.loop.now() + grace;
    while (!impl.connections.empty() && co_await impl.idle.wait_until(deadline)) {
    }
    for (auto* connection : impl.connections) connection->close();
    co_await impl.gate.close();
}

std::uint16_t Server::port() const { return impl_->listener ? impl_->listener->port() : 0; }
const ServerCounters& Server::counters() const { return impl_->counters; }

}  // namespace logwood::http
