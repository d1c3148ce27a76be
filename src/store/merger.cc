#include "store/merger.h"

#include <algorithm>
#include <utility>

#include "async/failpoint.h"
#include "base/bytes.h"
#include "base/server_log.h"
#include "store/section_info.h"
#include "store/segment_file.h"

namespace logwood::store {
namespace {

struct Job {
    std::vector<std::shared_ptr<const segment::Reader>> inputs;
    std::vector<segment::Output> outputs;
    std::vector<SegmentId> ids;
    std::string directory;
};

/// Writes all outputs, durably. On error nothing of them is left under its final name that counts:
/// Global was not told.
Result<std::vector<segment::Summary>> write_outputs(async::FileSystem& files, const Job& job) {
    TRY_OK(files.create_directories(job.directory));
    std::vector<std::unique_ptr<SegmentFileWriter>> writers;
    auto open = [&](std::size_t index) -> Result<segment::OutputTarget> {
        TRY(auto writer,
            SegmentFileWriter::create(files, job.directory, Layout::segment_name(job.ids[index])));
        writers.push_back(std::move(writer));
        return segment::OutputTarget{job.ids[index], writers.back()->sink()};
    };
    TRY(auto summaries, segment::merge(job.inputs, job.outputs, open));
    for (std::size_t i = 0; i < writers.size(); ++i)
        TRY_OK(writers[i]->commit(summaries[i].checksum));
    TRY_OK(files.sync_dir(job.directory));
    return summaries;
}

std::uint64_t raw_bytes_of(const std::vector<Merger::SegmentPtr>& segments) {
    std::uint64_t total = 0;
    for (auto& segment : segments) total += segment->raw_bytes;
    return total;
}

}  // namespace

Merger::Merger(async::Runtime& runtime, global::Global& global, SegmentStore& store,
               DiskGuard& disk, MergerOptions options)
    : runtime_(runtime),
      global_(global),
      store_(store),
      disk_(disk),
      options_(options),
      gate_(runtime.loop) {}

async::Task<void> Merger::run() {
    while (!gate_.closing()) {
        auto inputs = disk_.is_full() ? std::vector<SegmentPtr>() : choose();
        if (!inputs.empty()) {
            auto merged = co_await merge(inputs);
            if (merged) continue;
            ++counters_.failures;
            server_log::warning("store", "a merge failed", {{"error", merged.error().to_string()}});
        }
        co_await gate_.pause_for(options_.interval);
    }
}

std::vector<Merger::SegmentPtr> Merger::choose() const {
    std::vector<SegmentPtr> oldest;
    for (auto& [repo, live] : global_.state().live_by_repo()) {
        auto minis = due_minis(live);
        if (minis.empty()) continue;
        if (oldest.empty() || minis[0]->ingest_times.min_ns < oldest[0]->ingest_times.min_ns)
            oldest = std::move(minis);
    }
    return oldest;
}

std::vector<Merger::SegmentPtr> Merger::due_minis(const global::Indexes::ByEventTime& live) const {
    std::vector<SegmentPtr> minis;
    for (auto& [key, segment] : live)
        if (segment->kind == global::SegmentKind::kSection) minis.push_back(segment);
    std::ranges::sort(minis, {}, [](auto& s) {
        return std::tuple(s->epoch, s->ingest_times.min_ns, s->ranges[0]);
    });
    if (minis.empty() || !is_due(minis, raw_bytes_of(minis))) return {};
    // What does not fit into one merge waits for the next.
    std::uint64_t taken = 0;
    auto full = std::ranges::find_if(minis, [&](auto& s) {
        taken += s->raw_bytes;
        return taken > options_.raw_bytes_max || s->epoch != minis[0]->epoch;
    });
    auto count = std::max<std::ptrdiff_t>(full - minis.begin(), 1);
    minis.resize(std::min(static_cast<std::size_t>(count), global::kSegmentsPerChangeMax));
    return minis;
}

bool Merger::is_due(const std::vector<SegmentPtr>& minis, std::uint64_t raw_bytes) const {
    if (minis.size() >= options_.inputs_min || raw_bytes >= options_.raw_bytes_max) return true;
    auto now = runtime_.loop.utc_now();
    std::int64_t newest = INT64_MIN;
    for (auto& mini : minis) newest = std::max(newest, mini->ingest_times.max_ns);
    return now - UtcTime{minis[0]->ingest_times.min_ns} >= options_.window ||
           now - UtcTime{newest} >= options_.quiet;
}

async::Task<Result<Merger::Readers>> Merger::open(const std::vector<SegmentPtr>& inputs) {
    Readers readers;
    for (auto& input : inputs) {
        CO_TRY(auto reader, co_await store_.open_once(store_.pin(*input), input));
        readers.push_back(std::move(reader));
    }
    co_return readers;
}

async::Task<Result<void>> Merger::merge(std::vector<SegmentPtr> inputs) {
    Job job;
    job.directory = store_.layout().repo_directory(inputs[0]->repo);
    CO_TRY(job.inputs, co_await open(inputs));
    job.outputs = segment::cut_outputs(job.inputs);
    for (std::size_t i = 0; i < job.outputs.size(); ++i)
        job.ids.push_back(runtime_.random.id<SegmentId>());

    auto work = [&files = runtime_.files, &job] { return write_outputs(files, job); };
    CO_TRY(auto summaries, co_await async::run_on(runtime_.loop, async::Lane::kBackground, work));
    async::failpoint("store.after_merge_write_before_register");

    global::MergeSegments change{.at = runtime_.loop.utc_now()};
    for (auto& input : inputs) change.inputs.push_back({input->id, input->version});
    for (auto& summary : summaries) change.outputs.push_back(section_info(summary, 0));
    CO_TRY(auto outcome, co_await global_.propose(std::move(change)));
    async::failpoint("store.after_merge_register");
    if (!outcome.accepted()) {
        ++counters_.refused;
        // Refused for good: no file of these ids will ever be named.
        for (auto id : job.ids)
            CO_TRY_OK(co_await store_.unlink(job.directory, Layout::segment_name(id)));
        co_return outcome.to_result();
    }
    ++counters_.merges;
    counters_.inputs += inputs.size();
    counters_.outputs += summaries.size();
    counters_.raw_bytes += raw_bytes_of(inputs);
    co_return {};
}

}  // namespace logwood::store
