// Asio waits until there is something; the datagrams are then read in one go, with what the kernel
// says of those it dropped.
#include "http/udp_socket.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <coroutine>
#include <cstring>
#include <utility>

#include "http/limits.h"

namespace logwood::http {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;

/// Awaits that the socket can be read. The socket's owner must outlive it.
struct Readable {
    udp::socket& socket;
    error_code error{};

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
        socket.async_wait(udp::socket::wait_read, [this, handle](error_code e) {
            error = e;
            handle.resume();
        });
    }
    error_code await_resume() const noexcept { return error; }
};

class AsioUdpSocket final : public UdpSocket {
 public:
    explicit AsioUdpSocket(udp::socket socket)
        : socket_(std::move(socket)), port_(socket_.local_endpoint().port()) {
        error_code ignored;
        socket_.set_option(asio::socket_base::receive_buffer_size(kUdpReceiveBufferBytes), ignored);
        int on = 1;
        // Without it nothing is known of losses, which is no reason not to listen.
        (void)::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
    }

    async::Task<Result<std::vector<Datagram>>> receive(std::size_t count_max) override {
        std::vector<Datagram> got;
        while (got.empty()) {
            auto error = co_await Readable{socket_};
            if (error || !socket_.is_open())
                co_return fail(Code::kCancelled, "the socket is closed");
            while (got.size() < count_max && read_one(got)) {
            }
        }
        co_return got;
    }
    std::uint64_t lost() const override { return lost_; }
    void close() override {
        error_code ignored;
        socket_.close(ignored);
    }
    std::uint16_t port() const override { return port_; }

 private:
    bool read_one(std::vector<Datagram>& into) {
        sockaddr_storage from{};
        iovec part{.iov_base = buffer_.data(), .iov_len = buffer_.size()};
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(std::uint32_t))> control{};
        msghdr message{};
        message.msg_name = &from;
        message.msg_namelen = sizeof from;
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        auto size = ::recvmsg(socket_.native_handle(), &message, MSG_DONTWAIT);
        if (size < 0) return false;
        note_losses(message);
        into.push_back(
            {.bytes = std::string(buffer_.data(), static_cast<std::size_t>(size)),
             .peer = std::string(reinterpret_cast<const char*>(&from), message.msg_namelen)});
        return true;
    }

    /// The kernel counts in 32 bits, from the socket's beginning.
    void note_losses(msghdr& message) {
        for (auto* item = CMSG_FIRSTHDR(&message); item; item = CMSG_NXTHDR(&message, item)) {
            if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SO_RXQ_OVFL) continue;
            std::uint32_t count = 0;
            std::memcpy(&count, CMSG_DATA(item), sizeof count);
            lost_ += count - std::exchange(kernel_count_, count);
        }
    }

    udp::socket socket_;
    std::uint16_t port_;
    std::uint64_t lost_ = 0;
    std::uint32_t kernel_count_ = 0;
    /// No datagram is longer.
    std::array<char, 64U << 10> buffer_;
};

}  // namespace

Result<std::unique_ptr<UdpSocket>> open_udp(async::RealLoop& loop, const std::string& host,
                                            std::uint16_t port) {
    error_code error;
    auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
    if (error) return fail(Code::kInvalidArgument, host + " is not an address of this host");
    auto& context = *static_cast<asio::io_context*>(loop.native_context());
    udp::socket socket(context);
    udp::endpoint endpoint(address, port);
    socket.open(endpoint.protocol(), error);
    if (!error) socket.bind(endpoint, error);
    if (error)
        return fail(Code::kUnavailable, "cannot listen on " + host + ":" + std::to_string(port) +
                                            " (UDP): " + error.message());
    return std::make_unique<AsioUdpSocket>(std::move(socket));
}

}  // namespace logwood::http
