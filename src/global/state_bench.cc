// How fast a node applies changes, and what a snapshot of many segments costs.
#include <benchmark/benchmark.h>

#include "global/change_codec.h"
#include "global/snapshot.h"

namespace logwood::global {
namespace {

/// A log of checkpoints of eight sections each, over one partition.
std::vector<std::string> checkpoint_log(std::uint64_t checkpoints) {
    ProposalId id{HostId(Id128{0, 1}), 1, 1};
    std::vector<std::string> log;
    auto add = [&](Body body) {
        ++id.sequence;
        log.push_back(encode_change({id, std::move(body)}));
    };
    add(Genesis{.cluster = ClusterId(Id128{0, 3}), .feature_level = 1});
    add(HostStarted{"a", "b", 1});
    add(InitPartitions{1});
    add(ClaimPartition{model::PartitionId(0), 3});
    for (std::uint64_t n = 0; n < checkpoints; ++n) {
        RegisterCheckpoint change{.term = 1,
                                  .from = model::LogOffset(n * 10),
                                  .to = model::LogOffset(n * 10 + 10),
                                  .file_bytes = 8000};
        for (std::uint64_t repo = 1; repo <= 8; ++repo) {
            auto time = static_cast<std::int64_t>(n * 5'000'000'000);
            change.sections.push_back({.id = SegmentId(Id128{n * 0x9E3779B97F4A7C15, repo}),
                                       .repo = RepoId(Id128{0, repo}),
                                       .event_times = {time, time + 5'000'000'000},
                                       .ingest_times = {time, time + 5'000'000'000},
                                       .rows = 1000,
                                       .raw_bytes = 300'000,
                                       .stored_bytes = 1000,
                                       .checksum = n,
                                       .tail_offset = 900,
                                       .file_offset = (repo - 1) * 1000,
                                       .tag_summary = "12345678"});
        }
        add(std::move(change));
    }
    return log;
}

State replay(const std::vector<std::string>& log) {
    State state;
    for (std::size_t i = 0; i < log.size(); ++i)
        state.apply(decode_entry(log[i])->change, model::LogOffset(i));
    return state;
}

void BM_ApplyCheckpoints(benchmark::State& bench) {
    auto log = checkpoint_log(2000);
    for (auto _ : bench) benchmark::DoNotOptimize(replay(log).hash());
    bench.SetItemsProcessed(bench.iterations() * 2000 * 8);
}
BENCHMARK(BM_ApplyCheckpoints)->Unit(benchmark::kMillisecond);

void BM_View(benchmark::State& bench) {
    auto state = replay(checkpoint_log(12'500));
    for (auto _ : bench) benchmark::DoNotOptimize(state.view().hash);
}
BENCHMARK(BM_View)->Unit(benchmark::kMicrosecond);

void BM_SnapshotRender(benchmark::State& bench) {
    auto view = replay(checkpoint_log(12'500)).view();
    std::size_t bytes = 0;
    for (auto _ : bench) bytes = render_snapshot(view).size();
    bench.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(BM_SnapshotRender)->Unit(benchmark::kMillisecond);

void BM_SnapshotParse(benchmark::State& bench) {
    auto text = render_snapshot(replay(checkpoint_log(12'500)).view());
    for (auto _ : bench) benchmark::DoNotOptimize(parse_snapshot(text)->hash());
}
BENCHMARK(BM_SnapshotParse)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace logwood::global
