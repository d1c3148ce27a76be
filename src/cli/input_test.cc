#include "cli/input.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "http/content_coding.h"

namespace logwood::cli {
namespace {

/// A directory of a test, gone with it.
class InputTest : public ::testing::Test {
 protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "logwood_XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    std::string write(const std::string& name, std::string_view bytes) const {
        auto path = directory_ + "/" + name;
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }
    static std::vector<std::string> chunks_of(const std::string& path, std::size_t bytes,
                                              EventCut cut = {}) {
        auto input = open_input(path);
        EXPECT_TRUE(input);
        TextChunks chunks(*std::move(input), bytes, std::move(cut));
        std::vector<std::string> all;
        while (true) {
            auto chunk = chunks.next();
            if (!chunk) all.push_back("error: " + chunk.error().message);
            if (!chunk || !*chunk) return all;
            all.push_back(**std::move(chunk));
        }
    }

    std::string directory_;
};

std::string pack_zstd(const std::string& text) {
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
    return packed;
}

using Strings = std::vector<std::string>;

TEST_F(InputTest, CutsAfterWholeLines) {
    struct Case {
        std::string text;
        std::size_t bytes;
        Strings chunks;
    };
    const Case cases[] = {
        {"", 4, {}},
        {"a\nb\n", 100, {"a\nb\n"}},
        {"a\nb", 100, {"a\nb"}},
        {"aaa\nbbb\nccc\n", 5, {"aaa\n", "bbb\n", "ccc\n"}},
        {"a long line\nb\n", 4, {"a long line\n", "b\n"}},
        {"no end at all", 4, {"no end at all"}},
        {"\n\n\n", 1, {"\n", "\n", "\n"}},
    };
    for (auto& [text, bytes, chunks] : cases)
        EXPECT_EQ(chunks_of(write("f", text), bytes), chunks) << text;
}

TEST_F(InputTest, CutsAfterWholeEvents) {
    auto cut = EventCut::beginning_with("^#");
    ASSERT_TRUE(cut);
    const std::pair<std::string, Strings> cases[] = {
        {"#1\na\n#2\nb\nc\n#3\n", {"#1\na\n", "#2\nb\nc\n", "#3\n"}},
        {"a\n#1\nb", {"a\n", "#1\nb"}},
        {"#1 is longer than a chunk\nand has lines\n#2\n",
         {"#1 is longer than a chunk\nand has lines\n", "#2\n"}},
    };
    for (auto& [text, chunks] : cases) EXPECT_EQ(chunks_of(write("f", text), 6, *cut), chunks);
    for (std::size_t bytes = 1; bytes < 40; ++bytes) {
        Strings events;
        for (auto& chunk : chunks_of(write("f", cases[0].first), bytes, *cut))
            cut->for_each(chunk, [&](std::string_view event) { events.emplace_back(event); });
        EXPECT_EQ(events, (Strings{"#1\na", "#2\nb\nc", "#3"})) << bytes;
    }
}

TEST_F(InputTest, UnpacksWhatIsPacked) {
    std::string text;
    for (int i = 0; i < 50'000; ++i) text += "line " + std::to_string(i) + "\n";
    const std::pair<std::string, std::string> files[] = {
        {"plain", text},
        {"gz", http::compress_gzip(text)},
        {"two.gz",
         http::compress_gzip(text.substr(0, 1000)) + http::compress_gzip(text.substr(1000))},
        {"zst", pack_zstd(text)},
        {"two.zst", pack_zstd(text.substr(0, 1000)) + pack_zstd(text.substr(1000))},
    };
    for (auto& [name, bytes] : files) {
        std::string all;
        for (auto& chunk : chunks_of(write(name, bytes), 64 << 10)) all += chunk;
        EXPECT_EQ(all, text) << name;
    }
}

TEST_F(InputTest, NamesDamage) {
    std::string text(100'000, 'x');
    auto gzip = http::compress_gzip(text);
    auto zstd = pack_zstd(text);
    auto last = [&](const std::string& bytes) { return chunks_of(write("f", bytes), 100).back(); };
    EXPECT_EQ(last(gzip.substr(0, gzip.size() - 9)), "error: gzip: cut off");
    EXPECT_EQ(last(zstd.substr(0, zstd.size() - 3)), "error: zstd: cut off");
    gzip[gzip.size() - 6] ^= 0x55;  // of the checksum
    EXPECT_EQ(last(gzip), "error: gzip: the bytes are damaged");
}

TEST_F(InputTest, RefusesWhatIsNoFile) {
    EXPECT_EQ(open_input(directory_).error().code, Code::kInvalidArgument);
    EXPECT_EQ(open_input(directory_ + "/nothing").error().code, Code::kNotFound);
    EXPECT_EQ(read_all(write("large", std::string(11, 'x')), 10).error().code, Code::kTooLarge);
    EXPECT_EQ(read_all(write("small", "abc"), 10).value(), "abc");
}

TEST(ForEachLine, LeavesOutEndsAndEmptyLines) {
    Strings lines;
    for_each_line("a\r\n\n\r\nb\nc", [&](std::string_view line) { lines.emplace_back(line); });
    EXPECT_EQ(lines, (Strings{"a", "b", "c"}));
}

}  // namespace
}  // namespace logwood::cli
