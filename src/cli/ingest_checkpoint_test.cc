#include "cli/ingest_checkpoint.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace logwood::cli {
namespace {

class IngestCheckpointTest : public ::testing::Test {
 protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "logwood_XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
        path_ = directory_ + "/checkpoint";
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    std::string directory_;
    std::string path_;
};

TEST_F(IngestCheckpointTest, KeepsPositionsAndItsId) {
    FilePosition position{.path = "/var/log/\"x\"",
                          .id = "i",
                          .identity = {1, 2, 3, 0xFFFFFFFFFFFFFFFF},
                          .offset = 4,
                          .pending_end = 9};
    std::string id;
    {
        auto made = IngestCheckpoint::open(path_, "repo");
        ASSERT_TRUE(made);
        id = made->id();
        made->set(position);
        ASSERT_TRUE(made->save());
    }
    auto read = IngestCheckpoint::open(path_, "repo");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->id(), id);
    EXPECT_EQ(read->find(position.path), position);
    EXPECT_EQ(read->find("/other"), std::nullopt);
}

TEST_F(IngestCheckpointTest, IsOneProcessesAndOneRepositorys) {
    {
        auto first = IngestCheckpoint::open(path_, "repo");
        ASSERT_TRUE(first);
        EXPECT_EQ(IngestCheckpoint::open(path_, "repo").error().code, Code::kConflict);
    }
    EXPECT_EQ(IngestCheckpoint::open(path_, "another").error().code, Code::kConflict);
    EXPECT_TRUE(IngestCheckpoint::open(path_, "repo"));
    EXPECT_FALSE(IngestCheckpoint::open(directory_ + "/none/checkpoint", "repo"));
}

TEST_F(IngestCheckpointTest, RefusesWhatItDidNotWrite) {
    for (const char* text :
         {"", "x", "[]", "{}", R"({"version":2})", R"({"version":1,"id":"a","files":[]})",
          R"({"version":1,"id":"a","repository":"repo","files":[{"path":"p","id":"i"}]})",
          R"({"version":1,"id":"a","repository":"repo","files":[{"path":"p","id":"i","device":"1",)"
          R"("inode":"1","firstBytes":"0","firstHash":"1","offset":"9","pendingEnd":"3"}]})"}) {
        std::ofstream(path_, std::ios::trunc) << text;
        EXPECT_FALSE(IngestCheckpoint::open(path_, "repo")) << text;
        std::ifstream file(path_);
        EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), text);
    }
}

}  // namespace
}  // namespace logwood::cli
