#include "search/local_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "search/limits.h"
#include "store/tag_summary.h"

namespace logwood::search {

namespace {

class LocalOpened : public OpenedSegment {
 public:
    explicit LocalOpened(std::shared_ptr<const segment::Reader> reader)
        : reader_(std::move(reader)) {}

    std::size_t row_groups() const override { return reader_->row_groups().size(); }
    model::TimeBounds bounds(std::size_t row_group) const override {
        return reader_->row_groups()[row_group].event_times;
    }
    std::uint64_t raw_bytes(std::size_t row_group) const override {
        return reader_->row_groups()[row_group].raw_bytes;
    }
    Result<std::unique_ptr<model::RowSource>> row_group(std::size_t index,
                                                        segment::ReadStats& stats) const override {
        return reader_->row_group(index, &stats);
    }

 private:
    std::shared_ptr<const segment::Reader> reader_;
};

class LocalSegment : public PlannedSegment {
 public:
    LocalSegment(store::SegmentStore& store, std::shared_ptr<const global::Segment> segment)
        : store_(store), segment_(std::move(segment)), file_(store.pin(*segment_)) {}

    SegmentId id() const override { return segment_->id; }
    model::PartitionId partition() const override { return segment_->ranges[0].partition; }
    model::TimeBounds bounds() const override { return segment_->event_times; }
    async::Task<Result<std::shared_ptr<const OpenedSegment>>> open() override {
        CO_TRY(auto reader, co_await store_.open(file_, segment_));
        co_return std::make_shared<LocalOpened>(std::move(reader));
    }

