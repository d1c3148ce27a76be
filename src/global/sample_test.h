#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "global/change_codec.h"
#include "global/state.h"
#include "testing/sim_random.h"

/// Sample metadata for tests: a state that is driven change by change.
namespace logwood::global {

inline RepoId repo_id(std::uint64_t n) { return RepoId(Id128{1, n}); }
inline HostId host_id(std::uint64_t n) { return HostId(Id128{2, n}); }
inline SegmentId segment_id(std::uint64_t n) { return SegmentId(Id128{3, n}); }
inline ParserId parser_id(std::uint64_t n) { return ParserId(Id128{4, n}); }
inline model::PartitionId partition_id(std::uint32_t n) { return model::PartitionId(n); }
inline model::LogOffset at(std::uint64_t n) { return model::LogOffset(n); }
inline Retention age(Duration limit) { return Retention{.age = limit}; }

/// A section of ten rows whose events lie in [hour, hour + 1) of 1970-01-01.
inline SectionInfo section(std::uint64_t id, std::uint64_t repo, std::int64_t hour = 0) {
    auto first = std::chrono::nanoseconds(std::chrono::hours(hour)).count();
    return {.id = segment_id(id),
            .repo = repo_id(repo),
            .event_times = {first, first + 3'599'999'999'999},
            .ingest_times = {first, first + 1},
            .rows = 10,
            .raw_bytes = 4000,
            .stored_bytes = 100,
            .checksum = id * 77,
            .tail_offset = 60};
}

/// A state and the log of what was applied to it; one host, started, and a Genesis.
struct Sample {
    State state;
    std::vector<Change> log;
    ProposalId next{host_id(1), 1, 100};

    Sample() {
        apply_as({}, Genesis{.cluster = ClusterId(Id128{9, 9}), .feature_level = 2});
        apply(HostStarted{"alpha", "zone-1", 2});
    }
    Outcome apply_as(ProposalId id, Body body) {
        log.push_back({id, std::move(body)});
        return state.apply(log.back(), at(log.size() - 1));
    }
    Outcome apply(Body body) {
        ++next.sequence;
        return apply_as(next, std::move(body));
    }
    /// Applies what must be accepted.
    Version must(Body body) {
        auto outcome = apply(std::move(body));
        EXPECT_TRUE(outcome.accepted()) << outcome.reason;
        return outcome.version;
    }
    /// Two repositories, two partitions led in term 1.
    void set_up() {
        must(CreateRepository{repo_id(1), "web", "", {}, {}});
        must(CreateRepository{repo_id(2), "audit", "", {}, {}});
        must(InitPartitions{2});
        for (std::uint32_t p : {0U, 1U})
            must(ClaimPartition{partition_id(p), state.partition(partition_id(p))->version});
    }
    RegisterCheckpoint checkpoint(std::uint32_t partition, std::uint64_t to,
                                  std::vector<SectionInfo> sections) const {
        auto row = state.partition(partition_id(partition));
        for (std::size_t i = 0; i < sections.size(); ++i) sections[i].file_offset = 100 * i;
        return {.partition = row->id,
                .term = row->term,
                .from = row->registered_end,
                .to = at(to),
                .file_bytes = 100 * sections.size() + 50,
                .sections = std::move(sections)};
    }
    SegmentRead read(std::uint64_t id) const {
        auto segment = state.segment(segment_id(id));
        return {segment_id(id), segment ? segment->version : 0};
    }
};

/// Draws changes that are mostly acceptable, of every kind, about what a state holds.
class RandomChanges {
 public:
    explicit RandomChanges(std::uint64_t seed) : random_(seed) {}
    Body draw(const Sample& sample);

 private:
    Body draw_repository(const State& state);
    Body draw_parser_or_token(const State& state);
    std::vector<ParserTestCase> some_tests();
    std::vector<std::pair<std::string, std::string>> some_queries(const State& state);
    Body draw_file_or_query(const State& state);
    Body draw_listener(const State& state);
    Body draw_partition(const Sample& sample);
    Body draw_segment(const Sample& sample);
    std::vector<SegmentRead> some_segments(const State& state, RepoId repo);
    /// The version, or now and then another one.
    Version read(Version version) { return random_.one_in(10) ? version + 1 : version; }
    std::string name() { return "name-" + std::to_string(random_.below(8)); }

    testing::SimRandom random_;
    std::uint64_t last_segment_ = 0;
};

}  // namespace logwood::global
