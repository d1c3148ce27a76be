// Requests through the routes, over a log in memory: answers, and what is in the log afterwards.
#include "ingest/ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "http/target.h"
#include "ingest/credentials.h"
#include "ingest/fan_out.h"
#include "ingest/protocols/sample_decode_test.h"
#include "log/record.h"
#include "testing/memory_log.h"
#include "testing/sim_file_system.h"
#include "testing/sim_loop.h"
#include "testing/sim_random.h"

namespace logwood::ingest {
namespace {

using testing::AppendFault;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::MemoryLog;

class IngestTest : public ::testing::Test {
 protected:
    static constexpr std::uint64_t kSeed = 7;

    IngestTest() : loop_(kSeed), random_(kSeed), files_(kSeed) {
        for (std::uint32_t p = 0; p < 2; ++p)
            content_->streams[log::ingest_stream(model::PartitionId(p))];
        content_->streams[{"global-events", model::PartitionId(0)}];
        log_.emplace(loop_, kSeed, content_);
        EXPECT_TRUE(files_.create_directories("/data"));
        global_.emplace(
            runtime_, *log_,
            global::GlobalOptions{
                .host = random_.id<HostId>(), .host_name = "h", .data_directory = "/data"});
        EXPECT_TRUE(loop_.run(set_up()));
        ingest_.emplace(
            runtime_, *log_, *global_,
            IngestOptions{
                .compile = [](const global::Parser&)
                    -> std::expected<std::shared_ptr<const exec::ParserProgram>, std::string> {
                    return std::unexpected("not in this test");
                }});
        ingest_->add_routes(router_);
    }
    ~IngestTest() override {
        EXPECT_TRUE(loop_.run(ingest_->stop()));
        EXPECT_TRUE(loop_.run(global_->stop()));
        EXPECT_TRUE(loop_.run(log_->close()));
    }
    async::Task<void> set_up() {
        EXPECT_TRUE(co_await global_->start());
        EXPECT_TRUE(co_await global_->init_partitions(2));
        auto repo = co_await global_->create_repository("my repo");
        EXPECT_TRUE(repo);
        EXPECT_TRUE(co_await global_->put_ingest_token(*repo, "plain", std::nullopt, "secret"));
        EXPECT_TRUE(co_await global_->put_ingest_token(*repo, "json", "json", "json-secret"));
    }
    http::Response send(std::string target, std::string body, std::string authorization = "",
                        std::string method = "POST", std::string content_type = "",
                        std::vector<std::string> keys = {}) {
        http::Request request{
            .method = std::move(method), .target = std::move(target), .body = std::move(body)};
        if (!content_type.empty()) request.headers.add("Content-Type", content_type);
        if (!authorization.empty()) request.headers.add("Authorization", authorization);
        for (auto& key : keys) request.headers.add("Idempotency-Key", key);
        EXPECT_TRUE(http::parse_target(request));
        auto handler = router_.find(request);
        if (!handler) return handler.error();
        auto response = loop_.run((**handler)(std::move(request)));
        EXPECT_TRUE(response);
        return *response;
    }
    /// The raw strings in the log, sorted.
    std::vector<std::string> stored() {
        std::vector<std::string> out;
        records_ = 0;
        for (auto& [stream, data] : content_->streams) {
            if (stream.topic != log::kIngestTopic) continue;
            for (auto& entry : data.entries) {
                auto record = *log::decode_record(entry.payload);
                ++records_;
                for (std::size_t row = 0; row < record.events.rows(); ++row)
                    out.emplace_back(record.events.value_of(row, "@rawstring"));
            }
        }
        std::ranges::sort(out);
        return out;
    }

    /// Partition and key of each keyed record in the log.
    std::vector<std::pair<std::uint32_t, Id128>> keys_in_log() {
        std::vector<std::pair<std::uint32_t, Id128>> out;
        for (auto& [stream, data] : content_->streams) {
            if (stream.topic != log::kIngestTopic) continue;
            for (auto& entry : data.entries) {
                auto key = log::decode_record(entry.payload)->request_key;
                if (!key.is_none()) out.emplace_back(stream.partition.value, key);
            }
        }
        return out;
    }

