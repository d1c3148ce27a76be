// Size and speed over real events: LOGWOOD_BENCH_EVENTS names a file with a JSON object a line.
//
//     LOGWOOD_BENCH_EVENTS=events.ndjson segment_bench
//
// Reports MB of raw text a second (bytes_per_second) and raw / stored (ratio). Flattening the JSON
// is not measured.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "segment/bench_events.h"
#include "segment/merge/merge.h"
#include "segment/reader_impl.h"

namespace logwood::segment {
namespace {

constexpr std::uint64_t kMiniRawBytes = 64 << 20;
constexpr std::uint64_t kMergeRawBytes = 1 << 30;
constexpr std::uint32_t kPartitions = 2;

using Records = std::vector<std::shared_ptr<const model::PlacedRecord>>;
using Readers = std::vector<std::shared_ptr<const Reader>>;

/// The records, cut into checkpoints.
const std::vector<Records>& checkpoints() {
    static const auto all = [] {
        std::vector<Records> cut;
        auto* path = std::getenv("LOGWOOD_BENCH_EVENTS");
        if (path == nullptr) return cut;
        std::map<std::uint32_t, std::pair<Records, std::uint64_t>> open;
        for (auto& placed : load_json_lines(path, UINT64_MAX, kPartitions)) {
            auto& [records, bytes] = open[placed->partition.value];
            records.push_back(placed);
            bytes += placed->record.events.raw_bytes();
            if (bytes < kMiniRawBytes) continue;
            cut.push_back(std::move(records));
            records.clear();
            bytes = 0;
        }
        for (auto& [partition, rest] : open)
            if (!rest.first.empty()) cut.push_back(std::move(rest.first));
        return cut;
    }();
    return all;
}

RepoId repo() { return checkpoints().front().front()->record.repo; }

std::vector<WrittenSegment> write_minis() {
    std::vector<WrittenSegment> minis;
    for (auto& records : checkpoints()) {
        SegmentId id(Id128{1, minis.size() + 1});
        minis.push_back(*write_segment({Level::kMini, id, repo()}, records));
    }
    return minis;
}

Readers open_all(const std::vector<WrittenSegment>& segments) {
    Readers readers;
    for (auto& segment : segments)
        readers.push_back(*Reader::open(make_memory_source(segment.bytes)));
    return readers;
}

std::vector<WrittenSegment> merge_some(std::span<const std::shared_ptr<const Reader>> inputs,
                                       std::uint64_t first_id) {
    auto outputs = cut_outputs(inputs);
    std::vector<WrittenSegment> merged(outputs.size());
    auto target = [&](std::size_t index) -> Result<OutputTarget> {
        return OutputTarget{SegmentId(Id128{2, first_id + index}),
                            [&, index](std::string_view bytes) -> Result<void> {
                                merged[index].bytes += bytes;
                                return {};
                            }};
    };
    auto summaries = merge(inputs, outputs, target);
    if (!summaries) std::printf("%s\n", summaries.error().to_string().c_str());
    for (std::size_t i = 0; i < merged.size(); ++i) merged[i].summary = (*summaries)[i];
    return merged;
}

std::vector<WrittenSegment> merge_all(const Readers& minis) {
    std::vector<WrittenSegment> all;
    std::size_t begin = 0;
    std::uint64_t raw = 0;
    for (std::size_t i = 0; i < minis.size(); ++i) {
        raw += minis[i]->summary().raw_bytes;
        if (raw < kMergeRawBytes && i + 1 != minis.size()) continue;
        auto some = merge_some(std::span(minis).subspan(begin, i + 1 - begin), all.size() + 1);
        std::ranges::move(some, std::back_inserter(all));
        begin = i + 1;
        raw = 0;
    }
    return all;
}

void report(benchmark::State& state, const std::vector<WrittenSegment>& segments) {
    std::uint64_t raw = 0, stored = 0, rows = 0;
    for (auto& segment : segments) {
        raw += segment.summary.raw_bytes;
        stored += segment.summary.stored_bytes;
        rows += segment.summary.rows;
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(raw) * state.iterations());
    state.counters["raw_MB"] = static_cast<double>(raw) / 1e6;
    state.counters["stored_MB"] = static_cast<double>(stored) / 1e6;
    state.counters["ratio"] = static_cast<double>(raw) / static_cast<double>(stored);
    state.counters["rows"] = static_cast<double>(rows);
    state.counters["segments"] = static_cast<double>(segments.size());
}

/// Where the bytes are: the largest columns (chunks of their own), packs, dictionaries, tails.
void print_sizes(const std::vector<WrittenSegment>& segments) {
    std::map<std::string, std::uint64_t> sizes;
    std::map<std::string, std::map<int, int>> encodings;
    for (auto& segment : segments) {
        auto reader = *Reader::open(make_memory_source(segment.bytes));
        auto& tail = reader->impl().tail;
        for (auto& group : tail.groups) {
            std::vector<std::string> names(group.chunk_bytes.size(), "(packs)");
            const char* frames[] = {"(times)", "(shapes)", "(coordinates)"};
            for (std::size_t f = 0; f < kFrames; ++f)
                if (group.frames[f].bytes == 0) names[group.frames[f].chunk] = frames[f];
            for (auto& column : group.columns) {
                auto& name = tail.fields[column.field].name;
                ++encodings[name][static_cast<int>(column.encoding)];
                if (column.encoding != Encoding::kConstant && column.piece.bytes == 0)
                    names[column.piece.chunk] = name;
            }
            for (std::size_t c = 0; c < names.size(); ++c) sizes[names[c]] += group.chunk_bytes[c];
        }
        std::vector<std::string> names(tail.dictionary_chunk_bytes.size(), "(dictionary packs)");
        for (auto& field : tail.fields)
            if (field.dictionary && field.dictionary->bytes == 0)
                names[field.dictionary->chunk] = "(dictionary) " + field.name;
        for (std::size_t c = 0; c < names.size(); ++c)
            sizes[names[c]] += tail.dictionary_chunk_bytes[c];
        sizes["(tails)"] += segment.summary.stored_bytes - segment.summary.tail_offset;
    }
    std::vector<std::pair<std::uint64_t, std::string>> sorted;
    for (auto& [name, bytes] : sizes) sorted.emplace_back(bytes, name);
    std::ranges::sort(sorted, std::greater());
    for (std::size_t i = 0; i < std::min<std::size_t>(sorted.size(), 30); ++i) {
        fmt::print("{:>12}  {}", sorted[i].first, sorted[i].second);
        for (auto [encoding, count] : encodings[sorted[i].second])
            fmt::print("  e{}:{}", encoding, count);
        fmt::print("\n");
    }
}

void write_mini(benchmark::State& state) {
    if (checkpoints().empty()) return state.SkipWithError("LOGWOOD_BENCH_EVENTS is not set");
    std::vector<WrittenSegment> minis;
    for (auto _ : state) minis = write_minis();
    report(state, minis);
    print_sizes(minis);
}
BENCHMARK(write_mini)->Iterations(1)->Unit(benchmark::kMillisecond);

void merge_minis(benchmark::State& state) {
    if (checkpoints().empty()) return state.SkipWithError("LOGWOOD_BENCH_EVENTS is not set");
    auto readers = open_all(write_minis());
    std::vector<WrittenSegment> merged;
    for (auto _ : state) merged = merge_all(readers);
    report(state, merged);
    print_sizes(merged);
}
BENCHMARK(merge_minis)->Iterations(1)->Unit(benchmark::kMillisecond);

void read_everything(benchmark::State& state) {
    if (checkpoints().empty()) return state.SkipWithError("LOGWOOD_BENCH_EVENTS is not set");
    auto merged = merge_all(open_all(write_minis()));
    for (auto _ : state)
        for (auto& reader : open_all(merged))
            if (auto verified = reader->verify(); !verified)
                state.SkipWithError(verified.error().message.c_str());
    report(state, merged);
}
BENCHMARK(read_everything)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace logwood::segment
