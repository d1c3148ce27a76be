// Listeners on loopback, over a log in memory: what arrives, and when ports are open.
#include "ingest/listeners/listeners.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ingest/limits.h"
#include "ingest/parsers/script_compiler.h"
#include "log/record.h"
#include "testing/memory_log.h"
#include "testing/sim_file_system.h"
#include "testing/sim_random.h"

namespace logwood::ingest {
namespace {

using global::IngestListener;
using global::ListenerProtocol;
using testing::AppendFault;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::MemoryLog;

/// A socket of the kind, bound or connected to a port of loopback.
class Peer {
 public:
    explicit Peer(int type) : fd_(::socket(AF_INET, type, 0)) {}
    Peer(const Peer&) = delete;
    ~Peer() { ::close(fd_); }
    bool connect(std::uint16_t port) const {
        auto address = loopback(port);
        return ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    /// Takes a port and gives its number.
    std::uint16_t bind() const {
        auto address = loopback(0);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        return ntohs(address.sin_port);
    }
    void send(std::string_view bytes) const {
        EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    void end() const { ::shutdown(fd_, SHUT_WR); }

 private:
    static sockaddr_in loopback(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }
    int fd_;
};

std::uint16_t free_port(int type) { return Peer(type).bind(); }

class ListenersTest : public ::testing::Test {
 protected:
    ListenersTest() {
        for (std::uint32_t p = 0; p < 2; ++p)
            content_->streams[log::ingest_stream(model::PartitionId(p))];
        content_->streams[log::global_stream()];
        EXPECT_TRUE(files_.create_directories("/data"));
    }

    /// Runs `story` on the loop, with all services.
    void run(std::function<async::Task<void>()> story) {
        gate_.spawn(live(std::move(story)));
        loop_->run();
    }
    async::Task<void> live(std::function<async::Task<void>()> story) {
        EXPECT_TRUE(co_await global_.start());
        EXPECT_TRUE(co_await global_.init_partitions(2));
        auto repo = co_await global_.create_repository("r");
        EXPECT_TRUE(repo);
        repo_ = *repo;
        listeners_.start();
        co_await story();
        co_await listeners_.stop();
        co_await ingest_.stop();
        co_await global_.stop();
        co_await log_.close();
        loop_->stop();
    }
    async::Task<std::uint16_t> open(ListenerProtocol protocol, std::string name = "l") {
        bool is_udp = protocol == ListenerProtocol::kUdp || protocol == ListenerProtocol::kGelfUdp;
        IngestListener listener{.repo = repo_,
                                .name = name,
                                .protocol = protocol,
                                .port = free_port(is_udp ? SOCK_DGRAM : SOCK_STREAM),
                                .parser = is_udp ? "" : "none",
                                .tags = {{"from", name}}};
        auto port = listener.port;
        auto done = co_await global_.put_ingest_listener(std::move(listener));
        EXPECT_TRUE(done) << done.error().message;
        co_await wait_for([&] { return problem(name).empty(); });
        co_return port;
    }
    std::string problem(const std::string& name) const {
        for (auto& listener : global_.state().listeners())
            if (listener->name == name) return listeners_.problem_of(listener->id);
        return "there is none";
    }
    async::Task<void> wait_for(std::function<bool()> condition) {
        auto deadline = loop_->now() + 10s;
        while (!condition() && loop_->now() < deadline) co_await async::sleep_for(*loop_, 1ms);
        EXPECT_TRUE(condition());
    }
    /// The raw strings in the log, sorted.
    std::vector<std::string> stored() const {
        std::vector<std::string> out;
        for (auto& [stream, data] : content_->streams) {
            if (stream.topic != log::kIngestTopic) continue;
            for (auto& entry : data.entries) {
                auto record = *log::decode_record(entry.payload);
                EXPECT_NE(record.tags.get("from"), "");
                for (std::size_t row = 0; row < record.events.rows(); ++row)
                    out.emplace_back(record.events.value_of(row, "@rawstring"));
            }
        }
        std::ranges::sort(out);
        return out;
    }
    async::Task<void> wait_for_messages(std::size_t count) {
        co_await wait_for([&] { return listeners_.counters().messages >= count; });
    }

    std::unique_ptr<async::RealLoop> loop_ = async::make_real_loop(1);
    testing::SimRandom random_{1};
    testing::SimFileSystem files_{2};
    async::Runtime runtime_{*loop_, random_, files_};
    std::shared_ptr<MemoryLog::Content> content_ = std::make_shared<MemoryLog::Content>();
    MemoryLog log_{*loop_, 3, content_};
    global::Global global_{
        runtime_, log_, {.host = HostId(Id128{1, 1}), .host_name = "h", .data_directory = "/data"}};
    Ingest ingest_{runtime_, log_, global_, {.compile = script_compiler()}};
    Listeners listeners_{*loop_, global_, ingest_, "127.0.0.1"};
    async::Gate gate_{*loop_};
    RepoId repo_;
};

TEST_F(ListenersTest, ATcpPortTakesLinesAndCountsAtOnce) {
    run([&]() -> async::Task<void> {
        auto port = co_await open(ListenerProtocol::kTcp);
        Peer lines(SOCK_STREAM), counts(SOCK_STREAM);
        EXPECT_TRUE(lines.connect(port) && counts.connect(port));
        lines.send("<1>a\n<1>b\n<1>un");
        counts.send("5 <1>c\n4 <1>d");
        co_await wait_for_messages(4);
        EXPECT_EQ(listeners_.counters().connections_open, 2U);
        lines.send("finished");
        lines.end();
        counts.send("what?");
        co_await wait_for([&] { return listeners_.counters().connections_open == 0; });
        co_await wait_for_messages(5);
        EXPECT_EQ(listeners_.counters().framing_errors, 1U);
        EXPECT_THAT(stored(), ElementsAre("<1>a", "<1>b", "<1>c", "<1>d", "<1>unfinished"));
    });
}

TEST_F(ListenersTest, ADatagramIsAnEvent) {
    run([&]() -> async::Task<void> {
        auto port = co_await open(ListenerProtocol::kUdp);
        Peer peer(SOCK_DGRAM);
        EXPECT_TRUE(peer.connect(port));
        for (auto text : {"<1>a\n", "<1>two\nlines", "", "\n", "<1>b"}) peer.send(text);
        co_await wait_for_messages(3);
        EXPECT_THAT(stored(), ElementsAre("<1>a", "<1>b", "<1>two\nlines"));
    });
}

TEST_F(ListenersTest, GelfComesOverBoth) {
    run([&]() -> async::Task<void> {
        auto udp = co_await open(ListenerProtocol::kGelfUdp, "u");
        auto tcp = co_await open(ListenerProtocol::kGelfTcp, "t");
        Peer datagrams(SOCK_DGRAM), stream(SOCK_STREAM);
        EXPECT_TRUE(datagrams.connect(udp) && stream.connect(tcp));
        using std::string_literals::operator""s;
        datagrams.send(
            "\x1E\x0F"
            "12345678\x01\x02:1}"s);
        datagrams.send(
            "\x1E\x0F"
            "12345678\x00\x02{\"a\""s);
        datagrams.send(
            "\x1E\x0F"
            "bad"s);
        stream.send("{\"b\":2}\0{\"c\":3}\0"s);
        co_await wait_for_messages(3);
        EXPECT_THAT(stored(), ElementsAre("{\"a\":1}", "{\"b\":2}", "{\"c\":3}"));
        EXPECT_EQ(listeners_.counters().chunks_dropped, 1U);
    });
}

TEST_F(ListenersTest, PortsFollowTheEntities) {
    run([&]() -> async::Task<void> {
        auto port = co_await open(ListenerProtocol::kTcp);
        Peer old(SOCK_STREAM);
        EXPECT_TRUE(old.connect(port));
        auto other = co_await open(ListenerProtocol::kTcp);  // The same name: it moves.
        EXPECT_NE(port, other);
        EXPECT_FALSE(Peer(SOCK_STREAM).connect(port));
        EXPECT_TRUE(Peer(SOCK_STREAM).connect(other));
        co_await wait_for([&] { return listeners_.counters().connections_open == 0; });
        EXPECT_TRUE(co_await global_.delete_ingest_listener(repo_, "l"));
        co_await wait_for([&] { return !Peer(SOCK_STREAM).connect(other); });
        other = co_await open(ListenerProtocol::kTcp, "again");
        EXPECT_TRUE(co_await global_.delete_repository(repo_));
        co_await wait_for([&] { return !Peer(SOCK_STREAM).connect(other); });
    });
}

TEST_F(ListenersTest, APortThatIsTakenIsTriedAgain) {
    run([&]() -> async::Task<void> {
        std::optional<Peer> taker(std::in_place, SOCK_DGRAM);
        auto port = taker->bind();
        EXPECT_TRUE(co_await global_.put_ingest_listener(
            {.repo = repo_, .name = "l", .protocol = ListenerProtocol::kUdp, .port = port}));
        co_await wait_for([&] { return problem("l").contains("cannot listen"); });
        taker.reset();
        co_await wait_for([&] { return problem("l").empty(); });
    });
}

TEST_F(ListenersTest, AStreamWaitsForTheLogAndADatagramDoesNot) {
    run([&]() -> async::Task<void> {
        auto tcp = co_await open(ListenerProtocol::kTcp, "t");
        auto udp = co_await open(ListenerProtocol::kUdp, "u");
        Peer stream(SOCK_STREAM), datagrams(SOCK_DGRAM);
        EXPECT_TRUE(stream.connect(tcp) && datagrams.connect(udp));
        log_.fault = AppendFault::kNever;
        stream.send("<1>waits\n");
        datagrams.send("<1>is dropped");
        co_await wait_for([&] {
            return listeners_.counters().waits > 0 && listeners_.counters().messages_dropped == 1;
        });
        EXPECT_THAT(stored(), ElementsAre());
        log_.fault = AppendFault::kNone;
        co_await wait_for_messages(1);
        EXPECT_THAT(stored(), ElementsAre("<1>waits"));
    });
}

TEST_F(ListenersTest, ALongMessageIsCut) {
    run([&]() -> async::Task<void> {
        auto port = co_await open(ListenerProtocol::kTcp);
        Peer peer(SOCK_STREAM);
        EXPECT_TRUE(peer.connect(port));
        std::string text(1000, 'x');
        // Sent in steps, as this thread also reads it.
        for (std::size_t sent = 0; sent < kMessageBytesMax + 5000; sent += text.size()) {
            peer.send(text);
            if (sent % 100'000 == 0) co_await async::sleep_for(*loop_, 1ms);
        }
        peer.send("\n<1>next\n");
        co_await wait_for_messages(2);
        EXPECT_EQ(listeners_.counters().messages_cut, 1U);
        auto all = stored();
        EXPECT_EQ(all.size(), 2U);
        EXPECT_EQ(all[0], "<1>next");
        EXPECT_EQ(all[1], std::string(kMessageBytesMax, 'x'));
    });
}

}  // namespace
}  // namespace logwood::ingest