    testing::SimLoop loop_;
    testing::SimRandom random_;
    testing::SimFileSystem files_;
    async::Runtime runtime_{loop_, random_, files_};
    std::shared_ptr<MemoryLog::Content> content_ = std::make_shared<MemoryLog::Content>();
    std::optional<MemoryLog> log_;
    std::optional<global::Global> global_;
    std::optional<Ingest> ingest_;
    http::Router router_;
    std::size_t records_ = 0;
};

constexpr const char* kLines = R"([{"type":"none","messages":["a"]}])";

TEST_F(IngestTest, AnswersEachPath) {
    struct Case {
        std::string path, body, authorization;
        int status;
        std::string answer;
    };
    const std::string u = "/api/v1/ingest/humio-unstructured";
    const std::vector<Case> cases = {
        {u, kLines, "Bearer secret", 200, "{}"},
        {u, kLines, "Bozon secret", 200, "{}"},
        {u, kLines, "Basic OnNlY3JldA==", 200, "{}"},
        {u, kLines, "Basic c2VjcmV0Og==", 200, "{}"},
        {u, kLines, "", 401,
         "The resource requires authentication, which was not supplied with the request"},
        {u, kLines, "Bearer wrong", 401, "The supplied authentication is invalid"},
        {u, "nonsense", "Bearer secret", 400, "The request content was malformed:\n*"},
        {"/api/v1/ingest/humio-structured", "[]", "Bearer secret", 200, "{}"},
        {"/api/v1/ingest/raw", "x", "Bearer secret", 200, "{}"},
        {"/api/v1/ingest/json", "{}", "Bearer secret", 200, "{}"},
        {"/api/v1/ingest/raw/json", "{}", "Bearer secret", 200, "{}"},
        {"/api/v1/ingest/hec", R"({"event":"x"})", "Splunk secret", 200,
         R"({"text":"Success","code":0})"},
        {"/services/collector/event/1.0", R"({"event":"x"})", "Splunk secret", 200,
         R"({"text":"Success","code":0})"},
        {"/services/collector", "", "Splunk secret", 400, R"({"text":"No data","code":5})"},
        {"/services/collector", "[", "Splunk secret", 400,
         R"({"text":"Invalid data format","code":6,*})"},
        {"/services/collector", R"({"index":"other"})", "Splunk secret", 400,
         R"({"text":"Incorrect index","code":7})"},
        {"/services/collector", "{}", "", 401, R"({"text":"Token is required","code":2})"},
        {"/services/collector", "{}", "Splunk x", 403, R"({"text":"Invalid token","code":4})"},
        {"/services/collector/raw?host=h", "x", "Splunk secret", 200,
         R"({"text":"Success","code":0})"},
        {"/api/v1/repositories/my%20repo/ingest", "[]", "", 200, "{}"},
        {"/api/v1/dataspaces/my+repo/ingest-messages", kLines, "", 200, "{}"},
        {"/api/v1/repositories/none/ingest", "[]", "", 404,
         "The requested resource could not be found."},
    };
    for (const auto& c : cases) {
        auto response = send(c.path, c.body, c.authorization);
        EXPECT_EQ(response.status, c.status) << c.path << " " << c.body;
        auto star = c.answer.find('*');
        if (star == std::string::npos)
            EXPECT_EQ(response.body, c.answer) << c.path;
        else
            EXPECT_THAT(response.body, ::testing::StartsWith(c.answer.substr(0, star))) << c.path;
    }
    EXPECT_EQ(send("/services/collector/health/1.0", "", "", "GET").status, 200);
    EXPECT_EQ(send(u, "", "", "GET").status, 405);
}

TEST_F(IngestTest, SpeaksElasticsearch) {
    const std::string bulk = "{\"index\":{}}\n{\"message\":\"m\",\"@type\":\"none\"}\n";
    const std::string paths[] = {"/_bulk",
                                 "/i/_bulk",
                                 "/i/_doc/_bulk?timeout=1m",
                                 "//_bulk",
                                 "/api/v1/ingest/elastic-bulk",
                                 "/api/v1/ingest/elastic-bulk/_bulk",
                                 "/api/v1/ingest/elastic-bulk/i/_bulk",
                                 "/api/v1/ingest/elastic-bulk/i/_doc/_bulk",
                                 "/api/v1/dataspaces/my%20repo/ingest/elasticsearch",
                                 "/api/v1/repositories/my+repo/ingest/elasticsearch/_bulk"};
    for (const auto& path : paths) {
        auto response = send(path, bulk, "Basic YW55OnNlY3JldA==");
        EXPECT_EQ(response.status, 200) << path;
        EXPECT_EQ(response.headers.get("x-elastic-product"), "Elasticsearch");
        EXPECT_THAT(
            response.body,
            ::testing::MatchesRegex(R"(\{"took":[0-9]+,"errors":false,"items":\[\{"index":)"
                                    R"(\{"_version":1,"result":"created","status":201\}\}\]\})"));
    }
    EXPECT_THAT(stored(), ::testing::SizeIs(std::size(paths)));
    auto mixed = send("/_bulk", bulk + "{\"index\":{}}\nnonsense\n", "Bearer secret");
    EXPECT_EQ(mixed.status, 200);
    EXPECT_THAT(mixed.body, HasSubstr(R"("errors":true)"));
    EXPECT_THAT(stored(), ::testing::SizeIs(std::size(paths) + 1));

    auto refused = send("/_bulk", bulk + "{\"delete\":{}}\n", "Bearer secret");
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(refused.body, HasSubstr("Humio can only handle index actions"));
    EXPECT_THAT(stored(), ::testing::SizeIs(std::size(paths) + 1)) << "nothing by halves";
    auto unknown = send("/_bulk", bulk);
    EXPECT_EQ(unknown.status, 401);
    EXPECT_THAT(unknown.headers.get("www-authenticate"), ::testing::StartsWith("Basic"));
    EXPECT_EQ(send("/_bulk", bulk, "Basic eDp5").status, 401);
    log_->fault = AppendFault::kNever;
    auto failed = send("/_bulk", bulk, "Bearer secret");
    EXPECT_EQ(failed.status, 503) << "no item is told as stored";
    EXPECT_THAT(failed.body, HasSubstr(R"("status":503,"stored":"no"})"));
    log_->fault = AppendFault::kNone;
}

TEST_F(IngestTest, AnswersTheHandshakesOfElasticsearch) {
    struct Case {
        std::string method, path, answer;
    };
    const Case cases[] = {
        {"GET", "", R"("number":"7.17.0")"},
        {"HEAD", "", ""},
        {"GET", "/_cat/health", "green"},
        {"GET", "/_cluster/health?wait_for_status=yellow", R"("status":"green")"},
        {"GET", "/_license", R"({"license":{"status":"active","uid":")"},
        {"GET", "/_xpack", R"("features":{})"},
        {"GET", "/_nodes/_all/http", R"("nodes":{})"},
        {"HEAD", "/_template/filebeat-7.17.0", ""},
        {"PUT", "/_template/x", R"({"acknowledged":true})"},
        {"HEAD", "/_index_template/logs", ""},
        {"PUT", "/_component_template/x", R"({"acknowledged":true})"},
        {"GET", "/_ilm/policy/filebeat", "{}"},
        {"PUT", "/_ilm/policy/filebeat", R"({"acknowledged":true})"},
        {"PUT", "/_ingest/pipeline/p", R"({"acknowledged":true})"},
        {"GET", "/_data_stream/x", "{}"},
        {"GET", "/_alias/x", "{}"},
        {"POST", "/index/_refresh", R"("failed":0)"},
        {"HEAD", "/index", ""},
        {"PUT", "/index", R"({"acknowledged":true})"},
    };
    for (std::string base :
         {"", "/api/v1/ingest/elastic-bulk", "/api/v1/dataspaces/my+repo/ingest/elasticsearch"})
        for (const auto& c : cases) {
            auto path = base + c.path;
            auto response = send(path.empty() ? "/" : path, "", "", c.method);
            EXPECT_EQ(response.status, 200) << c.method << " " << path;
            EXPECT_THAT(response.body, HasSubstr(c.answer)) << path;
            EXPECT_EQ(response.headers.get("x-elastic-product"), "Elasticsearch") << path;
        }
    EXPECT_EQ(send("/index", "", "", "GET").status, 404);
}

TEST_F(IngestTest, SpeaksLoki) {
    const std::string json = R"({"streams":[{"stream":{"a":"b"},"values":[["1","json"]]}]})";
    std::string packed;
    auto entry = wire_bytes(2, wire_bytes(1, wire_varint(1, 1)) + wire_bytes(2, "packed"));
    auto push = wire_bytes(1, wire_bytes(1, R"({a="b"})") + entry);
    packed += static_cast<char>(push.size());  // one literal of snappy
    packed += static_cast<char>((push.size() - 1) << 2);
    packed += push;
    for (std::string path : {"/loki/api/v1/push", "/api/prom/push"}) {
        auto response = send(path, json, "Basic YW55OnNlY3JldA==", "POST", "application/json");
        EXPECT_EQ(response.status, 204);
        EXPECT_EQ(response.body, "");
        EXPECT_EQ(send(path, packed, "Bearer secret", "POST", "application/x-protobuf").status,
                  204);
    }
    EXPECT_THAT(stored(), ElementsAre("json", "json", "packed", "packed"));
    EXPECT_EQ(send("/loki/api/v1/push", json, "", "POST", "application/json").status, 401);
    EXPECT_EQ(send("/loki/api/v1/push", "{", "Bearer secret", "POST", "application/json").status,
              400);
    auto damaged = send("/loki/api/v1/push", packed + "x", "Bearer secret");
    EXPECT_EQ(damaged.status, 400);
    EXPECT_THAT(damaged.body, HasSubstr("snappy"));
    EXPECT_EQ(send("/loki/api/v1/push", "\xFF\xFF\xFF\xFF\x0Fx", "Bearer secret").status, 413);
    EXPECT_EQ(send("/ready", "", "", "GET").body, "ready\n");
    EXPECT_EQ(send("/loki/api/v1/labels", "", "", "GET").status, 200);
}

TEST_F(IngestTest, SpeaksOtlp) {
    const std::string protobuf = "application/x-protobuf";
    const std::string json = "application/json";
    const std::string bearer = "Bearer secret";
    auto log = wire_bytes(1, wire_bytes(2, wire_bytes(2, wire_bytes(5, wire_bytes(1, "x")))));
    for (std::string base : {"", "/api/v1/ingest/otlp"}) {
        auto response = send(base + "/v1/logs", log, bearer, "POST", protobuf);
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.body, "");
        EXPECT_EQ(response.headers.get("content-type"), protobuf);
        EXPECT_EQ(send(base + "/v1/traces", "", bearer, "POST", protobuf).status, 200);
        EXPECT_EQ(send(base + "/v1/metrics", "", bearer, "POST", protobuf).status, 200);
        auto in_json = send(base + "/v1/logs", R"({"resourceLogs":[]})", bearer, "POST", json);
        EXPECT_EQ(in_json.body, "{}");
        EXPECT_EQ(in_json.headers.get("content-type"), json);
    }
    EXPECT_THAT(stored(), ElementsAre(R"({"body":"x"})", R"({"body":"x"})"));
    auto damaged = send("/v1/logs", "x", bearer, "POST", protobuf);
    EXPECT_EQ(damaged.status, 400);
    EXPECT_EQ(damaged.body.substr(0, 3), "\x08\x03\x12") << "google.rpc.Status";
    auto wrong = send("/v1/logs", "x", bearer, "POST", json);
    EXPECT_EQ(wrong.status, 400);
    EXPECT_THAT(wrong.body, ::testing::StartsWith(R"({"code":3,"message":")"));
    EXPECT_EQ(send("/v1/logs", "x", bearer, "POST", "text/plain").status, 415);
    EXPECT_EQ(send("/v1/logs", log, "", "POST", protobuf).status, 401);
    EXPECT_EQ(send("/v1/logs", log, "Bearer no", "POST", json).body.substr(0, 10), R"({"code":16)");
}

TEST_F(IngestTest, StoresAllOrNothing) {
    auto bad = R"([{"type":"none","messages":["a","b"]},{"messages":[1]}])";
    EXPECT_EQ(send("/api/v1/ingest/humio-unstructured", bad, "Bearer secret").status, 400);
    EXPECT_THAT(stored(), ElementsAre());
    EXPECT_EQ(send("/api/v1/ingest/humio-unstructured", kLines, "Bearer secret").status, 200);
    EXPECT_THAT(stored(), ElementsAre("a"));
    EXPECT_EQ(ingest_->counters().events, 1U);
    EXPECT_EQ(ingest_->counters().bytes_in_flight, 0U);
}

TEST_F(IngestTest, SaysWhatBecameOfEvents) {
    struct Case {
        AppendFault fault;
        int status;
        std::string stored;
    };
    const Case cases[] = {
        {AppendFault::kNever, 503, R"("stored":"no")"},
        {AppendFault::kUnknownLost, 500, R"("stored":"unknown")"},
        {AppendFault::kUnknownWritten, 500, R"("stored":"unknown")"},
    };
    for (const auto& c : cases) {
        log_->fault = c.fault;
        auto response = send("/api/v1/ingest/humio-unstructured", kLines, "Bearer secret");
        EXPECT_EQ(response.status, c.status);
        EXPECT_THAT(response.body, HasSubstr(c.stored));
        EXPECT_EQ(response.headers.get("retry-after"), "1");
        auto hec = send("/services/collector", R"({"event":"x"})", "Splunk secret");
        EXPECT_EQ(hec.status, c.status);
        EXPECT_THAT(hec.body, HasSubstr(c.stored));
    }
    log_->fault = AppendFault::kNone;
}

TEST_F(IngestTest, AKeyTravelsWithItsRecords) {
    const std::string u = "/api/v1/ingest/humio-unstructured";
    // Several tag sets make several records.
    auto body = R"([{"type":"none","tags":{"host":"a"},"messages":["1","2"]},
                    {"type":"none","tags":{"host":"b"},"messages":["3"]}])";
    auto sent = [&](std::string text, std::string key) {
        return send(u, std::move(text), "Bearer secret", "POST", "", {std::move(key)}).status;
    };
    EXPECT_EQ(sent(body, "k-1"), 200);
    auto first = keys_in_log();
    ASSERT_EQ(first.size(), 2U);
    EXPECT_NE(first[0].second, first[1].second) << "each record of a request has its own";
    EXPECT_EQ(first[0].first, first[1].first) << "and all go to one partition";
    EXPECT_EQ(sent(body, "k-1"), 200) << "a repeat is answered as the first";
    auto second = keys_in_log();
    ASSERT_EQ(second.size(), 4U);
    std::map<std::pair<std::uint32_t, Id128>, int> times;
    for (auto& key : second) ++times[key];
    for (auto& [key, count] : times) EXPECT_EQ(count, 2) << "a repeat has the same keys";

