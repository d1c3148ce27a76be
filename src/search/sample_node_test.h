#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "async/runtime.h"
#include "global/state.h"
#include "search/id_query_test.h"
#include "search/local_data.h"
#include "segment/writer.h"
#include "store/checkpoint_file.h"
#include "store/open_blocks.h"
#include "store/section_info.h"
#include "store/segment_store.h"
#include "testing/sim_file_system.h"
#include "testing/sim_loop.h"
#include "testing/sim_random.h"

/// A node without log and digest for tests: real metadata, open blocks, files and readers, driven
/// step by step.
namespace logwood::search {

class SampleNode {
 public:
    static constexpr std::uint32_t kPartitions = 3;
    static constexpr std::uint64_t kRepos = 2;
    static constexpr std::int64_t kHourNs = 3'600'000'000'000;

    explicit SampleNode(std::uint64_t seed) : loop(seed), random(seed + 1), files(seed + 2) {
        must(global::Genesis{.cluster = ClusterId(Id128{9, 9}), .feature_level = 1});
        must(global::HostStarted{"alpha", "zone-1", 1});
        for (std::uint64_t i = 0; i < kRepos; ++i)
            must(global::CreateRepository{repo(i), "repo" + std::to_string(i), "", {}, {}});
        must(global::InitPartitions{kPartitions});
        for (std::uint32_t p = 0; p < kPartitions; ++p) claim(p);
        create_directories();
    }

    static RepoId repo(std::uint64_t i) { return RepoId(Id128{1, i}); }
    std::shared_ptr<const global::Partition> row(std::uint32_t p) const {
        return state.partition(model::PartitionId(p));
    }

    /// Becomes the leader in a new term, and consumes again from the registered end.
    void claim(std::uint32_t p) {
        must(global::ClaimPartition{model::PartitionId(p), row(p)->version});
        blocks.begin(model::PartitionId(p), row(p)->term, row(p)->registered_end);
        for (auto& placed : log[p])
            if (placed->offset >= row(p)->registered_end) blocks.append(placed);
    }

    /// One record of events with ids of their own, of one repository and host, somewhen in the
    /// first two days of all.
    void append(std::uint32_t p, std::uint64_t repo_number, std::size_t events) {
        std::vector<std::int64_t> times(events);
        for (auto& time : times) time = static_cast<std::int64_t>(random.below(48 * kHourNs));
        append_at(p, repo_number, times);
    }

    /// The same, of events at these times.
    void append_at(std::uint32_t p, std::uint64_t repo_number,
                   const std::vector<std::int64_t>& times) {
        auto placed = std::make_shared<model::PlacedRecord>();
        placed->partition = model::PartitionId(p);
        placed->offset = model::LogOffset(log[p].size());
        placed->record.repo = repo(repo_number);
        placed->record.ingest_time = {static_cast<std::int64_t>(placed->offset.value) * kHourNs};
        auto host = "host" + std::to_string(random.below(3));
        placed->record.tags.set("host", host);
        model::EventBatchBuilder builder;
        for (auto time : times) {
            auto id = std::to_string(++last_id_);
            builder.add("id", id);
            builder.add("@rawstring", "event " + id);
            builder.add("#host", host);
            builder.end_event(time);
            written[repo_number].push_back({id, host, time, placed->record.ingest_time.ns});
        }
        placed->record.events = builder.finish();
        log[p].push_back(placed);
        blocks.append(placed);
    }

    /// Seals what is open into a file and registers it; release() is a later step.
    void checkpoint(std::uint32_t p) {
        store::CheckpointRange range{.partition = model::PartitionId(p),
                                     .from = row(p)->registered_end,
                                     .to = blocks.consumed_end(model::PartitionId(p))};
        if (range.from == range.to) return;
        store::CheckpointBuilder file(range);
        std::vector<global::SectionInfo> sections;
        for (std::uint64_t i = 0; i < kRepos; ++i) {
            auto segment =
                write(segment::Level::kMini, i, {{range.partition, range.from, range.to}});
            if (segment.summary.rows == 0) continue;
            file.add(repo(i), segment.bytes);
            sections.push_back(
                store::section_info(segment.summary, file.layout().sections.back().offset));
        }
        auto bytes = std::move(file).finish();
        auto size = bytes.size();
        put_file(layout.digest_directory(), store::checkpoint_name(range, row(p)->term), bytes);
        must(global::RegisterCheckpoint{.partition = range.partition,
                                        .epoch = state.cluster().epoch,
                                        .term = row(p)->term,
                                        .from = range.from,
                                        .to = range.to,
                                        .file_bytes = size,
                                        .sections = std::move(sections)});
    }
    void release(std::uint32_t p) { blocks.release(model::PartitionId(p), row(p)->registered_end); }

