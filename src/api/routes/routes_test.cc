// The routes as a client sees them, over a service with real data.
#include "api/routes/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "api/metrics.h"
#include "api/routes/admin_routes_test.h"
#include "api/routes/status_routes.h"
#include "http/target.h"
#include "search/sample_node_test.h"

namespace logwood::api {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

class RoutesTest : public ::testing::Test {
 protected:
    RoutesTest() {
        node_.append(0, 0, 3);
        node_.checkpoint(0);
        node_.release(0);
        node_.append(1, 0, 2);
        search_.start();
        add_search_routes(router_, *access_, node_.runtime, search_);
        add_status_routes(router_, *access_, node_.loop, [this] { return checks_; });
        add_search_metrics(metrics_, search_);
        add_metrics_route(router_, metrics_);
    }
    ~RoutesTest() override { node_.loop.run(search_.stop()); }

    http::Response call(std::string method, std::string target, std::string body = {},
                        std::string accept = {}) {
        http::Request request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.body = std::move(body);
        request.headers.set("X-Desired-Filename", "a\"b.csv");
        if (!accept.empty()) request.headers.set("Accept", accept);
        EXPECT_TRUE(http::parse_target(request));
        auto handler = router_.find(request);
        if (!handler) return handler.error();
        auto response = *node_.loop.run((**handler)(std::move(request)));
        if (!response.stream) return response;
        StreamedText out;
        auto streamed = *node_.loop.run(response.stream(out));
        response.body = streamed ? out.text : out.text + "[cut: " + streamed.error().message + "]";
        response.stream = nullptr;
        return response;
    }
    static json::object object_of(const http::Response& response) {
        EXPECT_EQ(response.status, 200) << response.body;
        EXPECT_THAT(response.headers.get("Content-Type"), StartsWith("application/json"));
        return json::parse(response.body).as_object();
    }