    EXPECT_EQ(sent(kLines, "k-1"), 409) << "a key with another body";
    EXPECT_EQ(keys_in_log().size(), 4U);
    EXPECT_EQ(sent(kLines, "k-2"), 200);
    EXPECT_EQ(keys_in_log().size(), 5U);
    EXPECT_EQ(send(u, kLines, "Bearer secret").status, 200);
    EXPECT_EQ(keys_in_log().size(), 5U) << "without the header there is no key";
    for (std::string bad : {"", " ", "a b", "caf\xc3\xa9", "\x7f"})
        EXPECT_EQ(sent(kLines, bad), 400);
    EXPECT_EQ(sent(kLines, std::string(256, 'x')), 400);
    EXPECT_EQ(sent(kLines, std::string(255, 'x')), 200);
    EXPECT_EQ(send(u, kLines, "Bearer secret", "POST", "", {"a", "b"}).status, 400);
}

TEST_F(IngestTest, KeyedRequestsDoNotShareRecords) {
    async::Gate gate(loop_);
    int done = 0;
    auto one = [&](int i) -> async::Task<void> {
        auto repo = global_->state().repository_named("my repo");
        Incoming incoming{.body = R"([{"messages":["m"]}])",
                          .idempotency_key = "k" + std::to_string(i % 2)};
        EXPECT_TRUE(
            co_await ingest_->ingest(repo, "none", {decode_unstructured, ""}, std::move(incoming)));
        ++done;
    };
    for (int i = 0; i < 4; ++i) gate.spawn(one(i));
    EXPECT_TRUE(loop_.run_until([&] { return done == 4; }));
    EXPECT_EQ(stored().size(), 4U);
    EXPECT_EQ(records_, 4U);
}

