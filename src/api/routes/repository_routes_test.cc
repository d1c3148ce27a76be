#include "api/routes/repository_routes.h"

#include "api/routes/admin_routes_test.h"
#include "api/routes/parser_routes.h"

namespace logwood::api {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class RepositoryRoutesTest : public AdminRoutesTest {
 protected:
    RepositoryRoutesTest() {
        add_repository_routes(router_, *access_, global_);
        add_parser_routes(router_, *access_, global_, loop_);
    }

    http::Response call(std::string method, std::string path, std::string body = {},
                        std::string type = {}, std::string accept = {}) {
        return AdminRoutesTest::call(std::move(method), "/repositories" + std::move(path),
                                     std::move(body), std::move(type), std::move(accept));
    }
    json::value json_of(const http::Response& response, int status = 200) {
        EXPECT_EQ(response.status, status) << response.body;
        return json::parse(response.body);
    }
};

TEST_F(RepositoryRoutesTest, RepositoriesComeAndGo) {
    EXPECT_EQ(call("GET", "").body, "[]");
    auto created = json_of(call("POST", "", R"({"name":"web logs","description":"d"})"), 201);
    EXPECT_EQ(created.at("name"), "web logs");
    EXPECT_EQ(created.at("description"), "d");
    EXPECT_EQ(call("POST", "", R"({"name":"web logs"})").status, 409);
    EXPECT_EQ(json_of(call("GET", "/web+logs")), created);
    EXPECT_EQ(json_of(call("GET", "/web%20logs")), created);
    EXPECT_THAT(json_of(call("GET", "")).as_array(), SizeIs(1));
    EXPECT_EQ(call("DELETE", "/web%20logs").status, 204);
    EXPECT_EQ(call("GET", "/web%20logs").status, 404);
    EXPECT_EQ(call("DELETE", "/web%20logs").status, 404);
    EXPECT_EQ(call("POST", "", R"({"name":""})").status, 400);
    EXPECT_EQ(call("POST", "", R"({"name":5})").status, 400);
    EXPECT_EQ(call("POST", "", "x").status, 400);
}

TEST_F(RepositoryRoutesTest, RetentionIsSetAsAWhole) {
    call("POST", "", R"({"name":"r"})");
    struct Case {
        const char* body;
        int status;
        const char* age;
        const char* original;
        const char* stored;
    };
    for (auto& test : {
             Case{R"({"timeBasedRetentionMillis":86400000})", 200, "86400000", "-", "-"},
             Case{R"({"timeBasedRetentionMillis":null,"ingestSizeBasedRetentionBytes":5e9,
                      "storageSizeBasedRetentionBytes":7})",
                  200, "-", "5000000000", "7"},
             Case{R"({"timeBasedRetentionMillis":0})", 400, "-", "5000000000", "7"},
             Case{R"({"storageSizeBasedRetentionBytes":-1})", 400, "-", "5000000000", "7"},
             Case{R"({"timeBasedRetentionMillis":"1d"})", 400, "-", "5000000000", "7"},
             Case{R"({"timeBasedRetentionMillis":9e15})", 400, "-", "5000000000", "7"},
             Case{"{}", 200, "-", "-", "-"},
         }) {
        EXPECT_EQ(call("PUT", "/r/retention", test.body).status, test.status) << test.body;
        auto repository = json_of(call("GET", "/r")).as_object();
        auto member = [&](std::string_view key) {
            auto* value = repository.if_contains({key.data(), key.size()});
            return value ? json::serialize(*value) : std::string("-");
        };
        EXPECT_EQ(member("timeBasedRetentionMillis"), test.age) << test.body;
        EXPECT_EQ(member("ingestSizeBasedRetentionBytes"), test.original) << test.body;
        EXPECT_EQ(member("storageSizeBasedRetentionBytes"), test.stored) << test.body;
    }
    EXPECT_EQ(call("PUT", "/nope/retention", "{}").status, 404);
}

