// What a new leader does first: it looks for the checkpoint files that Global says this host has,
// and builds again from the log those that are not there or not whole.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/server_log.h"
#include "digest/checkpoint.h"
#include "digest/decode.h"
#include "digest/partition_digest.h"

namespace logwood::digest {
namespace {

bool is_whole(async::FileSystem& files, const std::string& path,
              const store::CheckpointRange& range) {
    auto file = files.open(path, async::OpenMode::kRead);
    if (!file) return false;
    auto layout = store::verify_checkpoint(**file);
    return layout && layout->range == range;
}

bool has_live_section(const global::State& state, const global::CheckpointFile& file) {
    return std::ranges::any_of(file.sections, [&](SegmentId id) {
        auto segment = state.segment(id);
        return segment && segment->state == global::SegmentState::kLive;
    });
}

}  // namespace

async::Task<Result<void>> PartitionDigest::repair_files() {
    auto& state = context_.global.state();
    for (auto& file : state.checkpoints(context_.log.epoch(), partition_)) {
        if (!has_live_section(state, *file)) continue;
        auto work = [&files = context_.runtime.files, range = range_of(file->key.from, file->to),
                     path = context_.layout.digest_directory() + "/" +
                            store::Layout::name_of(*file)] { return is_whole(files, path, range); };
        if (co_await async::run_on(context_.runtime.loop, async::Lane::kDigest, work)) continue;
        auto name = store::Layout::name_of(*file);
        if (file->key.from < context_.log.begin(stream())) {
            ++context_.counters.lost_files;
            server_log::error("digest", "a checkpoint file is lost, and the log below it trimmed",
                              {{"file", name}});
            continue;
        }
        if (auto rebuilt = co_await rebuild(file); !rebuilt)
            report(fmt::format("building {} again failed", name), rebuilt.error());
    }
    co_return {};
}

async::Task<Result<void>> PartitionDigest::rebuild(
    std::shared_ptr<const global::CheckpointFile> file) {
    auto range = range_of(file->key.from, file->to);
    CO_TRY(auto keys, co_await keys_at(range.from));
    Records records;
    CO_TRY_OK(co_await replay(range.from, range.to, keys, &records));
    auto term = term_;
    auto work = [&]() -> Result<BuiltCheckpoint> {
        TRY(auto built, build_checkpoint(range, records));
        TRY_OK(async::replace_file(context_.runtime.files, context_.layout.digest_directory(),
                                   store::checkpoint_name(range, term), built.bytes));
        return built;
    };
    CO_TRY(auto built, co_await async::run_on(context_.runtime.loop, async::Lane::kDigest, work));
    global::ReplaceCheckpoint change{.key = file->key,
                                     .read = file->version,
                                     .term = term,
                                     .file_bytes = built.bytes.size(),
                                     .sections = std::move(built.sections)};
    CO_TRY(auto outcome, co_await context_.global.propose(std::move(change)));
    CO_TRY_OK(outcome.to_result());
    ++context_.counters.rebuilt_files;
    co_return {};
}

/// Moves the keys on over [from, to) of the log, and gives the records that are no repeats.
async::Task<Result<void>> PartitionDigest::replay(model::LogOffset from, model::LogOffset to,
                                                  SeenKeys& keys, Records* kept) {
    for (auto at = from; at < to;) {
        CO_TRY(auto entries, co_await context_.log.read(stream(), at, kReadBytes,
                                                        context_.runtime.loop.now() + kReadWait));
        if (entries.empty())
            co_return fail(Code::kCorrupt, "the log ends below a registered range");
        auto work = [&] { return decode_entries(context_.log.epoch(), partition_, entries); };
        auto decoded = co_await async::run_on(context_.runtime.loop, async::Lane::kDigest, work);
        for (std::size_t i = 0; i < entries.size() && entries[i].offset < to; ++i)
            if (decoded[i] && *decoded[i] && keys.take((*decoded[i])->record) && kept)
                kept->push_back(*std::move(decoded[i]));
        at = entries.back().next();
    }
    co_return {};
}

}  // namespace logwood::digest
