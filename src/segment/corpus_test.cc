// Real events through a mini-segment and a merge: every line comes back byte for byte.
#include <gmock/gmock.h>
#include <zstd.h>

#include <cstdio>

#include "segment/merge/merge.h"
#include "segment/test_rows.h"

namespace logwood::segment {
namespace {

constexpr std::size_t kBytes = 6 << 20;

/// The first bytes of a zstd file; empty when it is not there.
std::string first_bytes(const std::string& path) {
    std::string out;
    auto* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return out;
    auto* stream = ZSTD_createDStream();
    std::string stored(ZSTD_DStreamInSize(), '\0');
    std::string raw(ZSTD_DStreamOutSize(), '\0');
    while (out.size() < kBytes) {
        ZSTD_inBuffer in{stored.data(), std::fread(stored.data(), 1, stored.size(), file), 0};
        if (in.size == 0) break;
        while (in.pos < in.size) {
            ZSTD_outBuffer to{raw.data(), raw.size(), 0};
            if (ZSTD_isError(ZSTD_decompressStream(stream, &to, &in))) break;
            out.append(raw, 0, to.pos);
        }
    }
    ZSTD_freeDStream(stream);
    std::fclose(file);
    return out;
}

/// Cuts a line at `,"` and `":` into fields: wrong JSON, but real values.
void add_fields(std::string_view line, model::EventBatchBuilder& events) {
    while (!line.empty()) {
        auto end = std::min(line.find(",\""), line.size());
        auto field = line.substr(0, end);
        auto colon = field.find("\":");
        if (colon != std::string_view::npos) {
            auto value = field.substr(colon + 2);
            if (value.starts_with(' ')) value.remove_prefix(1);
            if (value.starts_with('"') && value.ends_with('"') && value.size() > 1)
                value = value.substr(1, value.size() - 2);
            events.add(field.substr(0, colon), value);
        }
        line.remove_prefix(std::min(end + 2, line.size()));
    }
}

Records records_of(std::string_view text) {
    Records records;
    model::EventBatchBuilder events;
    auto close = [&] {
        auto placed = std::make_shared<model::PlacedRecord>();
        placed->offset = model::LogOffset(records.size());
        placed->record.repo = kTestRepo;
        placed->record.tags.set("type", records.size() % 3 == 0 ? "a" : "b");
        placed->record.events = events.finish();
        records.push_back(std::move(placed));
    };
    for (std::int64_t row = 0; !text.empty(); ++row) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        add_fields(line, events);
        events.add("@rawstring", line);
        events.end_event(row / 3 * 1'000'000);
        if (events.bytes() > (1 << 20)) close();
    }
    close();
    return records;
}

TEST(Corpus, ComesBack) {
    auto* root = std::getenv("LOGWOOD_SOURCE_DIR");
    if (root == nullptr) GTEST_SKIP() << "LOGWOOD_SOURCE_DIR is not set";
    for (auto* name : {"security-1.7gb", "services-200mb"}) {
        auto path = fmt::format("{}/../shared/corpora/logs/{}.ndjson.zst", root, name);
        auto text = first_bytes(path);
        if (text.empty()) GTEST_SKIP() << path << " is not there";
        auto records = records_of(text);
        std::vector<std::shared_ptr<const Reader>> minis;
        for (std::size_t i = 0; i < records.size(); i += 4) {
            auto some = std::span(records).subspan(i, std::min<std::size_t>(4, records.size() - i));
            auto written =
                write_segment({Level::kMini, SegmentId(Id128{1, i + 1}), kTestRepo}, some);
            minis.push_back(*Reader::open(make_memory_source(written->bytes)));
        }
        std::string bytes;
        auto merged = merge(minis, cut_outputs(minis), [&](std::size_t) -> Result<OutputTarget> {
            return OutputTarget{kTestId, [&](std::string_view piece) -> Result<void> {
                                    bytes += piece;
                                    return {};
                                }};
        });
        ASSERT_TRUE(merged) << merged.error().to_string();
        ASSERT_EQ(merged->size(), 1U);
        auto rows = read_rows(bytes);
        ASSERT_TRUE(rows) << rows.error().to_string();
        EXPECT_TRUE(*rows == plain_rows(records)) << name;
        EXPECT_GT(merged->front().raw_bytes, 3 * merged->front().stored_bytes) << name;
    }
}

}  // namespace
}  // namespace logwood::segment
