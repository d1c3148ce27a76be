// Beast parses the answers; the bytes come from a plain blocking descriptor, whose time-outs the
// kernel keeps.
#include "http/client.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <optional>
#include <utility>

#include "http/content_coding.h"

namespace logwood::http {
namespace {

namespace beast = boost::beast;
using boost::system::error_code;

constexpr std::size_t kPieceBytes = 64U << 10;
constexpr std::size_t kHeadBytes = 64U << 10;
constexpr std::size_t kAnswerBytesMax = 1U << 30;  // decompressed, of an answer kept in memory

error_code last_error() { return {errno, boost::system::system_category()}; }

/// A descriptor as Beast's SyncReadStream.
class Descriptor {
 public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    ~Descriptor() { ::close(fd_); }

    template <typename Buffers>
    std::size_t read_some(const Buffers& buffers, error_code& error) {
        auto into = *boost::asio::buffer_sequence_begin(buffers);
        auto got = ::recv(fd_, into.data(), into.size(), 0);
        if (got < 0) error = last_error();
        if (got == 0) error = boost::asio::error::eof;
        return got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    template <typename Buffers>
    std::size_t read_some(const Buffers& buffers) {
        error_code error;
        auto got = read_some(buffers, error);
        ASSERT(!error);
        return got;
    }
    /// Whether all was taken by the kernel; `sent` counts.
    bool write(std::string_view bytes, std::size_t& sent) {
        while (!bytes.empty()) {
            auto taken = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (taken <= 0) return false;
            sent += static_cast<std::size_t>(taken);
            bytes.remove_prefix(static_cast<std::size_t>(taken));
        }
        return true;
    }

 private:
    int fd_;
};

}  // namespace

struct Client::Impl {
    std::string host;
    std::uint16_t port;
    Duration stall;
    std::unique_ptr<Descriptor> connection;
    beast::flat_buffer buffer;

    Result<void> connect();
    Result<void> send_request(const ClientRequest& request);
    Result<ClientResponse> receive(const ClientRequest& request, const Take& take);
};

Result<void> Client::Impl::connect() {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
        return fail(Code::kUnavailable, "no address for " + host);
    std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, ::freeaddrinfo);
    for (auto* one = found; one; one = one->ai_next) {
        int fd = ::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol);
        if (fd < 0) continue;
        auto made = std::make_unique<Descriptor>(fd);
        timeval limit{.tv_sec = stall / 1s, .tv_usec = (stall % 1s) / 1us};
        ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        if (::connect(fd, one->ai_addr, one->ai_addrlen) != 0) continue;
        connection = std::move(made);
        buffer.clear();
        return {};
    }
    return fail(Code::kUnavailable, "cannot connect to " + host + ":" + std::to_string(port));
}

Result<void> Client::Impl::send_request(const ClientRequest& request) {
    std::string head = request.method + " " + request.target + " HTTP/1.1\r\n";
    head += "Host: " + host + ":" + std::to_string(port) + "\r\nUser-Agent: logwood\r\n";
    for (const auto& [name, value] : request.headers.entries())
        head += name + ": " + value + "\r\n";
    if (!request.body.empty() || request.method != "GET")
        head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    head += "\r\n";
    // A kept connection may have been closed by the server: then nothing is answered to the first
    // bytes, and only a new connection may be tried, once.
    std::size_t sent = 0;
    if (connection->write(head, sent) && connection->write(request.body, sent)) return {};
    if (sent == 0) return fail(Code::kUnavailable, "the connection was closed");
    return {};  // an early answer may still be there to read
}

Result<ClientResponse> Client::Impl::receive(const ClientRequest& request, const Take& take) {
    auto broken = [this](const error_code& error) {
        connection.reset();
        return fail(Code::kUnknownOutcome, "the connection broke: " + error.message());
    };
    beast::http::response_parser<beast::http::buffer_body> parser;
    parser.header_limit(kHeadBytes);
    parser.body_limit(boost::none);
    if (request.method == "HEAD") parser.skip(true);
    error_code error;
    beast::http::read_header(*connection, buffer, parser, error);
    if (error) return broken(error);
    ClientResponse response{.status = static_cast<int>(parser.get().result_int())};
    for (const auto& field : parser.get())
        response.headers.add(std::string(field.name_string()), std::string(field.value()));
    std::array<char, kPieceBytes> piece;
    while (!parser.is_done()) {
        parser.get().body().data = piece.data();
        parser.get().body().size = piece.size();
        beast::http::read(*connection, buffer, parser, error);
        if (error == beast::http::error::need_buffer) error = {};
        if (error) return broken(error);
        std::string_view got(piece.data(), piece.size() - parser.get().body().size);
        if (take && response.status / 100 == 2) {
            auto taken = take(got);
            if (!taken) connection.reset();
            TRY_OK(std::move(taken));
        } else {
            response.body += got;
        }
    }
    if (!parser.keep_alive()) connection.reset();
    return response;
}

Client::Client(std::string host, std::uint16_t port, Duration stall)
    : impl_(std::make_unique<Impl>(std::move(host), port, stall, nullptr)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

Result<ClientResponse> Client::send(const ClientRequest& request) {
    TRY(auto response, send(request, nullptr));
    if (response.headers.get("content-encoding") == "gzip") {
        TRY(response.body, decompress(Coding::kGzip, response.body, kAnswerBytesMax));
    }
    return response;
}

Result<ClientResponse> Client::send(const ClientRequest& request, const Take& take) {
    bool was_kept = impl_->connection != nullptr;
    if (!was_kept) TRY_OK(impl_->connect());
    auto sent = impl_->send_request(request);
    if (!sent && was_kept) {
        TRY_OK(impl_->connect());
        sent = impl_->send_request(request);
    }
    TRY_OK(std::move(sent));
    return impl_->receive(request, take);
}

}  // namespace logwood::http
