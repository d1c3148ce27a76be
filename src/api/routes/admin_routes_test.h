#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <utility>

#include "api/access.h"
#include "global/global.h"
#include "http/router.h"
#include "http/target.h"
#include "testing/memory_log.h"
#include "testing/sim_file_system.h"
#include "testing/sim_loop.h"

namespace logwood::api {

/// What a response streams, as one text.
class StreamedText final : public http::BodyWriter {
 public:
    async::Task<Result<void>> write(std::string bytes) override {
        text += bytes;
        co_return Result<void>();
    }
    std::string text;
};

/// Metadata of a node in memory, for the routes that show and change it. A test adds those that it
/// calls to `router_`.
class AdminRoutesTest : public ::testing::Test {
 protected:
    AdminRoutesTest() {
        EXPECT_TRUE(files_.create_directories("data"));
        EXPECT_TRUE(*loop_.run(global_.start()));
    }
    ~AdminRoutesTest() override { loop_.run(global_.stop()); }

    /// `path` is what follows `/api/v1`.
    http::Response call(std::string method, std::string path, std::string body = {},
                        std::string type = {}, std::string accept = {}) {
        http::Request request;
        if (!type.empty()) request.headers.set("Content-Type", std::move(type));
        if (!accept.empty()) request.headers.set("Accept", std::move(accept));
        request.method = std::move(method);
        request.target = "/api/v1" + std::move(path);
        request.body = std::move(body);
        EXPECT_TRUE(http::parse_target(request));
        auto handler = router_.find(request);
        if (!handler) return handler.error();
        auto response = *loop_.run((**handler)(std::move(request)));
        if (!response.stream) return response;
        StreamedText out;
        EXPECT_TRUE(*loop_.run(response.stream(out)));
        response.body = out.text;
        return response;
    }

    testing::SimLoop loop_{1};
    testing::SimRandom random_{2};
    testing::SimFileSystem files_{3};
    async::Runtime runtime_{loop_, random_, files_};
    testing::MemoryLog log_{loop_, 4, std::make_shared<testing::MemoryLog::Content>()};
    global::Global global_{
        runtime_,
        log_,
        {.host = HostId(Id128{2, 1}), .host_name = "alpha", .zone = "z", .data_directory = "data"}};
    std::unique_ptr<const Access> access_ = make_open_access();
    http::Router router_;
};

}  // namespace logwood::api
