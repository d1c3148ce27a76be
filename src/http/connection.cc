// The life of a connection. Bytes behind a request (pipelining) stay in buffer_ and begin the next
// one, so that framing never depends on how packets were cut.
#include "http/connection.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <limits>
#include <optional>
#include <utility>

#include "http/chunked.h"
#include "http/content_coding.h"
#include "http/limits.h"
#include "http/response_head.h"
#include "http/target.h"

namespace logwood::http {
namespace {

constexpr std::size_t kReadBytes = 64U << 10;
/// A body is read in strides of this size, so that a Content-Length that lies costs no memory.
constexpr std::size_t kStrideBytes = 1U << 20;
/// Work above this many bytes is not done on the loop.
constexpr std::size_t kInlineBytesMax = 16U << 10;

std::unexpected<Refusal> refused(int status, std::string text) {
    return std::unexpected(Refusal{status, std::move(text)});
}
/// No answer is possible: status 0.
std::unexpected<Refusal> broken() { return refused(0, ""); }

void resize_uninitialized(std::string& text, std::size_t size) {
    // Not the length that the call is given: libstdc++ 12 passes what it has allocated.
    text.resize_and_overwrite(size, [size](char*, std::size_t) { return size; });
}

class ChunkWriter final : public BodyWriter {
 public:
    ChunkWriter(Socket& socket, ServerCounters& counters, bool is_chunked)
        : socket_(socket), counters_(counters), is_chunked_(is_chunked) {}

    async::Task<Result<void>> write(std::string bytes) override {
        if (bytes.empty()) co_return Result<void>();
        counters_.body_bytes_out += bytes.size();
        std::string head;
        if (is_chunked_) {
            head = chunk_head(bytes.size());
            bytes += "\r\n";
        }
        co_return co_await socket_.write(head, bytes);
    }
    async::Task<Result<void>> finish() {
        co_return co_await socket_.write(is_chunked_ ? "0\r\n\r\n" : "", "");
    }