TEST_F(RepositoryRoutesTest, TokensNameTheirParser) {
    call("POST", "", R"({"name":"r"})");
    auto token = json_of(call("POST", "/r/ingesttokens", R"({"name":"t","parser":"p"})"), 201);
    EXPECT_EQ(token.at("name"), "t");
    EXPECT_EQ(token.at("parser"), "p");
    EXPECT_GE(token.at("token").as_string().size(), 20U);
    EXPECT_EQ(call("POST", "/r/ingesttokens", R"({"name":"t"})").status, 409);
    EXPECT_TRUE(
        json_of(call("POST", "/r/ingesttokens", R"({"name":"u"})"), 201).at("parser").is_null());
    EXPECT_THAT(json_of(call("GET", "/r/ingesttokens")).as_array(), SizeIs(2));
    EXPECT_EQ(call("DELETE", "/r/ingesttokens/t").status, 204);
    EXPECT_EQ(call("DELETE", "/r/ingesttokens/t").status, 404);
    EXPECT_EQ(call("GET", "/x/ingesttokens").status, 404);
}

TEST_F(RepositoryRoutesTest, ParsersAreCompiledBeforeTheyAreKept) {
    call("POST", "", R"({"name":"r"})");
    auto parser =
        json_of(call("PUT", "/r/parsers/kv", R"x({"parser":"kvParse()","tagFields":["host"]})x"));
    EXPECT_EQ(parser.at("parser"), "kvParse()");
    EXPECT_EQ(json::serialize(parser.at("tagFields")), R"(["host"])");
    EXPECT_EQ(json_of(call("GET", "/r/parsers/kv")), parser);
    EXPECT_THAT(json_of(call("GET", "/r/parsers")).as_array(), SizeIs(1));
    auto wrong = call("PUT", "/r/parsers/bad", R"x({"script":"nosuchfunction()"})x");
    EXPECT_EQ(wrong.status, 400);
    EXPECT_THAT(wrong.body, HasSubstr("nosuchfunction"));
    EXPECT_EQ(call("PUT", "/r/parsers/bad", "{}").status, 400);
    EXPECT_EQ(call("GET", "/r/parsers/bad").status, 404);
    EXPECT_EQ(call("DELETE", "/r/parsers/kv").status, 204);
    EXPECT_EQ(call("GET", "/r/parsers/kv").status, 404);
}

TEST_F(RepositoryRoutesTest, ParsersGoInAndOutAsTemplates) {
    call("POST", "", R"({"name":"r"})");
    constexpr std::string_view kTemplate = R"(name: kv
$schema: https://schemas.humio.com/parser/v0.3.0
script: |-
  kvParse()
  | host := upper(host)
tagFields:
- host
fieldsToBeRemovedBeforeParsing: []
testCases:
- event:
    rawString: host=a n=1
  assertions:
  - outputEventIndex: 0
    fieldsHaveValues:
      '#host': A
      n: '1'
    fieldsNotPresent:
    - host
- event: {rawString: "x"}
)";
    auto made = call("POST", "/r/parsers", std::string(kTemplate), "application/yaml");
    auto parser = json_of(made, 201);
    EXPECT_EQ(parser.at("name"), "kv");
    EXPECT_EQ(json::serialize(parser.at("testCases")),
              R"([{"event":{"rawString":"host=a n=1"},"outputAssertions":[{"outputEventIndex":0,)"
              R"("assertions":{"fieldsHaveValues":[{"fieldName":"#host","expectedValue":"A"},)"
              R"({"fieldName":"n","expectedValue":"1"}],"fieldsNotPresent":["host"]}}]},)"
              R"({"event":{"rawString":"x"},"outputAssertions":[]}])");
    EXPECT_EQ(call("POST", "/r/parsers", std::string(kTemplate), "text/yaml").status, 409);

    auto yaml = call("GET", "/r/parsers/kv", {}, {}, "application/yaml");
    EXPECT_EQ(yaml.headers.get("Content-Type"), "application/yaml");
    auto copied = json_of(call("PUT", "/r/parsers/copy", yaml.body, "application/yaml"));
    EXPECT_EQ(copied.at("name"), "copy");
    EXPECT_EQ(copied.at("testCases"), parser.at("testCases"));
    auto by_json = json_of(call("PUT", "/r/parsers/third", json::serialize(parser)));
    EXPECT_EQ(by_json.at("testCases"), parser.at("testCases"));
    EXPECT_EQ(call("PUT", "/r/parsers/bad", "script: [a", "application/yaml").status, 400);
    EXPECT_EQ(call("POST", "/r/parsers", R"({"script":"*"})").status, 400) << "no name";
}

