#include "cli/file_tail.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "http/content_coding.h"

namespace logwood::cli {
namespace {

namespace fs = std::filesystem;

class FileTailTest : public ::testing::Test {
 protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "logwood_XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
        path_ = directory_ + "/app.log";
    }
    void TearDown() override { fs::remove_all(directory_); }

    void append(const std::string& text) const { std::ofstream(path_, std::ios::app) << text; }
    void replace(const std::string& text) const { std::ofstream(path_, std::ios::trunc) << text; }

    /// Reads and commits all that is there; the last position comes back for a restart.
    static std::string drain(FileTail& tail, std::optional<FilePosition>& last,
                             std::size_t bytes = 1 << 20) {
        std::string all;
        while (true) {
            auto piece = tail.next(bytes);
            if (!piece) return all + "error: " + piece.error().message;
            if (!*piece) return all;
            all += (*piece)->text;
            last = tail.commit(**piece);
        }
    }
    std::string drain(FileTail& tail) { return drain(tail, last_); }

    std::string directory_;
    std::string path_;
    std::optional<FilePosition> last_;
};

TEST_F(FileTailTest, GivesWholeLinesAsTheyGrow) {
    FileTail tail(path_, std::nullopt);
    EXPECT_EQ(drain(tail), "");
    EXPECT_FALSE(tail.has_opened());
    append("one\ntwo\nthr");
    EXPECT_EQ(drain(tail), "one\ntwo\n");
    append("ee\n");
    EXPECT_EQ(drain(tail), "three\n");
    EXPECT_EQ(drain(tail), "");
    append("a line that is longer than a piece\nb\n");
    EXPECT_EQ(drain(tail, last_, 4), "a line that is longer than a piece\nb\n");
}

TEST_F(FileTailTest, GivesWholeEventsWhereLinesAreJoined) {
    auto cut = EventCut::beginning_with("^#");
    ASSERT_TRUE(cut);
    FileTail tail(path_, std::nullopt, *cut);
    append("#1\na\n#2\n");
    EXPECT_EQ(drain(tail), "#1\na\n");
    EXPECT_TRUE(tail.holds_event());
    append("b\n#3");
    EXPECT_EQ(drain(tail), "");
    append("\n");
    EXPECT_EQ(drain(tail), "#2\nb\n");
    EXPECT_TRUE(tail.holds_event());
    // A file that was renamed before we came gets no more.
    fs::rename(path_, path_ + ".1");
    append("#4\n#5\n");
    FileTail other(path_, last_, *cut);
    EXPECT_EQ(drain(other), "#3\n#4\n");
}

TEST_F(FileTailTest, GivesTheSamePieceUntilItIsCommitted) {
    append("one\ntwo\n");
    FileTail tail(path_, std::nullopt);
    auto first = tail.next(4);
    ASSERT_TRUE(first && *first);
    EXPECT_EQ((*first)->text, "one\n");
    EXPECT_EQ((*first)->position.pending_end, 4U);
    auto again = tail.next(4);
    ASSERT_TRUE(again && *again);
    EXPECT_EQ((*again)->text, "one\n");
}

TEST_F(FileTailTest, GoesOnAfterARestart) {
    append("one\n");
    {
        FileTail tail(path_, std::nullopt);
        EXPECT_EQ(drain(tail), "one\n");
    }
    append("two\n");
    FileTail tail(path_, last_);
    EXPECT_EQ(drain(tail), "two\n");
}

TEST_F(FileTailTest, RepeatsJustWhatWasUnderWay) {
    append("one\ntwo\n");
    FilePosition under_way;
    {
        FileTail tail(path_, std::nullopt);
        auto piece = tail.next(100);
        ASSERT_TRUE(piece && *piece);
        under_way = (*piece)->position;
    }
    append("three\n");
    FileTail tail(path_, under_way);
    auto piece = tail.next(100);
    ASSERT_TRUE(piece && *piece);
    EXPECT_EQ((*piece)->text, "one\ntwo\n");
    EXPECT_EQ((*piece)->position, under_way);
    tail.commit(**piece);
    EXPECT_EQ(drain(tail), "three\n");
}

TEST_F(FileTailTest, ReadsARenamedFileToItsEndAfterARestart) {
    append("one\n");
    {
        FileTail tail(path_, std::nullopt);
        EXPECT_EQ(drain(tail), "one\n");
    }
    append("two\nno end");
    auto time = fs::file_time_type::clock::now();
    fs::rename(path_, path_ + ".2");
    fs::last_write_time(path_ + ".2", time - std::chrono::seconds(20));
    std::ofstream(path_ + ".1") << "three\n";
    fs::last_write_time(path_ + ".1", time - std::chrono::seconds(10));
    std::ofstream(path_ + ".3") << "much older\n";
    fs::last_write_time(path_ + ".3", time - std::chrono::seconds(30));
    append("four\n");
    FileTail tail(path_, last_);
    EXPECT_EQ(drain(tail), "two\nno endthree\nfour\n");
    EXPECT_EQ(last_->offset, 5U);
}

TEST_F(FileTailTest, FollowsARenamedFileThenTheNewOne) {
    append("one\n");
    FileTail tail(path_, std::nullopt);
    EXPECT_EQ(drain(tail), "one\n");
    append("two\n");
    fs::rename(path_, path_ + ".1");
    append("three\n");
    // The new one comes once the old one has been quiet: seconds, which a test does not wait.
    EXPECT_EQ(drain(tail), "two\n");
    std::ofstream(path_ + ".1", std::ios::app) << "late\n";
    EXPECT_EQ(drain(tail), "late\n");
}

TEST_F(FileTailTest, ReadsAFileThatWasCutFromItsBeginning) {
    append("one\ntwo\n");
    FileTail tail(path_, std::nullopt);
    EXPECT_EQ(drain(tail), "one\ntwo\n");
    auto id = last_->id;
    replace("new\n");
    EXPECT_EQ(drain(tail), "new\n");
    EXPECT_NE(last_->id, id);
    replace("another one that is longer\n");
    EXPECT_EQ(drain(tail), "another one that is longer\n");
}

TEST_F(FileTailTest, FindsACopyThatWasMadeBeforeTheFileWasCut) {
    append("one\n");
    {
        FileTail tail(path_, std::nullopt);
        EXPECT_EQ(drain(tail), "one\n");
    }
    append("two\n");
    fs::copy_file(path_, path_ + ".1");
    replace("three\n");
    FileTail tail(path_, last_);
    EXPECT_EQ(drain(tail), "two\nthree\n");
}

TEST_F(FileTailTest, StartsAnewWhenTheOldFileIsGone) {
    append("one\n");
    {
        FileTail tail(path_, std::nullopt);
        EXPECT_EQ(drain(tail), "one\n");
    }
    fs::remove(path_);
    append("two\n");
    FileTail tail(path_, last_);
    EXPECT_EQ(drain(tail), "two\n");
}

TEST_F(FileTailTest, RefusesWhatDoesNotGrow) {
    std::ofstream(path_, std::ios::binary) << http::compress_gzip("one\n");
    FileTail packed(path_, std::nullopt);
    EXPECT_EQ(packed.next(100).error().code, Code::kInvalidArgument);
    FileTail directory(directory_, std::nullopt);
    EXPECT_EQ(directory.next(100).error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace logwood::cli
