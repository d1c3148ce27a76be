// The order is: Global forgets a segment, then its file goes. A crash in between leaves an orphan,
// which the next start removes; the other order could leave a segment that names no file.
#include "store/sweeper.h"

#include <map>
#include <unordered_set>
#include <utility>

#include "async/failpoint.h"
#include "base/server_log.h"

namespace logwood::store {
namespace {

struct FoundFile {
    std::string directory;
    std::string name;
};

/// Files of ours below the data directory, half-written ones among them.
Result<std::vector<FoundFile>> find_files(async::FileSystem& files, const Layout& layout) {
    std::vector<std::string> directories{layout.digest_directory()};
    TRY_OK(files.create_directories(layout.digest_directory()));
    TRY_OK(files.create_directories(layout.segments_directory()));
    TRY(auto repos, files.list(layout.segments_directory()));
    for (auto& repo : repos) directories.push_back(layout.segments_directory() + "/" + repo);
    std::vector<FoundFile> found;
    for (auto& directory : directories) {
        TRY(auto names, files.list(directory));
        for (auto& name : names)
            if (name.ends_with(".ckpt") || name.ends_with(".seg") || name.ends_with(".tmp"))
                found.push_back({directory, name});
    }
    return found;
}

}  // namespace

async::Task<Result<void>> Sweeper::start() {
    CO_TRY_OK(co_await unlink_orphans());
    gate_.spawn(run());
    co_return {};
}

async::Task<Result<void>> Sweeper::unlink_orphans() {
    auto work = [&files = runtime_.files, &layout = store_.layout()] {
        return find_files(files, layout);
    };
    CO_TRY(auto found, co_await async::run_on(runtime_.loop, async::Lane::kBackground, work));
    std::unordered_set<std::string> needed;
    global_.state().entities().segments.for_each(
        [&](auto& segment) { needed.insert(store_.layout().file_of(*segment)); });
    for (auto& file : found) {
        if (needed.contains(file.directory + "/" + file.name)) continue;
        CO_TRY_OK(co_await store_.unlink(file.directory, file.name));
        ++counters_.orphans_unlinked;
    }
    co_return {};
}

async::Task<void> Sweeper::run() {
    while (!gate_.closing()) {
        if (auto swept = co_await sweep(); !swept) {
            ++counters_.failures;
            server_log::warning("store", "a sweep failed", {{"error", swept.error().to_string()}});
        }
        co_await gate_.pause_for(options_.interval);
    }
}

async::Task<Result<void>> Sweeper::sweep() {
    using enum global::SegmentState;
    for (auto state : {kReplaced, kExpired, kDeleted}) {
        bool more = true;
        while (more && !gate_.closing()) {
            CO_TRY(more, co_await sweep_state(state));
        }
    }
    co_return {};
}

/// True when there may be more to do at once.
async::Task<Result<bool>> Sweeper::sweep_state(global::SegmentState state) {
    auto before = runtime_.loop.utc_now() - options_.grace;
    auto due = global_.state().segments_in(state, before, global::kSegmentsPerChangeMax);
    auto is_full_batch = due.size() == global::kSegmentsPerChangeMax;
    std::erase_if(due, [&](auto& s) { return store_.is_pinned(store_.layout().file_of(*s)); });
    if (due.empty()) co_return false;

    global::SetSegmentState change{.to = global::SegmentState::kGone,
                                   .at = runtime_.loop.utc_now()};
    for (auto& segment : due) change.segments.push_back({segment->id, segment->version});
    CO_TRY(auto outcome, co_await global_.propose(std::move(change)));
    CO_TRY_OK(outcome.to_result());
    counters_.segments_gone += due.size();

    std::map<std::string, std::shared_ptr<const global::Segment>> files;
    for (auto& segment : due) files.emplace(store_.layout().file_of(*segment), segment);
    for (auto& [path, segment] : files) {
        if (is_needed(*segment)) continue;
        async::failpoint("store.before_unlink");
        auto slash = path.rfind('/');
        CO_TRY_OK(co_await store_.unlink(path.substr(0, slash), path.substr(slash + 1)));
        ++counters_.files_unlinked;
    }
    co_return is_full_batch;
}

/// Is any segment in the same file still known to Global?
bool Sweeper::is_needed(const global::Segment& of_file) const {
    auto& state = global_.state();
    if (of_file.kind == global::SegmentKind::kMerged) return state.segment(of_file.id) != nullptr;
    auto checkpoint = state.checkpoint(of_file.checkpoint());
    if (!checkpoint || checkpoint->term != of_file.checkpoint_term) return false;
    for (auto& section : checkpoint->sections)
        if (state.segment(section)) return true;
    return false;
}

}  // namespace logwood::store