 private:
    store::SegmentStore& store_;
    std::shared_ptr<const global::Segment> segment_;
    std::shared_ptr<const store::SegmentFile> file_;
};

/// False when its arrival, or a tag of which all values are known, rules the segment out.
bool may_match(const exec::Query& query, const global::Segment& segment) {
    auto arrival = query.ingest_times();
    if (arrival != model::TimeRange{} && !segment.ingest_times.overlaps(arrival)) return false;
    return std::ranges::all_of(store::unpack_tags(segment.tag_summary), [&](const auto& tag) {
        return std::ranges::any_of(tag.values, [&](const std::string& value) {
            return query.may_match_tag(tag.name, value);
        });
    });
}

bool may_match(const exec::Query& query, const model::TagSet& tags) {
    return std::ranges::all_of(tags.entries(), [&](const auto& tag) {
        return query.may_match_tag("#" + tag.first, tag.second);
    });
}

Missing without_cut(const global::Partition& partition) {
    Missing missing{.code = "PartitionUnavailable",
                    .message = {},
                    .segment = {},
                    .partition = partition.id,
                    .bounds = {}};
    missing.message = fmt::format(
        "The result lacks the newest events of partition {}, from offset {} on, of any time: {}",
        partition.id.value, partition.registered_end.value,
        partition.leader.is_none() ? "no node digests it."
                                   : "its leader gives no access to its open blocks.");
    return missing;
}

Missing not_consumed(model::PartitionId partition, model::LogOffset end) {
    Missing missing{.code = "PartitionBehind",
                    .message = {},
                    .segment = {},
                    .partition = partition,
                    .bounds = {}};
    missing.message = fmt::format(
        "The result may lack the newest events of partition {}, up to offset {}: they are durable, "
        "but were not searchable in time.",
        partition.value, end.value);
    return missing;
}

}  // namespace

Result<Scope> LocalData::resolve(std::string_view name) const {
    auto repo = state_.repository_named(name);
    if (!repo)
        return fail(Code::kNotFound, fmt::format("There is no repository or view named {}.", name));
    return Scope{.name = std::string(name), .repos = {repo->id}, .age_max = repo->retention.age};
}

async::Task<std::vector<Missing>> LocalData::catch_up(MonoTime deadline) {
    std::vector<Missing> missing;
    auto count = durable_end_ ? state_.partition_count() : 0;
    std::vector<model::LogOffset> ends;
    for (std::uint32_t i = 0; i < count; ++i) ends.push_back(durable_end_(model::PartitionId(i)));
    for (std::uint32_t i = 0; i < count; ++i) {
        model::PartitionId id(i);
        while (open_blocks_.consumed_end(id) < ends[i])
            if (!co_await open_blocks_.changed().wait_until(deadline)) break;
        if (open_blocks_.consumed_end(id) < ends[i]) missing.push_back(not_consumed(id, ends[i]));
    }
    co_return missing;
}

std::string LocalData::repo_name(RepoId repo) const {
    auto found = state_.repository(repo);
    return found ? found->name : std::string();
}

std::optional<std::string> LocalData::saved_query(const Scope& scope, std::string_view name) const {
    for (auto repo : scope.repos)
        if (auto saved = state_.saved_query(repo, name)) return saved->query;
    return std::nullopt;
}

exec::Lookups LocalData::lookups(const Scope& scope) const {
    return lookups_of_ ? lookups_of_(scope.repos) : exec::Lookups();
}

Plan LocalData::plan(const Scope& scope, const model::TimeRange& interval,
                     const exec::Query& query) {
    Plan plan{.version = state_.version()};
    plan_segments(scope, interval, query, plan);
    for (std::uint32_t i = 0; i < state_.partition_count(); ++i)
        if (auto partition = state_.partition(model::PartitionId(i)))
            plan_partition(*partition, scope, interval, query, plan);
    plan.lost = lost(interval);
    return plan;
}

void LocalData::plan_segments(const Scope& scope, const model::TimeRange& interval,
                              const exec::Query& query, Plan& plan) {
    for (auto repo : scope.repos) {
        for (auto& segment : state_.live_segments(repo, interval)) {
            if (may_match(query, *segment))
                plan.segments.push_back(std::make_shared<LocalSegment>(segments_, segment));
            else
                ++plan.segments_pruned;
        }
    }
}

void LocalData::plan_partition(const global::Partition& partition, const Scope& scope,
                               const model::TimeRange& interval, const exec::Query& query,
                               Plan& plan) {
    auto cut = open_blocks_.cut(partition.id, partition.term, partition.registered_end);
    if (!cut) {
        plan.missing.push_back(without_cut(partition));
        plan.may_improve = true;
        return;
    }
    plan.cuts.push_back({.partition = partition.id,
                         .term = partition.term,
                         .registered_end = cut->from,
                         .end = cut->end});
    for (auto& placed : cut->records) {
        if (std::ranges::find(scope.repos, placed->record.repo) == scope.repos.end()) continue;
        if (placed->record.events.time_bounds().overlaps(interval) &&
            query.ingest_times().contains(placed->record.ingest_time) &&
            may_match(query, placed->record.tags))
            plan.records.push_back(std::move(placed));
        else
            ++plan.records_pruned;
    }
}

std::vector<Missing> LocalData::lost(const model::TimeRange& interval) const {
    std::vector<Missing> lost;
    state_.entities().gaps.for_each([&](const auto& gap) {
        if (gap->found < interval.start || gap->found - kGapNoticeDelay >= interval.end) return;
        lost.push_back(
            {.code = "LogGap",
             .message = fmt::format("The commit log lost offsets {} to {} of partition {}: {}",
                                    gap->range.from.value, gap->range.to.value,
                                    gap->range.partition.value, gap->reason),
             .segment = {},
             .partition = gap->range.partition,
             .bounds = {}});
    });
    return lost;
}

std::optional<Followed> LocalData::follow(model::PartitionId partition,
                                          model::LogOffset from) const {
    auto row = state_.partition(partition);
    if (!row) return std::nullopt;
    auto cut = open_blocks_.cut(partition, row->term, from);
    if (cut) return Followed{.records = std::move(cut->records), .end = cut->end};
    // What is registered will not come into an open block again.
    if (from < row->registered_end) return Followed{.records = {}, .end = from, .has_gap = true};
    return std::nullopt;
}

}  // namespace logwood::search
