#pragma once

#include <string>

#include "base/id.h"
#include "global/entities.h"
#include "store/checkpoint_file.h"

namespace logwood::store {

/// Where files lie below the data directory. Names hold ids only, never what a user typed.
class Layout {
 public:
    explicit Layout(std::string data_directory) : data_(std::move(data_directory)) {}

    const std::string& data() const { return data_; }
    std::string digest_directory() const { return data_ + "/digest"; }
    std::string segments_directory() const { return data_ + "/segments"; }
    /// Temporary data of queries; empty when a node starts.
    std::string spill_directory() const { return data_ + "/spill"; }
    std::string poison_directory() const { return data_ + "/poison"; }
    std::string repo_directory(RepoId repo) const {
        return segments_directory() + "/" + repo.to_string();
    }
    static std::string segment_name(SegmentId id) { return id.to_string() + ".seg"; }

    /// The file that holds a segment: its own, or the checkpoint file that it is a section of.
    std::string file_of(const global::Segment& segment) const {
        if (segment.kind == global::SegmentKind::kMerged)
            return repo_directory(segment.repo) + "/" + segment_name(segment.id);
        auto& range = segment.ranges[0];
        return digest_directory() + "/" +
               checkpoint_name({segment.epoch, range.partition, range.from, range.to},
                               segment.checkpoint_term);
    }
    static std::string name_of(const global::CheckpointFile& file) {
        return checkpoint_name({file.key.epoch, file.key.partition, file.key.from, file.to},
                               file.term);
    }

 private:
    std::string data_;
};

}  // namespace logwood::store