TEST_F(RepositoryRoutesTest, ParsersKeepTheSavedQueriesOfTheirTime) {
    call("POST", "", R"({"name":"r"})");
    auto repo = global_.state().repository_named("r")->id;
    auto save = [&](std::string name, std::string query) {
        EXPECT_TRUE(*loop_.run(global_.put_saved_query(repo, std::move(name), std::move(query))));
    };
    auto gives = [&](std::string script, std::string_view value) {
        auto body =
            std::string(R"({"testCases":[{"event":{"rawString":"n=1"},"outputAssertions":)") +
            R"([{"outputEventIndex":0,"assertions":{"fieldsHaveValues":)" +
            R"([{"fieldName":"kind","expectedValue":")" + std::string(value) + R"("}]}}]}])";
        if (!script.empty()) body += R"(,"script":)" + json::serialize(json::value(script));
        return json_of(call("POST", "/r/parsers/p/test", body + "}")).at("failed") == 0;
    };
    save("kind of", "kind := ?{k=plain}");
    save("inner", R"($"kind of"(k=?{k=x}))");
    auto put = call("PUT", "/r/parsers/p", R"x({"script":"kvParse() | $inner(k=\"web\")"})x");
    EXPECT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(global_.state().parser_named(repo, "p")->saved_queries.size(), 2U);
    save("kind of", R"(kind := "changed")");
    EXPECT_TRUE(gives("", "web"));
    EXPECT_FALSE(gives("", "changed"));
    EXPECT_TRUE(gives(R"($"kind of"())", "changed"));
    save("counts", "count()");
    for (auto* script : {"$none()", "$counts()"}) {
        auto bad = call("PUT", "/r/parsers/p", R"({"script":")" + std::string(script) + "\"}");
        EXPECT_EQ(bad.status, 400) << script;
        EXPECT_THAT(bad.body, HasSubstr(script));
    }
    EXPECT_TRUE(gives("", "web"));
}

TEST_F(RepositoryRoutesTest, ParsersAreTriedWithoutBeingStored) {
    call("POST", "", R"({"name":"r"})");
    constexpr auto* kParser = R"x({"script":"kvParse()","tagFields":["host"],"testCases":[
        {"event":{"rawString":"host=a n=1"},"outputAssertions":[{"outputEventIndex":0,"assertions":
            {"fieldsHaveValues":[{"fieldName":"n","expectedValue":"2"}],
             "fieldsNotPresent":["n","nothing"]}}]}]})x";
    auto tried = json_of(call("POST", "/r/parsers/new/test", kParser));
    EXPECT_EQ(call("GET", "/r/parsers/new").status, 404);
    EXPECT_EQ(tried.at("failed"), 1);
    EXPECT_EQ(json::serialize(tried.at("results").at(0).at("outputFailures")),
              R"([{"outputEventIndex":0,"failures":{"parsingErrors":[],)"
              R"("assertionFailuresOnFields":[{"type":"FieldHadConflictingAssertions",)"
              R"("fieldName":"n"}],"arraysWithGaps":[]}}])");

    call("PUT", "/r/parsers/kv", R"x({"script":"kvParse()","tagFields":["host"]})x");
    tried = json_of(call("POST", "/r/parsers/kv/test", R"({"events":["host=a n=1","n=2"]})"));
    EXPECT_EQ(tried.at("passed"), 2);
    auto& event = tried.at("results").at(0).at("outputEvents").at(0).as_object();
    EXPECT_EQ(event.at("#host"), "a");
    EXPECT_EQ(event.at("#type"), "kv");
    EXPECT_EQ(event.at("@rawstring"), "host=a n=1");
    EXPECT_TRUE(event.contains("@timestamp"));
    EXPECT_EQ(
        json_of(call("POST", "/r/parsers/json/test", R"({"events":["{\"a\":1}"]})")).at("passed"),
        1)
        << "a built-in one";
    EXPECT_EQ(call("POST", "/r/parsers/nosuch/test", R"({"events":["x"]})").status, 404);
    auto wrong = call("POST", "/r/parsers/kv/test", R"x({"script":"kvParse(","events":["x"]})x");
    EXPECT_EQ(wrong.status, 400);
    EXPECT_THAT(wrong.body, HasSubstr("```\n1:"));
}

}  // namespace
}  // namespace logwood::api
