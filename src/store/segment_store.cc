#include "store/segment_store.h"

#include <algorithm>
#include <utility>

#include "store/file_source.h"
#include "store/limits.h"

namespace logwood::store {
namespace {

Result<std::shared_ptr<const segment::Reader>> open_segment(async::FileSystem& files,
                                                            const std::string& path,
                                                            const global::Segment& segment) {
    TRY(auto file, files.open(path, async::OpenMode::kRead));
    auto source = make_file_source(std::move(file), segment.file_offset, segment.stored_bytes);
    return segment::Reader::open(std::move(source),
                                 {.tail_offset = segment.tail_offset, .expected_id = segment.id});
}

}  // namespace

std::shared_ptr<const SegmentFile> SegmentStore::pin(const global::Segment& segment) {
    auto path = layout_.file_of(segment);
    auto& entry = pinned_[path];
    if (auto file = entry.lock()) return file;
    auto forget = [this, path](const SegmentFile* file) {
        delete file;
        pinned_.erase(path);
    };
    std::shared_ptr<const SegmentFile> file(new SegmentFile{path}, std::move(forget));
    entry = file;
    return file;
}

bool SegmentStore::is_pinned(const std::string& path) const { return pinned_.contains(path); }

async::Task<Result<std::shared_ptr<const segment::Reader>>> SegmentStore::open(
    std::shared_ptr<const SegmentFile> file, std::shared_ptr<const global::Segment> segment) {
    if (auto reader = find_cached(*segment)) co_return reader;
    auto work = [&files = runtime_.files, file, segment] {
        return open_segment(files, file->path, *segment);
    };
    CO_TRY(auto reader,
           co_await async::run_on(runtime_.loop, async::Lane::kSearch, std::move(work)));
    cache(*segment, reader);
    co_return reader;
}

async::Task<Result<std::shared_ptr<const segment::Reader>>> SegmentStore::open_once(
    std::shared_ptr<const SegmentFile> file, std::shared_ptr<const global::Segment> segment) {
    auto work = [&files = runtime_.files, file, segment] {
        return open_segment(files, file->path, *segment);
    };
    co_return co_await async::run_on(runtime_.loop, async::Lane::kBackground, std::move(work));
}

std::shared_ptr<const segment::Reader> SegmentStore::find_cached(const global::Segment& segment) {
    auto at = cached_by_id_.find(segment.id);
    // A rebuilt checkpoint file has the same bytes in another place: the reader is as good.
    if (at == cached_by_id_.end() || at->second->checksum != segment.checksum) return nullptr;
    cached_.splice(cached_.begin(), cached_, at->second);
    return at->second->reader;
}

void SegmentStore::cache(const global::Segment& segment,
                         std::shared_ptr<const segment::Reader> reader) {
    if (auto at = cached_by_id_.find(segment.id); at != cached_by_id_.end())
        cached_.erase(at->second);
    cached_.push_front({segment.id, segment.checksum, std::move(reader)});
    cached_by_id_[segment.id] = cached_.begin();
    drop_least_used();
}

/// The newest stays, however large: it is about to be used.
void SegmentStore::drop_least_used() {
    std::size_t held = 0;
    for (auto& cached : cached_) held += cached.reader->memory();
    while (cached_.size() > 1 &&
           (cached_.size() > kCachedReadersMax || held > kCachedReaderBytesMax)) {
        auto memory = cached_.back().reader->memory();
        held -= std::min(held, memory);
        cached_by_id_.erase(cached_.back().id);
        cached_.pop_back();
    }
}

async::Task<Result<void>> SegmentStore::unlink(std::string directory, std::string name) {
    auto work = [&files = runtime_.files, directory, name]() -> Result<void> {
        if (auto removed = files.remove(directory + "/" + name);
            !removed && removed.error().code != Code::kNotFound)
            return removed;
        return files.sync_dir(directory);
    };
    co_return co_await async::run_on(runtime_.loop, async::Lane::kBackground, std::move(work));
}

}  // namespace logwood::store
