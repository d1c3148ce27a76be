// One contract, two disks: what holds for the system's files must hold for the simulated ones.
#include "async/file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>

#include "testing/sim_file_system.h"

namespace logwood::testing {
namespace {

using async::OpenMode;
using ::testing::ElementsAre;

struct Disk {
    std::unique_ptr<async::FileSystem> files;
    std::string root;
    std::function<void()> clean_up;
};

Disk posix_disk() {
    std::string root = ::testing::TempDir() + "logwood-XXXXXX";
    EXPECT_NE(::mkdtemp(root.data()), nullptr);
    return {async::make_posix_file_system(), root, [root] { std::filesystem::remove_all(root); }};
}

Disk simulated_disk() {
    auto files = std::make_unique<SimFileSystem>(1);
    EXPECT_TRUE(files->create_directories("/root"));
    return {std::move(files), "/root", [] {}};
}

class FileSystemContract : public ::testing::TestWithParam<Disk (*)()> {
 protected:
    FileSystemContract() : disk_(GetParam()()), files_(*disk_.files), root_(disk_.root) {}
    ~FileSystemContract() override { disk_.clean_up(); }

    std::string path(const std::string& name) const { return root_ + "/" + name; }
    void make(const std::string& name, std::string_view content) {
        auto file = files_.open(path(name), OpenMode::kCreate);
        ASSERT_TRUE(file);
        ASSERT_TRUE((*file)->write_at(0, content));
    }
    std::string text(const std::string& name) {
        auto bytes = async::read_file(files_, path(name), 1000);
        return bytes ? *bytes : std::string(name_of(bytes.error().code));
    }

    Disk disk_;
    async::FileSystem& files_;
    std::string root_;
};

TEST_P(FileSystemContract, ReadsWhatWasWritten) {
    make("a", "hello");
    auto file = *files_.open(path("a"), OpenMode::kReadWrite);
    EXPECT_TRUE(file->write_at(7, "world"));
    EXPECT_TRUE(file->sync());
    EXPECT_EQ(*file->size(), 12U);
    EXPECT_EQ(text("a"), std::string("hello\0\0world", 12));
    std::string buffer(8, '?');
    EXPECT_EQ(*file->read_at(7, buffer), 5U);
    EXPECT_EQ(buffer.substr(0, 5), "world");
    EXPECT_EQ(*file->read_at(100, buffer), 0U);
    EXPECT_TRUE(file->truncate(3));
    EXPECT_EQ(text("a"), "hel");
    EXPECT_EQ(async::read_exactly(*file, 1, 3).error().code, Code::kCorrupt);
    EXPECT_EQ(*async::read_exactly(*file, 1, 2), "el");
    EXPECT_EQ(async::read_file(files_, path("a"), 2).error().code, Code::kTooLarge);
}

TEST_P(FileSystemContract, NamesComeAndGo) {
    auto open = [&](const char* name, OpenMode mode) {
        auto file = files_.open(path(name), mode);
        return std::string(file ? "open" : name_of(file.error().code));
    };
    EXPECT_EQ(open("a", OpenMode::kRead), name_of(Code::kNotFound));
    EXPECT_EQ(open("a", OpenMode::kReadWrite), name_of(Code::kNotFound));
    EXPECT_EQ(open("a", OpenMode::kCreate), "open");
    EXPECT_EQ(open("a", OpenMode::kCreate), name_of(Code::kAlreadyExists));
    EXPECT_EQ(open("no/such", OpenMode::kCreate), name_of(Code::kNotFound));
    EXPECT_FALSE(*files_.exists(path("b")));
    EXPECT_TRUE(files_.rename(path("a"), path("b")));
    EXPECT_TRUE(*files_.exists(path("b")));
    EXPECT_EQ(files_.rename(path("a"), path("b")).error().code, Code::kNotFound);
    EXPECT_TRUE(files_.remove(path("b")));
    EXPECT_EQ(files_.remove(path("b")).error().code, Code::kNotFound);
}

TEST_P(FileSystemContract, ListsDirectories) {
    EXPECT_TRUE(files_.create_directories(path("x/y/z")));
    EXPECT_TRUE(files_.create_directories(path("x/y/z")));
    make("x/file", "");
    EXPECT_THAT(*files_.list(path("x")), ElementsAre("file", "y"));
    EXPECT_THAT(*files_.list(path("x/y")), ElementsAre("z"));
    EXPECT_EQ(files_.list(path("w")).error().code, Code::kNotFound);
    EXPECT_TRUE(files_.sync_dir(path("x")));
    EXPECT_EQ(files_.sync_dir(path("w")).error().code, Code::kNotFound);
    EXPECT_GT(files_.space(root_)->free_bytes, 0U);
}

TEST_P(FileSystemContract, AnOpenFileOutlivesItsName) {
    make("a", "kept");
    auto file = *files_.open(path("a"), OpenMode::kRead);
    make("b", "other");
    EXPECT_TRUE(files_.rename(path("b"), path("a")));
    EXPECT_EQ(*async::read_exactly(*file, 0, 4), "kept");
    EXPECT_EQ(text("a"), "other");
}

TEST_P(FileSystemContract, ReplacesAFile) {
    make("a.tmp", "left by a crash");
    EXPECT_TRUE(async::replace_file(files_, root_, "a", "one"));
    EXPECT_EQ(text("a"), "one");
    EXPECT_TRUE(async::replace_file(files_, root_, "a", "two"));
    EXPECT_EQ(text("a"), "two");
    EXPECT_THAT(*files_.list(root_), ElementsAre("a"));
}

INSTANTIATE_TEST_SUITE_P(Posix, FileSystemContract, ::testing::Values(&posix_disk));
INSTANTIATE_TEST_SUITE_P(Simulated, FileSystemContract, ::testing::Values(&simulated_disk));

}  // namespace
}  // namespace logwood::testing