    /// Replaces some live segments of the repository by one.
    void merge(std::uint64_t repo_number) {
        global::MergeSegments merge;
        std::vector<global::OffsetRange> ranges;
        for (auto& segment : state.live_segments(repo(repo_number))) {
            if (random.one_in(3)) continue;
            merge.inputs.push_back({segment->id, segment->version});
            ranges.insert(ranges.end(), segment->ranges.begin(), segment->ranges.end());
        }
        if (merge.inputs.size() < 2) return;
        auto segment = write(segment::Level::kMerged, repo_number, ranges);
        merge.outputs.push_back(store::section_info(segment.summary, 0));
        put_file(layout.repo_directory(repo(repo_number)),
                 store::Layout::segment_name(segment.summary.id), segment.bytes);
        must(std::move(merge));
    }

    /// Unlinks each file of which no segment is live and which nobody has pinned.
    void sweep() {
        std::set<std::string> live;
        for (std::uint64_t i = 0; i < kRepos; ++i)
            for (auto& segment : state.live_segments(repo(i)))
                live.insert(layout.file_of(*segment));
        for (auto& path : files.paths())
            if (!live.contains(path) && !store.is_pinned(path)) (void)files.remove(path);
    }

    struct Written {
        std::string id;
        std::string host;
        std::int64_t time_ns;
        std::int64_t ingest_ns;
    };
    std::multiset<std::string> expected(std::uint64_t repo_number, model::TimeRange interval,
                                        std::string_view host = {}) {
        std::multiset<std::string> ids;
        for (auto& event : written[repo_number])
            if (interval.contains({event.time_ns}) && (host.empty() || event.host == host))
                ids.insert(event.id);
        return ids;
    }

    template <typename Body>
    void must(Body body) {
        global::ProposalId id{HostId(Id128{2, 1}), 1, ++sequence_};
        auto outcome =
            state.apply({id, global::Body(std::move(body))}, model::LogOffset(sequence_ - 1));
        EXPECT_TRUE(outcome.accepted()) << outcome.reason;
    }

    testing::SimLoop loop;
    testing::SimRandom random;
    testing::SimFileSystem files;
    async::Runtime runtime{loop, random, files};
    global::State state;
    store::OpenBlocks blocks{loop};
    store::Layout layout{"data"};
    store::SegmentStore store{runtime, layout};
    LocalData data{state, blocks, store};
    std::map<std::uint32_t, std::vector<std::shared_ptr<const model::PlacedRecord>>> log;
    std::map<std::uint64_t, std::vector<Written>> written;

 private:
    void put_file(const std::string& directory, const std::string& name, std::string_view bytes) {
        auto done = async::replace_file(files, directory, name, bytes);
        EXPECT_TRUE(done) << done.error().message;
    }

    void create_directories() {
        (void)files.create_directories(layout.digest_directory());
        for (std::uint64_t i = 0; i < kRepos; ++i)
            (void)files.create_directories(layout.repo_directory(repo(i)));
    }

    /// A segment of the repository's records in the ranges.
    segment::WrittenSegment write(segment::Level level, std::uint64_t repo_number,
                                  const std::vector<global::OffsetRange>& ranges) {
        std::vector<std::shared_ptr<const model::PlacedRecord>> records;
        for (auto& range : ranges)
            for (auto at = range.from.value; at < range.to.value; ++at)
                if (auto& placed = log[range.partition.value][at];
                    placed->record.repo == repo(repo_number))
                    records.push_back(placed);
        if (records.empty()) return {};
        auto segment = segment::write_segment(
            {.level = level, .id = random.id<SegmentId>(), .repo = repo(repo_number)}, records);
        EXPECT_TRUE(segment) << segment.error().message;
        return *std::move(segment);
    }

    std::uint64_t sequence_ = 0;
    std::uint64_t last_id_ = 0;
};

}  // namespace logwood::search
