#include "cli/profiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace logwood::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ProfilesTest : public ::testing::Test {
 protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "logwood_XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
        path_ = directory_ + "/config/logwood/profiles.json";
    }
    void TearDown() override { fs::remove_all(directory_); }

    std::string directory_;
    std::string path_;
};

TEST_F(ProfilesTest, AreReadAsTheyWereWritten) {
    EXPECT_TRUE(load_profiles(path_)->by_name.empty());
    Profiles profiles{.default_name = "a b",
                      .by_name = {{"a b", {"http://x:1/\"p\"", "t"}}, {"c", {"http://y", ""}}}};
    ASSERT_TRUE(save_profiles(path_, profiles));
    ASSERT_TRUE(save_profiles(path_, profiles));
    auto read = load_profiles(path_);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->default_name, "a b");
    EXPECT_EQ(read->by_name, profiles.by_name);
    struct stat info{};
    ASSERT_EQ(::stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    EXPECT_EQ(read->find("c")->address, "http://y");
    auto none = read->find("d");
    EXPECT_EQ(none.error().code, Code::kNotFound);
    EXPECT_THAT(none.error().message, HasSubstr("there are a b, c"));
}

TEST_F(ProfilesTest, RefusesWhatCannotBeUsed) {
    const std::pair<const char*, const char*> cases[] = {
        {"", "line 1: no JSON"},
        {"{\n\"default\":\n}", "line 3: no JSON"},
        {"{}x", "line 1: no JSON"},
        {"[]", "a JSON object is expected"},
        {R"({"default":1})", "default: no text"},
        {R"({"profiles":[]})", "profiles: no object"},
        {R"({"profiles":{"a":1}})", "profiles.a: no object"},
        {R"({"profiles":{"a":{}}})", "profiles.a: address: a text is required"},
        {R"({"profiles":{"a":{"address":1}}})", "profiles.a: address: no text"},
        {R"({"profiles":{"a":{"address":"x","token":[]}}})", "profiles.a: token: no text"},
    };
    auto path = directory_ + "/profiles.json";
    for (auto& [text, message] : cases) {
        std::ofstream(path, std::ios::trunc) << text;
        auto read = load_profiles(path);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, Code::kInvalidArgument);
        EXPECT_THAT(read.error().message, HasSubstr(path + ": " + message)) << text;
    }
    EXPECT_FALSE(save_profiles("", {}));
}

}  // namespace
}  // namespace logwood::cli
