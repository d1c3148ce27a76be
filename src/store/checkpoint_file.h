#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "async/file_system.h"
#include "base/id.h"
#include "model/coordinates.h"

namespace logwood::store {

/// The log records [from, to) of one partition that a checkpoint file holds the events of.
struct CheckpointRange {
    model::Epoch epoch;
    model::PartitionId partition;
    model::LogOffset from;
    model::LogOffset to;
    friend bool operator==(const CheckpointRange&, const CheckpointRange&) = default;
};

/// A section: where a repository's events of the range lie in the file, as a complete segment.
struct CheckpointSection {
    RepoId repo;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::uint64_t checksum = 0;  ///< checksum64 of the section's bytes.
    friend bool operator==(const CheckpointSection&, const CheckpointSection&) = default;
};

struct CheckpointLayout {
    CheckpointRange range;
    std::vector<CheckpointSection> sections;
};

/// Builds the bytes of a checkpoint file (docs/formats/checkpoint.md): a pure function of the range
/// and the sections added, so that a file can be built again from the log, byte for byte.
class CheckpointBuilder {
 public:
    explicit CheckpointBuilder(const CheckpointRange& range);
    void add(RepoId repo, std::string_view segment_bytes);
    /// The layout so far, with final offsets.
    const CheckpointLayout& layout() const { return layout_; }
    std::string finish() &&;

 private:
    CheckpointLayout layout_;
    std::string bytes_;
};

/// The name of a checkpoint file: `<epoch>-<partition>-<from>-<to>-<term>.ckpt`.
std::string checkpoint_name(const CheckpointRange& range, std::uint64_t term);

/// Reads and checks what frames the sections, but not the sections; kCorrupt when any of it is
/// damaged or cut off.
Result<CheckpointLayout> read_checkpoint_layout(const async::File& file);
/// Reads all sections too and compares their checksums.
Result<CheckpointLayout> verify_checkpoint(const async::File& file);

}  // namespace logwood::store
