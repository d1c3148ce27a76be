#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "async/runtime.h"
#include "async/task.h"
#include "base/id.h"
#include "global/entities.h"
#include "segment/reader.h"
#include "store/layout.h"

namespace logwood::store {

/// One file with segments in it: a merged segment, or a checkpoint file with a section a
/// repository. While anyone holds it, the file is not unlinked.
struct SegmentFile {
    std::string path;
};

/// The segments on this node's disks, to be read. Loop thread; readers may be used on any.
class SegmentStore {
 public:
    SegmentStore(async::Runtime& runtime, Layout layout)
        : runtime_(runtime), layout_(std::move(layout)) {}

    const Layout& layout() const { return layout_; }

    /// Keeps the segment's file from being unlinked for as long as the result lives. Take it in the
    /// same turn of the loop in which the segment was found in Global's state.
    std::shared_ptr<const SegmentFile> pin(const global::Segment& segment);
    bool is_pinned(const std::string& path) const;

    /// Opens a pinned segment: reads and checks its tail, or takes the reader from the cache.
    /// kNotFound when the file is not there, kCorrupt or kIo when it cannot be trusted: the segment
    /// must then be named as missing.
    async::Task<Result<std::shared_ptr<const segment::Reader>>> open(
        std::shared_ptr<const SegmentFile> file, std::shared_ptr<const global::Segment> segment);
    /// The same for a reader that is used once: the cache neither gives nor gets it, so that the
    /// dictionaries it reads go with it.
    async::Task<Result<std::shared_ptr<const segment::Reader>>> open_once(
        std::shared_ptr<const SegmentFile> file, std::shared_ptr<const global::Segment> segment);

    /// Unlinks a file that Global's state needs no more and nobody has pinned; makes that durable.
    async::Task<Result<void>> unlink(std::string directory, std::string name);

 private:
    struct Cached {
        SegmentId id;
        std::uint64_t checksum;
        std::shared_ptr<const segment::Reader> reader;
    };
    std::shared_ptr<const segment::Reader> find_cached(const global::Segment& segment);
    void cache(const global::Segment& segment, std::shared_ptr<const segment::Reader> reader);
    void drop_least_used();

    async::Runtime& runtime_;
    Layout layout_;
    std::unordered_map<std::string, std::weak_ptr<const SegmentFile>> pinned_;
    std::list<Cached> cached_;  ///< Last used first.
    std::unordered_map<SegmentId, std::list<Cached>::iterator> cached_by_id_;
};

}  // namespace logwood::store
