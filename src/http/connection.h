#pragma once

#include <atomic>
#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "async/loop.h"
#include "async/task.h"
#include "http/request_head.h"
#include "http/router.h"
#include "http/server.h"
#include "http/socket.h"

namespace logwood::http {

/// What the connections of a server share.
struct ConnectionContext {
    async::Loop& loop;
    const Router& router;
    const ServerOptions& options;
    ServerCounters& counters;
    bool stopping = false;  ///< Finish the request under way, then close.
};

/// One client's connection: reads requests, has them handled, writes answers, until either side
/// closes. Loop thread.
class Connection {
 public:
    Connection(ConnectionContext& context, std::unique_ptr<Socket> socket);
    ~Connection();

    /// Returns when the connection is closed.
    async::Task<void> run();
    void close();
    /// Since when no request is under way; never() while one is.
    MonoTime idle_since() const { return idle_since_; }

 private:
    class StreamedBody;

    template <typename T>
    using Checked = std::expected<T, Refusal>;

    async::Task<Checked<std::string>> read_head();
    /// The largest body that the request may have.
    std::size_t body_limit(const Request& request) const;
    async::Task<Checked<void>> read_body(const RequestHead& head, Request& request);
    async::Task<Checked<void>> read_sized(std::uint64_t size, std::string& body);
    async::Task<Checked<void>> read_chunked(std::string& body, std::size_t bytes_max);
    async::Task<Checked<std::size_t>> read_more(std::span<char> into, MonoTime start,
                                                std::size_t so_far);
    async::Task<Checked<void>> decode_body(Request& request);
    async::Task<Checked<void>> read_request(RequestHead& head, Request& request);
    async::Task<bool> serve_stream(const StreamHandler& handler, RequestHead head, Request request);
    async::Task<bool> serve_one();
    async::Task<bool> refuse(Refusal refusal);
    async::Task<Response> handle(Request request);
    async::Task<Result<void>> send(const Response& response, bool is_head, bool keep_alive);
    async::Task<Result<void>> send_stream(const Response& response, std::string head);
    async::Task<void> linger();
    bool hold(std::size_t bytes);
    void release();

    ConnectionContext& context_;
    std::unique_ptr<Socket> socket_;
    std::string buffer_;  ///< Read, and not yet consumed.
    std::shared_ptr<std::atomic<bool>> cancelled_;
    MonoTime idle_since_;
    std::size_t held_bytes_ = 0;
    int minor_version_ = 1;
    bool must_linger_ = false;
};

}  // namespace logwood::http
