#include "api/routes/listener_routes.h"

#include "api/routes/admin_routes_test.h"

namespace logwood::api {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

class ListenerRoutesTest : public AdminRoutesTest {
 protected:
    ListenerRoutesTest() {
        EXPECT_TRUE(*loop_.run(global_.create_repository("web")));
        add_listener_routes(router_, *access_, global_, [this](ListenerId) { return problem_; });
    }

    http::Response call(std::string method, std::string path, std::string body = {}) {
        return AdminRoutesTest::call(
            std::move(method), "/repositories/web/listeners" + std::move(path), std::move(body));
    }

    std::string problem_;
};

TEST_F(ListenerRoutesTest, ListenersComeChangeAndGo) {
    EXPECT_EQ(call("GET", "").body, "[]");
    auto made = call("POST", "",
                     R"({"name":"l 1","protocol":"UDP","port":514,"parser":"syslog",)"
                     R"("tags":{"#b":"1","a":"2"}})");
    ASSERT_EQ(made.status, 201) << made.body;
    auto id = std::string(json::parse(made.body).at("id").as_string());
    EXPECT_EQ(made.body, R"({"id":")" + id +
                             R"(","name":"l 1","protocol":"udp","port":514,"bindInterface":null,)"
                             R"("parser":"syslog","tags":{"a":"2","b":"1"},"problem":null})");
    EXPECT_EQ(call("GET", "/l%201").body, made.body);
    EXPECT_EQ(call("GET", "").body, "[" + made.body + "]");
    problem_ = "taken";
    auto changed =
        call("PUT", "/l%201", R"({"protocol":"gelf_tcp","port":12201,"bindInterface":"::1"})");
    EXPECT_EQ(changed.status, 200);
    EXPECT_EQ(changed.body,
              R"({"id":")" + id +
                  R"(","name":"l 1","protocol":"gelf_tcp","port":12201,"bindInterface":"::1",)"
                  R"("parser":null,"tags":{},"problem":"taken"})");
    EXPECT_EQ(call("DELETE", "/l%201").status, 204);
    EXPECT_EQ(call("DELETE", "/l%201").status, 404);
    EXPECT_EQ(call("GET", "/l%201").status, 404);
}

TEST_F(ListenerRoutesTest, BadRequestsAreRefused) {
    ASSERT_EQ(call("POST", "", R"({"name":"a","protocol":"tcp","port":514})").status, 201);
    struct Case {
        std::string body;
        int status;
        std::string text;
    };
    const Case cases[] = {
        {"", 400, ""},
        {"[]", 400, "object"},
        {R"({"protocol":"tcp","port":1})", 400, "name"},
        {R"({"name":"b","port":1})", 400, "protocol"},
        {R"({"name":"b","protocol":"netflow_udp","port":1})", 400, "gelf_udp"},
        {R"({"name":"b","protocol":"tcp"})", 400, "port"},
        {R"({"name":"b","protocol":"tcp","port":0})", 400, "65535"},
        {R"({"name":"b","protocol":"tcp","port":65536})", 400, "65535"},
        {R"({"name":"b","protocol":"tcp","port":1,"tags":{"x":1}})", 400, "tags.x"},
        {R"({"name":"b","protocol":"tcp","port":1,"tags":["x"]})", 400, "tags"},
        {R"({"name":"a","protocol":"tcp","port":1})", 409, "named a"},
        {R"({"name":"b","protocol":"tcp","port":514})", 409, "port"},
    };
    for (const auto& c : cases) {
        auto response = call("POST", "", c.body);
        EXPECT_EQ(response.status, c.status) << c.body << response.body;
        EXPECT_THAT(response.body, HasSubstr(c.text)) << c.body;
    }
}

}  // namespace
}  // namespace logwood::api