    search::SampleNode node_{11};
    search::Search search_{node_.runtime, node_.data, {}};
    std::unique_ptr<const Access> access_ = make_open_access();
    std::vector<HealthCheck> checks_;
    Metrics metrics_;
    http::Router router_;
};

TEST_F(RoutesTest, AJobLivesFromPostToDelete) {
    for (std::string root : {"/api/v1/repositories/repo0", "/api/v1/dataspaces/repo0"}) {
        auto created = object_of(call("POST", root + "/queryjobs",
                                      R"x({"queryString":"count()","start":0,"end":null})x"));
        EXPECT_EQ(created.at("queryOnView"), "count()");
        std::string id(created.at("id").as_string());
        json::object poll;
        do poll = object_of(call("GET", root + "/queryjobs/" + id));
        while (!poll.at("done").as_bool());
        EXPECT_EQ(json::serialize(poll.at("events")), R"([{"_count":"5"}])");
        EXPECT_EQ(poll.at("metaData").as_object().at("isAggregate"), true);
        EXPECT_EQ(call("DELETE", root + "/queryjobs/" + id).status, 204);
        EXPECT_EQ(call("GET", root + "/queryjobs/" + id).status, 404);
    }
}

TEST_F(RoutesTest, JobsRunWhatAQueryNeedsFirst) {
    std::string jobs = "/api/v1/repositories/repo0/queryjobs";
    auto run = [&](const std::string& query) {
        auto body = json::serialize(json::object{{"queryString", query}, {"start", 0}});
        auto created = object_of(call("POST", jobs, body));
        auto path = jobs + "/" + std::string(created.at("id").as_string());
        json::object poll;
        do poll = object_of(call("GET", path));
        while (!poll.at("done").as_bool());
        EXPECT_EQ(call("DELETE", path).status, 204);
        return poll;
    };
    auto poll = run("id=4 | join({id=* | seen := 1}, field=id, include=seen) | select([id, seen])");
    EXPECT_EQ(json::serialize(poll.at("events")), R"([{"id":"4","seen":"1"}])");
    auto& meta = poll.at("metaData").as_object();
    EXPECT_EQ(meta.at("processedEvents"), 10);
    EXPECT_EQ(meta.at("totalWork"), meta.at("workDone"));
    poll =
        run("defineTable(name=t, query={id=* | tail(2)}, include=id) | match(t, field=id) "
            "| count()");
    EXPECT_EQ(json::serialize(poll.at("events")), R"([{"_count":"2"}])");
    EXPECT_EQ(poll.at("metaData").as_object().at("filterQuery").as_object().at("queryString"),
              "defineTable(name=t, query={id=* | tail(2)}, include=id) | match(t, field=id)");
    auto exported =
        call("POST", "/api/v1/repositories/repo0/query",
             R"x({"queryString":"!join({id>2}, field=id) | select(id)","start":0})x", "text/csv");
    EXPECT_THAT(exported.body, HasSubstr("1"));
    EXPECT_EQ(std::ranges::count(exported.body, '\n'), 3) << exported.body;
    auto explained =
        object_of(call("POST", "/api/v1/repositories/repo0/query/explain",
                       R"x({"queryString":"join({*}, field=id, view=repo1)","start":0,"end":9})x"));
    EXPECT_EQ(json::serialize(explained.at("inputs")),
              R"x([{"name":"join()","view":"repo1","queryStart":0,"queryEnd":9}])x");
    auto live = call("POST", jobs, R"x({"queryString":"join({*}, field=id)","isLive":true})x");
    EXPECT_EQ(live.status, 400);
    EXPECT_THAT(live.body, HasSubstr("join() cannot be used in a live query"));
}

/// Everyone may search repo0, and nothing else.
class NarrowAccess : public Access {
 public:
    Result<Caller> identify(const http::Request&) const override { return Caller{.name = "ann"}; }
    Result<void> check(const Caller& caller, Right, std::string_view scope) const override {
        if (scope == "repo0") return {};
        return fail(Code::kForbidden, caller.name + " may not search " + std::string(scope));
    }
};

TEST_F(RoutesTest, SubQueriesHaveNoMoreRightsThanTheirCaller) {
    access_ = std::make_unique<NarrowAccess>();
    router_ = {};
    add_search_routes(router_, *access_, node_.runtime, search_);
    for (std::string route : {"queryjobs", "query", "query/explain"}) {
        auto path = "/api/v1/repositories/repo0/" + route;
        auto allowed = call("POST", path, R"x({"queryString":"join({*}, field=id, view=repo0)"})x");
        EXPECT_EQ(allowed.status, 200) << allowed.body;
        auto refused = call("POST", path, R"x({"queryString":"join({*}, field=id, view=repo1)"})x");
        EXPECT_EQ(refused.status, 400);
        EXPECT_THAT(refused.body, HasSubstr("ann may not search repo1"));
    }
}

TEST_F(RoutesTest, ALiveJobStaysAndChanges) {
    std::string jobs = "/api/v1/repositories/repo0/queryjobs";
    auto created =
        object_of(call("POST", jobs, R"x({"queryString":"count()","isLive":true,"start":"1h"})x"));
    auto path = jobs + "/" + std::string(created.at("id").as_string());
    json::object poll;
    auto count_when_done = [&] {
        do poll = object_of(call("GET", path));
        while (!poll.at("done").as_bool());
        return json::serialize(poll.at("events"));
    };
    EXPECT_EQ(count_when_done(), R"([{"_count":"0"}])");
    auto now = node_.loop.utc_now();
    node_.append_at(0, 0, {now.ns - 1'000'000, now.ns - 120 * 60'000'000'000});
    EXPECT_EQ(count_when_done(), R"([{"_count":"1"}])");
    auto& meta = poll.at("metaData").as_object();
    EXPECT_EQ(meta.at("filterQuery").as_object().at("isLive"), false);
    EXPECT_TRUE(meta.at("digestFlow").as_object().at("ingestTimeKnownGood").is_int64());
    EXPECT_EQ(
        meta.at("queryEnd").as_int64() / 3'600'000 - meta.at("queryStart").as_int64() / 3'600'000,
        1);
    EXPECT_EQ(call("DELETE", path).status, 204);
    EXPECT_EQ(call("GET", path).status, 404);
}

TEST_F(RoutesTest, PollsTakePages) {
    auto created = object_of(
        call("POST", "/api/v1/repositories/repo0/queryjobs", R"({"queryString":"","start":0})"));
    auto path = "/api/v1/repositories/repo0/queryjobs/" + std::string(created.at("id").as_string());
    while (!object_of(call("GET", path)).at("done").as_bool()) {
    }
    auto page = object_of(call("GET", path + "?paginationLimit=2&paginationOffset=1&sortBy=id"));
    std::vector<std::string> ids;
    for (auto& event : page.at("events").as_array()) {
        EXPECT_TRUE(event.as_object().at("@timestamp").is_number());
        ids.emplace_back(event.as_object().at("id").as_string());
    }
    EXPECT_THAT(ids, ElementsAre("2", "3"));
    EXPECT_EQ(call("GET", path + "?paginationLimit=-1").status, 400);
    EXPECT_EQ(call("GET", path + "?paginationOffset=x").status, 400);
}

TEST_F(RoutesTest, ErrorsArePlainText) {
    struct Case {
        std::string method;
        std::string path;
        std::string body;
        int status;
        std::string text;
    };
    const Case cases[] = {
        {"POST", "/repo0/queryjobs", "{", 400, "The request content was malformed:\n"},
        {"POST", "/repo0/queryjobs", R"({"queryString":"| |"})", 400, "\n\n```\n"},
        {"POST", "/repo0/query", R"({"queryString":"| |"})", 400, "\n\n```\n"},
        {"POST", "/repo0/queryjobs", R"({"queryString":"*","isLive":true,"start":0})", 400,
         "start must be a relative time"},
        {"POST", "/repo0/query", R"({"queryString":"*","isLive":true})", 400, "create a query job"},
        {"POST", "/nowhere/queryjobs", R"({"queryString":"*"})", 404, "nowhere"},
        {"POST", "/nowhere/query", R"({"queryString":"*"})", 404, "nowhere"},
        {"GET", "/repo0/queryjobs/1-x", "", 404, "does not exist"},
        {"DELETE", "/repo0/queryjobs/1-x", "", 404, "does not exist"},
    };
    for (auto& [method, path, body, status, text] : cases) {
        auto response = call(method, "/api/v1/repositories" + path, body);
        EXPECT_EQ(response.status, status) << path << body;
        EXPECT_THAT(response.headers.get("Content-Type"), StartsWith("text/plain"));
        EXPECT_THAT(response.body, HasSubstr(text));
    }
}

TEST_F(RoutesTest, StreamsAnExport) {
    auto response = call("POST", "/api/v1/dataspaces/repo0/query",
                         R"({"queryString":"","start":0})", "application/x-ndjson");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/x-ndjson");
    EXPECT_THAT(std::string(response.headers.get("humio-query-id")),
                MatchesRegex("IQ-1-[0-9A-Za-z]+"));
    EXPECT_EQ(response.headers.get("Content-Disposition"), "attachment; filename=\"a_b.csv\"");
    EXPECT_EQ(std::ranges::count(response.body, '\n'), 5);
    auto text =
        call("POST", "/api/v1/repositories/repo0/query", R"({"queryString":"id=2","start":0})");
    EXPECT_EQ(text.body, "event 2\n");
    auto count = call("POST", "/api/v1/repositories/repo0/query",
                      R"x({"queryString":"count()","start":0})x", "application/json");
    EXPECT_EQ(count.body, R"([{"_count":"5"}])");
}

TEST_F(RoutesTest, ExportsCsv) {
    auto csv = [&](const char* body) {
        auto response = call("POST", "/api/v1/repositories/repo0/query", body, "text/csv");
        EXPECT_EQ(response.headers.get("Content-Type"), "text/csv; charset=UTF-8");
        return response.body;
    };
    EXPECT_EQ(csv(R"x({"queryString":"count()","start":0})x"), "_count\r\n5\r\n");
    EXPECT_EQ(csv(R"x({"queryString":"id=2 | select([id, nothing])","start":0})x"),
              "id,nothing\r\n2,\r\n");
    EXPECT_EQ(csv(R"x({"queryString":"id=none","start":0})x"), "");
    EXPECT_THAT(csv(R"x({"queryString":"id=2","start":0})x"),
                MatchesRegex("#host,#repo,@id,@ingesttimestamp,@rawstring,@timestamp,"
                             "@timestamp.nanos,id\r\nhost.,repo0,.*,event 2,.*,2\r\n"));
}

TEST_F(RoutesTest, TellsOfQueryTexts) {
    auto path = std::string("/api/v1/repositories/repo0/query/");
    auto formatted =
        object_of(call("POST", path + "format", R"x({"queryString":"a  b // why\n|count( )"})x"));
    EXPECT_EQ(formatted.at("queryString"), "a AND b\n// why\n| count()\n");
    EXPECT_EQ(call("POST", path + "format", R"({"queryString":"(a"})").status, 400);

    auto sound = object_of(call("POST", path + "lint", R"({"queryString":"a=?p"})"));
    EXPECT_EQ(json::serialize(sound), R"({"valid":true,"errors":[]})");
    auto wrong = object_of(call("POST", path + "lint", R"({"queryString":"foo=/(/"})"));
    EXPECT_EQ(wrong.at("valid"), false);
    auto& error = wrong.at("errors").as_array().at(0).as_object();
    EXPECT_EQ(error.at("begin"), 4);
    EXPECT_EQ(error.at("end"), 7);
    EXPECT_THAT(std::string(error.at("rendered").as_string()), StartsWith("1:5: "));
}

TEST_F(RoutesTest, ExplainsQueries) {
    auto path = "/api/v1/repositories/repo0/query/explain";
    auto explained = object_of(call("POST", path,
                                    R"x({"queryString":"#host=x id=2|count()","start":0,
                                         "run":true})x"));
    EXPECT_EQ(json::serialize(explained.at("pushedDown")),
              R"x({"steps":["#host=x id=2"],"tagFilters":["#host=x"],"aggregate":"count()"})x");
    EXPECT_EQ(json::serialize(explained.at("fieldsRead")),
              R"x({"all":false,"named":["#host","id"]})x");
    EXPECT_EQ(json::serialize(explained.at("segments")),
              R"x({"total":1,"prunedByTime":0,"prunedByTags":1,"read":0})x");
    EXPECT_EQ(explained.at("run").as_object().at("matchedEvents"), 0);
    EXPECT_EQ(call("POST", path, R"x({"queryString":"count("})x").status, 400);
    EXPECT_EQ(
        call("POST", "/api/v1/repositories/none/query/explain", R"({"queryString":""})").status,
        404);
}

TEST_F(RoutesTest, AnExportThatFailsIsCutOff) {
    // The newest events come from the open record, then the damaged segment is met.
    for (auto& path : node_.files.paths())
        node_.files.set_content(path, std::string(node_.files.content(path).size(), 'x'));
    auto response = call("POST", "/api/v1/repositories/repo0/query",
                         R"({"queryString":"","start":0})", "application/json");
    if (response.status == 200)
        EXPECT_THAT(response.body, HasSubstr("[cut: The result lacks events of segment"));
    else
        EXPECT_THAT(response.body, HasSubstr("The result lacks events of segment"));
}

TEST_F(RoutesTest, StatusHasTwoKeys) {
    EXPECT_THAT(call("GET", "/api/v1/status").body,
                MatchesRegex(R"(\{"status":"OK","version":"1\.200\.0--build-.*--logwood-.*"\})"));
    EXPECT_EQ(call("GET", "/api/v1/is-node-up").status, 200);
    checks_ = {{.name = "primary-disk-usage",
                .health = Health::kWarn,
                .message = "nearly full",
                .fields = {{"used", 91.25}}},
               {.name = "a-check"}};
    EXPECT_THAT(call("GET", "/api/v1/status").body, StartsWith(R"({"status":"WARN")"));
    auto health = call("GET", "/api/v1/health");
    EXPECT_EQ(health.status, 200);
    EXPECT_THAT(health.body, HasSubstr("(DOWN=0 WARN=1 OK=1):\n  a-check [OK]: \n"
                                       "  primary-disk-usage [WARN]: nearly full used=91.2\n"));
    auto parsed = object_of(call("GET", "/api/v1/health-json"));
    EXPECT_EQ(json::serialize(parsed.at("warnings")),
              R"([{"name":"primary-disk-usage","status":"WARN","statusMessage":"nearly full",)"
              R"("fields":{"used":9.125E1}}])");
    checks_[0].health = Health::kDown;
    for (std::string path : {"status", "is-node-up", "health", "health-json"})
        EXPECT_EQ(call("GET", "/api/v1/" + path).status, 503) << path;
}

TEST_F(RoutesTest, MetricsAreInThePrometheusFormat) {
    call("POST", "/api/v1/repositories/repo0/queryjobs", R"({"queryString":"*"})");
    auto response = call("GET", "/metrics");
    EXPECT_THAT(response.headers.get("Content-Type"), StartsWith("text/plain; version=0.0.4"));
    EXPECT_THAT(response.body, HasSubstr("# TYPE logwood_search_jobs_created_total counter\n"
                                         "logwood_search_jobs_created_total 1\n"));
    EXPECT_THAT(response.body, HasSubstr("# TYPE logwood_search_jobs gauge\n"));
}

}  // namespace
}  // namespace logwood::api
