// A server on loopback, spoken to with the client and with raw bytes.
#include "http/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <string>
#include <thread>

#include "async/sync.h"
#include "http/client.h"
#include "http/content_coding.h"

namespace logwood::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// A connection that says exactly what it is told.
class RawConnection {
 public:
    explicit RawConnection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        timeval limit{.tv_sec = 10};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    }
    ~RawConnection() { close(); }
    void close() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    void send(std::string_view bytes) {
        (void)::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    std::string read_until(std::string_view end) {
        std::string all;
        char c = 0;
        while (!all.ends_with(end) && ::recv(fd_, &c, 1, 0) == 1) all += c;
        return all;
    }
    std::string read_to_end() {
        std::string all;
        char piece[4096];
        while (true) {
            auto got = ::recv(fd_, piece, sizeof piece, 0);
            if (got <= 0) return got == 0 ? all : all + "(error)";
            all.append(piece, static_cast<std::size_t>(got));
        }
    }

 private:
    int fd_;
};

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

async::Task<Response> echo(Request request) {
    auto response = Response::text(
        200, request.method + " " + std::string(request.parameter("q")) + "|" + request.body);
    response.headers.add("X-Echo", std::string(request.headers.get("x-in")));
    co_return response;
}

/// Reads a body piece by piece, or refuses it unread; answers how long it was.
async::Task<Response> upload(Request request, BodyReader& body) {
    if (request.headers.has("x-refuse")) co_return Response::text(401, "no");
    std::size_t size = 0;
    std::string last;
    while (true) {
        auto piece = co_await body.read();
        if (!piece) co_return Response::text(400, piece.error().message);
        if (piece->empty()) break;
        size += piece->size();
        last = piece->substr(piece->size() - 1);
    }
    co_return Response::text(202, std::to_string(size) + " ending in " + last);
}

class ServerTest : public testing::Test {
 protected:
    ServerTest() : loop_(async::make_real_loop(2)), gate_(*loop_) {
        router_.add("POST", "/echo", echo);
        router_.add("GET", "/echo", echo);
        router_.add("POST", "/large", echo, 100);
        router_.add("GET", "/stream", [](Request) -> async::Task<Response> {
            Response response;
            response.stream = [](BodyWriter& writer) -> async::Task<Result<void>> {
                for (int i = 0; i < 3; ++i)
                    CO_TRY_OK(co_await writer.write("part " + std::to_string(i) + "\n"));
                co_return Result<void>();
            };
            co_return response;
        });
        router_.add_stream("POST", "/upload", [](Request request, BodyReader& body) {
            return upload(std::move(request), body);
        });
        router_.add("GET", "/cut", [](Request) -> async::Task<Response> {
            Response response;
            response.stream = [](BodyWriter& writer) -> async::Task<Result<void>> {
                CO_TRY_OK(co_await writer.write("half"));
                co_return fail(Code::kIo, "disk");
            };
            co_return response;
        });
        router_.add("GET", "/wait", [this](Request request) -> async::Task<Response> {
            started_.set_value();
            while (!request.cancelled->load()) co_await async::sleep_for(*loop_, 1ms);
            cancelled_.set_value();
            co_return Response::text(200, "late");
        });
    }
    ~ServerTest() override {
        if (!thread_.joinable()) return;
        loop_->post([this] { gate_.spawn(shut()); });
        thread_.join();
    }
    void start(ServerOptions options = {}) {
        options.port = 0;
        server_.emplace(*loop_, router_, options);
        ASSERT_TRUE(server_->start());
        port_ = server_->port();
        thread_ = std::thread([this] { loop_->run(); });
    }
    async::Task<void> shut() {
        co_await server_->stop(100ms);
        loop_->stop();
    }
    std::string talk(std::string_view bytes) {
        RawConnection connection(port_);
        connection.send(bytes);
        return connection.read_to_end();
    }

