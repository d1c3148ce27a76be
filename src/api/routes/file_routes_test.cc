#include "api/routes/file_routes.h"

#include "api/routes/admin_routes_test.h"
#include "api/routes/saved_query_routes.h"

namespace logwood::api {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

class FileRoutesTest : public AdminRoutesTest {
 protected:
    FileRoutesTest() {
        EXPECT_TRUE(*loop_.run(lookups_.start()));
        EXPECT_TRUE(*loop_.run(global_.create_repository("web logs")));
        add_file_routes(router_, *access_, global_, lookups_);
        add_saved_query_routes(router_, *access_, global_);
    }
    ~FileRoutesTest() override { loop_.run(lookups_.stop()); }

    http::Response upload(std::string path, std::string name, std::string content) {
        return call("POST", std::move(path),
                    "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name +
                        "\"\r\n\r\n" + content + "\r\n--B--\r\n",
                    "multipart/form-data; boundary=B");
    }

    lookup::LookupFiles lookups_{runtime_, global_, "data", {}};
};

TEST_F(FileRoutesTest, FilesComeAndGo) {
    for (std::string base : {"/repositories/web%20logs/files", "/uploadedfiles/shared"}) {
        SCOPED_TRACE(base);
        EXPECT_EQ(call("GET", base).body, "[]");
        auto done = upload(base, "my users.csv", "id,name\n1,ann\n");
        EXPECT_EQ(done.status, 200) << done.body;
        EXPECT_EQ(done.body, "");
        auto listed = json::parse(call("GET", base).body).as_array();
        ASSERT_EQ(listed.size(), 1U);
        EXPECT_EQ(listed[0].at("name"), "my users.csv");
        EXPECT_EQ(listed[0].at("bytes"), 14);
        EXPECT_EQ(listed[0].at("rows"), 1);
        EXPECT_EQ(json::serialize(listed[0].at("columns")), R"(["id","name"])");
        auto shown = call("GET", base + "/my%20users.csv");
        EXPECT_EQ(shown.body, "id,name\n1,ann\n");
        EXPECT_THAT(std::string(shown.headers.get("content-type")), HasSubstr("text/csv"));
        EXPECT_EQ(call("PUT", base + "/my+users.csv", "id\n2\n").status, 200);
        EXPECT_EQ(call("GET", base + "/my+users.csv").body, "id\n2\n");
        EXPECT_EQ(call("PUT", base + "/a.json", R"([{"a":1}])").status, 200);
        EXPECT_EQ(call("GET", base + "/a.json").headers.get("content-type"), "application/json");
        EXPECT_EQ(call("DELETE", base + "/my%20users.csv").status, 200);
        EXPECT_EQ(call("DELETE", base + "/my%20users.csv").status, 404);
        EXPECT_EQ(call("GET", base + "/my%20users.csv").status, 404);
    }
    EXPECT_EQ(call("GET", "/dataspaces/web+logs/files/a.json").body, R"([{"a":1}])");
}

TEST_F(FileRoutesTest, BadUploadsAreRefused) {
    const std::string base = "/repositories/web%20logs/files";
    auto broken = upload(base, "a.csv", "x,y\n1,2,3\n");
    EXPECT_EQ(broken.status, 400);
    EXPECT_THAT(broken.body, HasSubstr("a.csv cannot be used: line 2: more values"));
    EXPECT_EQ(upload(base, "a.exe", "x").status, 400);
    EXPECT_EQ(upload(base, "", "x").status, 400);
    EXPECT_EQ(call("POST", base, "x", "text/csv").status, 400);
    EXPECT_EQ(call("PUT", base + "/a.json", "nonsense").status, 400);
    EXPECT_EQ(upload("/repositories/none/files", "a.csv", "x\n").status, 404);
    EXPECT_EQ(call("GET", "/repositories/none/files").status, 404);
    EXPECT_EQ(call("GET", base).body, "[]");
    http::Request request;
    request.target = "/api/v1" + base;
    ASSERT_TRUE(http::parse_target(request));
    EXPECT_GT(router_.body_bytes_max(request), lookup::kCsvBytesMax);
}

TEST_F(FileRoutesTest, SavedQueriesComeAndGo) {
    const std::string base = "/repositories/web%20logs/savedqueries";
    EXPECT_EQ(call("GET", base).body, "[]");
    auto put =
        call("PUT", base + "/top%20errors", R"json({"query":"level=?{l=error} | top(x)"})json");
    EXPECT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(put.body, R"json({"name":"top errors","query":"level=?{l=error} | top(x)"})json");
    EXPECT_EQ(call("GET", base + "/top+errors").body, put.body);
    EXPECT_EQ(call("PUT", base + "/top+errors", R"({"queryString":"*"})").status, 200);
    EXPECT_EQ(call("GET", base).body, R"([{"name":"top errors","query":"*"}])");
    auto wrong = call("PUT", base + "/bad", R"({"query":"a=1 | nosuch("})");
    EXPECT_EQ(wrong.status, 400);
    EXPECT_THAT(wrong.body, HasSubstr("nosuch"));
    EXPECT_EQ(call("PUT", base + "/bad", R"({"query":""})").status, 400);
    EXPECT_EQ(call("PUT", base + "/bad", "{}").status, 400);
    EXPECT_EQ(call("PUT", "/repositories/none/savedqueries/q", R"({"query":"*"})").status, 404);
    EXPECT_EQ(call("GET", base + "/none").status, 404);
    EXPECT_EQ(call("DELETE", base + "/top%20errors").status, 204);
    EXPECT_EQ(call("DELETE", base + "/top%20errors").status, 404);
}

}  // namespace
}  // namespace logwood::api