TEST(RequestKey, DiffersWhenAnythingDoes) {
    auto batches = [](std::string tag, std::uint64_t parser, std::uint32_t version, int rows) {
        std::vector<ReadyBatch> made(1);
        made[0].tags.set("t", tag);
        made[0].parser = ParserId(Id128{0, parser});
        made[0].parser_version = version;
        model::EventBatchBuilder builder;
        for (int i = 0; i < rows; ++i) builder.end_event(i);
        made[0].events = builder.finish();
        return made;
    };
    auto key_of = [&](std::uint64_t repo, std::string text, std::string body,
                      std::vector<ReadyBatch> of) {
        key_batches(RepoId(Id128{0, repo}), *RequestKey::make(text, body), of);
        return of[0].request_key;
    };
    auto base = [&] { return batches("a", 1, 1, 1); };
    auto same = key_of(1, "k", "b", base());
    EXPECT_EQ(same, key_of(1, "k", "b", base()));
    EXPECT_NE(same, key_of(2, "k", "b", base()));
    EXPECT_NE(same, key_of(1, "K", "b", base()));
    EXPECT_NE(same, key_of(1, "k", "B", base()));
    EXPECT_NE(same, key_of(1, "k", "b", batches("b", 1, 1, 1)));
    EXPECT_NE(same, key_of(1, "k", "b", batches("a", 2, 1, 1)));
    EXPECT_NE(same, key_of(1, "k", "b", batches("a", 1, 2, 1)));
    EXPECT_NE(same, key_of(1, "k", "b", batches("a", 1, 1, 2)));
}