    std::unique_ptr<async::RealLoop> loop_;
    async::Gate gate_;
    Router router_;
    std::optional<Server> server_;
    std::promise<void> started_;
    std::promise<void> cancelled_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

TEST_F(ServerTest, StreamsBodiesOfAnyLength) {
    start({.body_bytes_max = 1000});
    struct Case {
        std::string head, body, status, text;
    };
    const std::string large(3'000'000, 'x');
    auto chunk = [](std::string_view data) {
        char size[20];
        (void)snprintf(size, sizeof size, "%zx\r\n", data.size());
        return size + std::string(data) + "\r\n";
    };
    const Case cases[] = {
        {"Content-Length: 3\r\n", "abc", "202", "3 ending in c"},
        {"Content-Length: 0\r\n", "", "202", "0 ending in "},
        {"Content-Length: 3000000\r\n", large, "202", "3000000 ending in x"},
        {"Transfer-Encoding: chunked\r\n", chunk(large) + chunk("yz") + "0\r\n\r\n", "202",
         "3000002 ending in z"},
        {"Transfer-Encoding: chunked\r\n", chunk("ab") + "nonsense\r\n", "400", ""},
    };
    for (const auto& c : cases) {
        // The second request shows that the first was read to its end, and no further.
        auto answer = talk("POST /upload HTTP/1.1\r\nHost: h\r\n" + c.head + "\r\n" + c.body +
                           "GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + c.status)) << c.head;
        EXPECT_THAT(answer, HasSubstr(c.text));
        EXPECT_EQ(count_of(answer, "HTTP/1.1 "), c.status == "202" ? 2U : 1U) << c.head;
    }
}

TEST_F(ServerTest, AStreamMayBeRefusedUnread) {
    start();
    RawConnection connection(port_);
    connection.send(
        "POST /upload HTTP/1.1\r\nHost: h\r\nX-Refuse: 1\r\n"
        "Expect: 100-continue\r\nContent-Length: 1000000000\r\n\r\n");
    auto answer = connection.read_until("\r\n\r\nno");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 401"));
    EXPECT_THAT(answer, HasSubstr("Connection: close"));

    RawConnection willing(port_);
    willing.send(
        "POST /upload HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
        "Content-Length: 2\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(willing.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    willing.send("ab");
    EXPECT_THAT(willing.read_to_end(), StartsWith("HTTP/1.1 202"));
}

TEST_F(ServerTest, ServesManyRequestsOverOneConnection) {
    start();
    Client client("127.0.0.1", port_);
    for (int i = 0; i < 5; ++i) {
        ClientRequest request{.method = "POST", .target = "/echo?q=a+b", .body = std::to_string(i)};
        request.headers.add("X-In", "v");
        auto response = client.send(request);
        ASSERT_TRUE(response) << response.error().message;
        EXPECT_EQ(response->status, 200);
        EXPECT_EQ(response->body, "POST a b|" + std::to_string(i));
        EXPECT_EQ(response->headers.get("x-echo"), "v");
        EXPECT_EQ(response->headers.get("x-content-type-options"), "nosniff");
    }
    EXPECT_EQ(client.send({.target = "/none"})->status, 404);
    EXPECT_EQ(client.send({.method = "PUT", .target = "/echo"})->headers.get("allow"), "POST, GET");
    EXPECT_EQ(server_->counters().connections_accepted, 1U);
}

TEST_F(ServerTest, DecompressesAndCompresses) {
    start({.body_bytes_max = 100'000});
    Client client("127.0.0.1", port_);
    auto send = [&](std::string coding, std::string body) {
        ClientRequest request{.method = "POST", .target = "/echo", .body = std::move(body)};
        request.headers.add("Content-Encoding", std::move(coding));
        request.headers.add("Accept-Encoding", "gzip");
        return *client.send(request);
    };
    auto fine = send("gzip", compress_gzip(std::string(90'000, 'x')));
    EXPECT_EQ(fine.headers.get("content-encoding"), "gzip");
    EXPECT_EQ(fine.body, "POST |" + std::string(90'000, 'x'));
    EXPECT_EQ(send("gzip", compress_gzip(std::string(100'001, 'x'))).status, 413);
    EXPECT_EQ(send("gzip", "nonsense").status, 400);
    EXPECT_EQ(send("br", "nonsense").status, 415);
    EXPECT_EQ(send("identity", "x").body, "POST |x");
    EXPECT_EQ(send("gzip", "").status, 400);
}

TEST_F(ServerTest, StreamsAndCuts) {
    start();
    Client client("127.0.0.1", port_);
    EXPECT_EQ(client.send({.target = "/stream"})->body, "part 0\npart 1\npart 2\n");
    EXPECT_EQ(client.send({.target = "/cut"}).error().code, Code::kUnknownOutcome);
    EXPECT_EQ(client.send({.method = "HEAD", .target = "/echo"})->body, "");
    EXPECT_THAT(talk("GET /stream HTTP/1.0\r\n\r\n"),
                testing::EndsWith("\r\n\r\npart 0\npart 1\npart 2\n"));
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
    start();
    std::string one = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n";
    std::string chunked =
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "1\r\nb\r\n1\r\nc\r\n0\r\n\r\n";
    auto all =
        talk(one + "a" + chunked + "GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(count_of(all, "HTTP/1.1 200"), 3U) << all;
    EXPECT_LT(all.find("POST |a"), all.find("POST |bc"));
    EXPECT_LT(all.find("POST |bc"), all.find("GET |"));
}

TEST_F(ServerTest, ARouteMayTakeLargerBodies) {
    start({.body_bytes_max = 10});
    auto status_of = [&](std::string path, std::string body, bool zip) {
        Client client("127.0.0.1", port_);
        ClientRequest request{.method = "POST", .target = std::move(path), .body = std::move(body)};
        if (zip) {
            request.body = compress_gzip(request.body);
            request.headers.add("Content-Encoding", "gzip");
        }
        return client.send(request)->status;
    };
    EXPECT_EQ(status_of("/echo", std::string(11, 'x'), false), 413);
    EXPECT_EQ(status_of("/large", std::string(100, 'x'), false), 200);
    EXPECT_EQ(status_of("/large", std::string(101, 'x'), false), 413);
    EXPECT_EQ(status_of("/large", std::string(100, 'x'), true), 200);
    EXPECT_EQ(status_of("/large", std::string(101, 'x'), true), 413);
    EXPECT_EQ(status_of("/none", std::string(11, 'x'), false), 413);
    const std::string head = "POST /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    auto chunked = talk(head + "Transfer-Encoding: chunked\r\n\r\n10\r\n" + std::string(16, 'y') +
                        "\r\n0\r\n\r\n");
    EXPECT_THAT(chunked, testing::EndsWith("POST |" + std::string(16, 'y')));
}

TEST_F(ServerTest, RefusesOnceAndCloses) {
    start({.body_bytes_max = 10});
    const std::string tail = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";
    const std::string post = "POST /echo HTTP/1.1\r\nHost: x\r\n";
    struct Case {
        std::string bytes, status;
    };
    const std::vector<Case> cases = {
        {post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + tail, "400"},
        {post + "Content-Length: 11\r\n\r\n", "413"},
        {post + "Transfer-Encoding: chunked\r\n\r\nB\r\n", "413"},
        {post + "Transfer-Encoding: chunked\r\n\r\nx\r\n" + tail, "400"},
        {post + "Transfer-Encoding: gzip\r\n\r\n" + tail, "501"},
        {"nonsense\r\n\r\n" + tail, "400"},
        {"GET / HTTP/1.1\nHost: x\n\n" + tail, "400"},
        {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n" + tail, "414"},
        {post + "A: " + std::string(17'000, 'b') + "\r\n\r\n" + tail, "431"},
        {std::string(17'000, 'A'), "414"},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"},
    };
    for (const auto& c : cases) {
        auto answer = talk(c.bytes);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + c.status)) << c.bytes.substr(0, 100);
        EXPECT_EQ(count_of(answer, "HTTP/1.1 "), 1U) << answer;
        EXPECT_THAT(answer, HasSubstr("Connection: close"));
    }
}

TEST_F(ServerTest, SaysContinue) {
    start();
    RawConnection connection(port_);
    connection.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
        "Expect: 100-continue\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(connection.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    connection.send("ab");
    EXPECT_THAT(connection.read_to_end(), HasSubstr("POST |ab"));
}

TEST_F(ServerTest, CutsSlowClients) {
    start({.head_timeout = 50ms, .stall_timeout = 50ms, .idle_timeout = 50ms});
    EXPECT_EQ(talk(""), "");
    EXPECT_THAT(talk("GET / HT"), StartsWith("HTTP/1.1 408"));
    EXPECT_THAT(talk("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"),
                StartsWith("HTTP/1.1 408"));
}

TEST_F(ServerTest, NoticesThatTheClientIsGone) {
    start();
    RawConnection connection(port_);
    connection.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    started_.get_future().wait();
    connection.close();
    EXPECT_EQ(cancelled_.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(ServerTest, StopsInTheMiddleOfRequests) {
    start();
    RawConnection waiting(port_);
    waiting.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    RawConnection idle(port_);
    started_.get_future().wait();
    auto done = cancelled_.get_future();
    loop_->post([this] { gate_.spawn(shut()); });
    EXPECT_EQ(done.wait_for(10s), std::future_status::ready);
    thread_.join();
    EXPECT_EQ(server_->counters().connections_open, 0U);
}

TEST_F(ServerTest, MakesRoomByClosingIdleConnections) {
    start({.connections_max = 2});
    RawConnection a(port_);
    RawConnection b(port_);
    Client client("127.0.0.1", port_);
    EXPECT_EQ(client.send({.target = "/echo"})->status, 200);
}

TEST_F(ServerTest, RefusesWhatDoesNotFitInMemory) {
    start({.bodies_bytes_max = 10});
    auto answer = talk("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n01234567890");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(answer, HasSubstr(R"("stored":"no")"));
    EXPECT_THAT(answer, HasSubstr("Retry-After: "));
}

}  // namespace
}  // namespace logwood::http