 private:
    Socket& socket_;
    ServerCounters& counters_;
    bool is_chunked_;
};

}  // namespace

Connection::Connection(ConnectionContext& context, std::unique_ptr<Socket> socket)
    : context_(context), socket_(std::move(socket)), idle_since_(context.loop.now()) {}

Connection::~Connection() { release(); }

void Connection::close() {
    idle_since_ = MonoTime::never();
    if (cancelled_) cancelled_->store(true, std::memory_order_relaxed);
    socket_->close();
}

bool Connection::hold(std::size_t bytes) {
    auto& held = context_.counters.bodies_bytes_held;
    if (held + bytes > context_.options.bodies_bytes_max) return false;
    held += bytes;
    held_bytes_ += bytes;
    return true;
}

void Connection::release() { context_.counters.bodies_bytes_held -= std::exchange(held_bytes_, 0); }

async::Task<void> Connection::run() {
    while (co_await serve_one()) {
    }
    if (must_linger_) co_await linger();
    socket_->close();
}

/// The head with its empty line, taken from the buffer.
async::Task<Connection::Checked<std::string>> Connection::read_head() {
    auto& loop = context_.loop;
    auto idle_deadline = idle_since_ + context_.options.idle_timeout;
    auto head_deadline = MonoTime::never();
    std::array<char, kHeadBytesMax> piece;
    while (true) {
        if (buffer_.starts_with("\r\n")) buffer_.erase(0, 2);
        if (auto size = head_size(buffer_); size != 0) {
            if (size > kHeadBytesMax) co_return refused(431, "The header fields are too long.");
            std::string head = buffer_.substr(0, size);
            buffer_.erase(0, size);
            co_return head;
        }
        if (buffer_.size() >= kHeadBytesMax)
            co_return refused(buffer_.contains('\n') ? 431 : 414, "The header is too long.");
        bool is_idle = buffer_.empty();
        if (is_idle && context_.stopping) co_return broken();
        if (!is_idle) {
            idle_since_ = MonoTime::never();
            if (head_deadline == MonoTime::never())
                head_deadline = loop.now() + context_.options.head_timeout;
        }
        auto got = co_await socket_->read_some(piece, is_idle ? idle_deadline : head_deadline);
        if (!got && got.error().code == Code::kTooLarge && !is_idle)
            co_return refused(408, "The header did not arrive in time.");
        if (!got || *got == 0) co_return broken();
        buffer_.append(piece.data(), *got);
    }
}

/// Reads bytes of a body that began to arrive at `start`, of which `so_far` are there.
async::Task<Connection::Checked<std::size_t>> Connection::read_more(std::span<char> into,
                                                                    MonoTime start,
                                                                    std::size_t so_far) {
    auto& loop = context_.loop;
    auto at_least = std::chrono::seconds(so_far / kBodyBytesPerSecondMin);
    auto overall = start + context_.options.stall_timeout + at_least;
    auto stalled = loop.now() + context_.options.stall_timeout;
    auto got = co_await socket_->read_some(into, std::min(overall, stalled));
    if (!got && got.error().code == Code::kTooLarge)
        co_return refused(408, "The body did not arrive in time.");
    if (!got || *got == 0) co_return broken();
    context_.counters.body_bytes_in += *got;
    co_return *got;
}

async::Task<Connection::Checked<void>> Connection::read_sized(std::uint64_t size,
                                                              std::string& body) {
    auto start = context_.loop.now();
    body = buffer_.substr(0, size);
    buffer_.erase(0, body.size());
    if (!hold(body.size())) co_return refused(503, std::string(kBusyText));
    while (body.size() < size) {
        auto have = body.size();
        auto stride = std::min<std::size_t>(size - have, std::max(kStrideBytes, have));
        if (!hold(stride)) co_return refused(503, std::string(kBusyText));
        resize_uninitialized(body, have + stride);
        while (have < body.size()) {
            auto got = co_await read_more({body.data() + have, body.size() - have}, start, have);
            if (!got) co_return std::unexpected(got.error());
            have += *got;
        }
    }
    co_return Checked<void>();
}

std::size_t Connection::body_limit(const Request& request) const {
    return std::max(context_.options.body_bytes_max, context_.router.body_bytes_max(request));
}

async::Task<Connection::Checked<void>> Connection::read_chunked(std::string& body,
                                                                std::size_t bytes_max) {
    auto start = context_.loop.now();
    ChunkDecoder decoder(bytes_max);
    std::size_t received = 0;
    while (true) {
        auto before = body.size();
        auto used = decoder.feed(buffer_, body);
        if (!used) co_return std::unexpected(used.error());
        buffer_.erase(0, *used);
        if (!hold(body.size() - before)) co_return refused(503, std::string(kBusyText));
        if (decoder.done()) co_return Checked<void>();
        resize_uninitialized(buffer_, kReadBytes);
        auto got = co_await read_more(buffer_, start, received);
        buffer_.resize(got ? *got : 0);
        if (!got) co_return std::unexpected(got.error());
        received += *got;
    }
}

async::Task<Connection::Checked<void>> Connection::read_body(const RequestHead& head,
                                                             Request& request) {
    if (!head.is_chunked && head.content_length == 0) co_return Checked<void>();
    auto bytes_max = body_limit(request);
    if (head.content_length > bytes_max) co_return refused(413, "The request is too large.");
    if (head.expects_continue && buffer_.empty())
        if (!co_await socket_->write("HTTP/1.1 100 Continue\r\n\r\n", "")) co_return broken();
    if (head.is_chunked) co_return co_await read_chunked(request.body, bytes_max);
    co_return co_await read_sized(head.content_length, request.body);
}

async::Task<Connection::Checked<void>> Connection::decode_body(Request& request) {
    auto coding = coding_of(request.headers.get("content-encoding"));
    if (!coding) co_return std::unexpected(coding.error());
    if (*coding == Coding::kIdentity) co_return Checked<void>();
    auto work = [&, bytes_max = body_limit(request)] {
        return decompress(*coding, request.body, bytes_max);
    };
    auto decoded = co_await async::run_on(context_.loop, async::Lane::kIngest, work);
    if (!decoded && decoded.error().code == Code::kTooLarge)
        co_return refused(413, "The request is too large.");
    if (!decoded) co_return refused(400, "The request's content-encoding is corrupt.");
    if (!hold(decoded->size())) co_return refused(503, std::string(kBusyText));
    request.body = *std::move(decoded);
    co_return Checked<void>();
}

async::Task<Connection::Checked<void>> Connection::read_request(RequestHead& head,
                                                                Request& request) {
    if (auto ok = co_await read_body(head, request); !ok) co_return std::unexpected(ok.error());
    co_return co_await decode_body(request);
}

/// A body of which the connection holds one piece at most.
class Connection::StreamedBody final : public BodyReader {
 public:
    StreamedBody(Connection& connection, const RequestHead& head)
        : connection_(connection),
          is_chunked_(head.is_chunked),
          left_(head.content_length),
          must_continue_(head.expects_continue) {}