TEST(RecentKeys, AreBounded) {
    RecentKeys keys;
    RepoId repo(Id128{0, 1});
    auto note = [&](std::string text, std::string body, MonoTime now) {
        return keys.note(repo, *RequestKey::make(text, body), now).has_value();
    };
    EXPECT_TRUE(note("k", "a", MonoTime{0}));
    EXPECT_TRUE(note("k", "a", MonoTime{0}));
    EXPECT_FALSE(note("k", "b", MonoTime{0} + 15min));
    EXPECT_TRUE(note("k", "b", MonoTime{0} + 15min + 1ns));
    for (std::size_t i = 0; i < kRecentKeysMax; ++i)
        ASSERT_TRUE(note("n" + std::to_string(i), "a", MonoTime{0} + 16min));
    EXPECT_TRUE(note("k", "c", MonoTime{0} + 16min)) << "the oldest was forgotten";
}

TEST_F(IngestTest, ConcurrentRequestsShareRecords) {
    async::Gate gate(loop_);
    int done = 0;
    auto one = [&](int i) -> async::Task<void> {
        auto repo = global_->state().repository_named("my repo");
        Incoming incoming{.body = R"([{"messages":["m)" + std::to_string(i) + R"("]}])"};
        auto stored =
            co_await ingest_->ingest(repo, "none", {decode_unstructured, ""}, std::move(incoming));
        EXPECT_TRUE(stored);
        ++done;
    };
    loop_.set_work_time_max(1us);
    for (int i = 0; i < 50; ++i) gate.spawn(one(i));
    EXPECT_TRUE(loop_.run_until([&] { return done == 50; }));
    EXPECT_EQ(stored().size(), 50U);
    EXPECT_LE(records_, 3U);
}

