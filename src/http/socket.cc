// Asio calls as awaitables. A socket keeps one timer armed at most: it looks at the deadline of the
// operation under way when it fires, so that an operation in time costs no timer of its own.
#include "http/socket.h"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <coroutine>
#include <utility>

#include "http/limits.h"

namespace logwood::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// Awaits one asynchronous call; `Start` gets the handler to pass on.
template <typename Start>
struct Await {
    Start start;
    error_code error{};
    std::size_t bytes = 0;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
        start([this, handle](error_code e, std::size_t n = 0) {
            error = e;
            bytes = n;
            handle.resume();
        });
    }
    Await& await_resume() noexcept { return *this; }
};
template <typename Start>
Await(Start) -> Await<Start>;

std::string text_of(const tcp::endpoint& endpoint) {
    auto address = endpoint.address();
    auto host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    return host + ":" + std::to_string(endpoint.port());
}

/// Outlives its TcpSocket while a timer or a watch is under way.
struct State {
    State(async::Loop& l, tcp::socket s) : loop(l), socket(std::move(s)) {}

    async::Loop& loop;
    tcp::socket socket;
    MonoTime deadline = MonoTime::never();  ///< Of the operation under way.
    bool has_timer = false;
    bool timed_out = false;
    std::function<void()> gone;
};

void arm(const std::shared_ptr<State>& state, MonoTime when) {
    state->has_timer = true;
    state->loop.call_at(when, [weak = std::weak_ptr(state)] {
        auto still = weak.lock();
        if (!still) return;
        still->has_timer = false;
        if (still->deadline == MonoTime::never()) return;
        if (still->loop.now() < still->deadline) return arm(still, still->deadline);
        still->timed_out = true;
        error_code ignored;
        still->socket.cancel(ignored);
    });
}

class TcpSocket final : public Socket {
 public:
    TcpSocket(async::Loop& loop, tcp::socket socket, std::string peer)
        : state_(std::make_shared<State>(loop, std::move(socket))), peer_(std::move(peer)) {
        error_code ignored;
        state_->socket.set_option(tcp::no_delay(true), ignored);
    }
    ~TcpSocket() override { close(); }

    async::Task<Result<std::size_t>> read_some(std::span<char> into, MonoTime deadline) override {
        begin(deadline);
        auto& socket = state_->socket;
        auto done = co_await Await{[&](auto handler) {
            socket.async_read_some(asio::buffer(into.data(), into.size()), std::move(handler));
        }};
        state_->deadline = MonoTime::never();
        if (done.error == asio::error::eof) co_return 0;
        if (done.error) co_return failure();
        co_return done.bytes;
    }

    async::Task<Result<void>> write(std::string_view first, std::string_view second) override {
        while (!first.empty() || !second.empty()) {
            begin(state_->loop.now() + kStallTimeout);
            std::array parts{asio::buffer(first), asio::buffer(second)};
            auto done = co_await Await{
                [&](auto handler) { state_->socket.async_write_some(parts, std::move(handler)); }};
            state_->deadline = MonoTime::never();
            if (done.error) co_return failure();
            auto of_first = std::min(done.bytes, first.size());
            first.remove_prefix(of_first);
            second.remove_prefix(done.bytes - of_first);
        }
        co_return Result<void>();
    }

    void watch(std::function<void()> gone) override {
        state_->gone = std::move(gone);
        auto still = state_;
        state_->socket.async_wait(tcp::socket::wait_read, [still](error_code error) {
            auto callback = std::exchange(still->gone, nullptr);
            if (!callback || error == asio::error::operation_aborted) return;
            char byte = 0;
            auto seen = ::recv(still->socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
            bool is_blocked = seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
            if (seen <= 0 && !is_blocked) callback();
        });
    }
    void unwatch() override {
        if (!std::exchange(state_->gone, nullptr)) return;
        error_code ignored;
        state_->socket.cancel(ignored);
    }
    void shutdown_send() override {
        error_code ignored;
        state_->socket.shutdown(tcp::socket::shutdown_send, ignored);
    }
    void close() override {
        error_code ignored;
        state_->gone = nullptr;
        state_->socket.close(ignored);
    }
    const std::string& peer() const override { return peer_; }

 private:
    void begin(MonoTime deadline) {
        state_->timed_out = false;
        state_->deadline = deadline;
        if (!state_->has_timer && deadline != MonoTime::never()) arm(state_, deadline);
    }
    std::unexpected<Error> failure() const {
        if (state_->timed_out) return fail(Code::kTooLarge, "the connection was idle for too long");
        return fail(Code::kCancelled, "the connection is closed");
    }

    std::shared_ptr<State> state_;
    std::string peer_;
};

class TcpListener final : public Listener {
 public:
    TcpListener(async::Loop& loop, tcp::acceptor acceptor)
        : loop_(loop), acceptor_(std::move(acceptor)), port_(acceptor_.local_endpoint().port()) {}

    async::Task<Result<std::unique_ptr<Socket>>> accept() override {
        tcp::socket socket(acceptor_.get_executor());
        tcp::endpoint peer;
        auto done = co_await Await{
            [&](auto handler) { acceptor_.async_accept(socket, peer, std::move(handler)); }};
        if (done.error == asio::error::operation_aborted || !acceptor_.is_open())
            co_return fail(Code::kCancelled, "the listener is closed");
        if (done.error) co_return fail(Code::kUnavailable, "accept: " + done.error.message());
        co_return std::make_unique<TcpSocket>(loop_, std::move(socket), text_of(peer));
    }
    void close() override {
        error_code ignored;
        acceptor_.close(ignored);
    }
    std::uint16_t port() const override { return port_; }

 private:
    async::Loop& loop_;
    tcp::acceptor acceptor_;
    std::uint16_t port_;
};

}  // namespace

Result<std::unique_ptr<Listener>> listen(async::RealLoop& loop, const std::string& host,
                                         std::uint16_t port) {
    error_code error;
    auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
    if (error) return fail(Code::kInvalidArgument, host + " is not an address of this host");
    auto& context = *static_cast<asio::io_context*>(loop.native_context());
    tcp::acceptor acceptor(context);
    tcp::endpoint endpoint(address, port);
    if (!error) acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return fail(Code::kUnavailable,
                    "cannot listen on " + text_of(endpoint) + ": " + error.message());
    return std::make_unique<TcpListener>(loop, std::move(acceptor));
}

}  // namespace logwood::http