    async::Task<Result<std::string>> read() override {
        std::string piece;
        while (piece.empty() && !is_done() && !refusal_) {
            auto taken = take_buffered(piece);
            if (!taken) refusal_ = taken.error();
            if (!piece.empty() || is_done() || refusal_) break;
            if (auto more = co_await fill(); !more) refusal_ = more.error();
        }
        if (!refusal_) co_return piece;
        co_return fail(refusal_->status == 0 ? Code::kCancelled : Code::kInvalidArgument,
                       refusal_->status == 0 ? "the client is gone" : refusal_->text);
    }
    bool is_done() const { return is_chunked_ ? decoder_.done() : left_ == 0; }

 private:
    Checked<void> take_buffered(std::string& piece) {
        auto& buffer = connection_.buffer_;
        if (is_chunked_) {
            auto used = decoder_.feed(buffer, piece);
            if (!used) return std::unexpected(used.error());
            buffer.erase(0, *used);
        } else {
            piece = buffer.substr(0, left_);
            buffer.erase(0, piece.size());
            left_ -= piece.size();
        }
        return {};
    }
    async::Task<Checked<void>> fill() {
        auto& c = connection_;
        if (std::exchange(must_continue_, false))
            if (!co_await c.socket_->write("HTTP/1.1 100 Continue\r\n\r\n", "")) co_return broken();
        resize_uninitialized(c.buffer_, kReadBytes);
        // The handler's own time does not count against the client.
        auto got = co_await c.read_more(c.buffer_, c.context_.loop.now(), 0);
        c.buffer_.resize(got ? *got : 0);
        if (!got) co_return std::unexpected(got.error());
        co_return Checked<void>();
    }