TEST_F(IngestTest, RefusesWhatDoesNotFitInMemory) {
    ingest_.emplace(runtime_, *log_, *global_, IngestOptions{.bytes_in_flight_max = 10});
    auto repo = global_->state().repository_named("my repo");
    auto refused =
        loop_.run(ingest_->ingest(repo, "none", {decode_raw, ""}, {.body = std::string(11, 'x')}));
    EXPECT_EQ(refused->error().code, Code::kUnavailable);
}

TEST(Credentials, AreFound) {
    EXPECT_THAT(token_candidates("Bearer t"), ElementsAre("t"));
    EXPECT_THAT(token_candidates("t"), ElementsAre("t"));
    EXPECT_THAT(token_candidates("Basic dXNlcjpwYXNz"), ElementsAre("pass", "user"));
    EXPECT_THAT(token_candidates("basic dXNlcjo="), ElementsAre("user"));
    EXPECT_THAT(token_candidates("Basic %%%"), ElementsAre());
    EXPECT_THAT(token_candidates("Bearer "), ElementsAre());
    EXPECT_THAT(token_candidates(""), ElementsAre());
}

TEST(FanOut, WidensWhileHot) {
    FanOut fan_out;
    RepoId repo(Id128{1, 2});
    auto spread = [&](int seconds, std::size_t bytes) {
        std::set<std::uint32_t> seen;
        static MonoTime now{0};
        for (int i = 0; i < seconds * 10; ++i) {
            now = now + 100ms;
            auto partition = fan_out.choose(repo, {}, bytes, now, 24);
            if (i >= (seconds - 1) * 10) seen.insert(partition.value);
        }
        return seen.size();
    };
    EXPECT_EQ(spread(3, 100), 1U);
    EXPECT_EQ(spread(10, 3U << 20), 4U);  // 30 MB/s: 4 times 8 MB/s
    EXPECT_EQ(spread(10, 100), 1U);
}

}  // namespace
}  // namespace logwood::ingest