    Connection& connection_;
    bool is_chunked_;
    std::uint64_t left_;
    bool must_continue_;
    ChunkDecoder decoder_{std::numeric_limits<std::size_t>::max()};
    std::optional<Refusal> refusal_;
};

async::Task<bool> Connection::serve_stream(const StreamHandler& handler, RequestHead head,
                                           Request request) {
    ++context_.counters.requests;
    bool keep_alive = head.keeps_alive;
    cancelled_ = std::make_shared<std::atomic<bool>>(false);
    request.cancelled = cancelled_;
    StreamedBody body(*this, head);
    auto response = co_await handler(std::move(request), body);
    keep_alive = keep_alive && !context_.stopping && body.is_done();
    must_linger_ = !body.is_done();
    auto sent = co_await send(response, false, keep_alive);
    cancelled_.reset();
    idle_since_ = context_.loop.now();
    co_return sent&& keep_alive;
}

/// True when the connection may serve another request.
async::Task<bool> Connection::serve_one() {
    auto text = co_await read_head();
    idle_since_ = MonoTime::never();
    if (!text) co_return co_await refuse(text.error());
    auto head = parse_head(*text);
    if (!head) co_return co_await refuse(head.error());
    minor_version_ = head->minor_version;
    bool keep_alive = head->keeps_alive;
    bool takes_gzip = accepts_gzip(head->headers.get("accept-encoding"));
    bool is_head = head->method == "HEAD";
    Request request{.method = std::move(head->method), .target = std::move(head->target)};
    if (auto ok = parse_target(request); !ok) co_return co_await refuse(ok.error());
    request.headers = std::move(head->headers);
    request.peer = socket_->peer();
    if (const auto* stream = context_.router.find_stream(request))
        co_return co_await serve_stream(*stream, *std::move(head), std::move(request));
    auto read = co_await read_request(*head, request);
    if (!read) co_return co_await refuse(read.error());
    ++context_.counters.requests;
    auto response = co_await handle(std::move(request));
    release();
    if (takes_gzip && response.body.size() >= kCompressBytesMin &&
        !response.headers.has("content-encoding")) {
        auto work = [&] { return compress_gzip(response.body); };
        response.body = response.body.size() <= kInlineBytesMax
                            ? work()
                            : co_await async::run_on(context_.loop, async::Lane::kIngest, work);
        response.headers.add("Content-Encoding", "gzip");
        response.headers.add("Vary", "Accept-Encoding");
    }
    keep_alive = keep_alive && !context_.stopping && (!response.stream || minor_version_ == 1);
    auto sent = co_await send(response, is_head, keep_alive);
    socket_->unwatch();
    cancelled_.reset();
    idle_since_ = context_.loop.now();
    co_return sent&& keep_alive;
}

async::Task<Response> Connection::handle(Request request) {
    cancelled_ = std::make_shared<std::atomic<bool>>(false);
    request.cancelled = cancelled_;
    auto handler = context_.router.find(request);
    if (!handler) co_return std::move(handler).error();
    if (buffer_.empty())
        socket_->watch([flag = cancelled_] { flag->store(true, std::memory_order_relaxed); });
    co_return co_await (**handler)(std::move(request));
}

async::Task<bool> Connection::refuse(Refusal refusal) {
    release();
    if (refusal.status == 0) co_return false;
    ++context_.counters.requests_refused;
    must_linger_ = true;
    auto response = refusal.status == 503 ? Response::json(503, std::move(refusal.text))
                                          : Response::text(refusal.status, std::move(refusal.text));
    if (refusal.status == 503) response.headers.add("Retry-After", "1");
    (void)co_await send(response, false, false);
    co_return false;
}

async::Task<Result<void>> Connection::send(const Response& response, bool is_head,
                                           bool keep_alive) {
    ++context_.counters.responses[static_cast<std::size_t>(response.status / 100 % 6)];
    ResponseFraming framing{
        .keep_alive = keep_alive, .minor_version = minor_version_, .now = context_.loop.utc_now()};
    auto head = render_head(response, framing);
    if (is_head) co_return co_await socket_->write(head, "");
    if (response.stream) co_return co_await send_stream(response, std::move(head));
    context_.counters.body_bytes_out += response.body.size();
    co_return co_await socket_->write(head, response.body);
}

async::Task<Result<void>> Connection::send_stream(const Response& response, std::string head) {
    CO_TRY_OK(co_await socket_->write(head, ""));
    ChunkWriter writer(*socket_, context_.counters, minor_version_ == 1);
    auto streamed = co_await response.stream(writer);
    if (!streamed) co_return fail(std::move(streamed).error());
    co_return co_await writer.finish();
}

/// Reads and forgets what the client still sends, so that closing does not make its kernel drop our
/// answer unread.
async::Task<void> Connection::linger() {
    socket_->shutdown_send();
    auto deadline = context_.loop.now() + kLingerTimeout;
    std::string sink;
    resize_uninitialized(sink, kReadBytes);
    while (true) {
        auto got = co_await socket_->read_some(sink, deadline);
        if (!got || *got == 0 || context_.loop.now() >= deadline) co_return;
    }
}

}  // namespace logwood::http
