#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"
#include "model/batch_source.h"
#include "segment/summary.h"

namespace logwood::segment {

/// Takes the bytes of a segment, in order, in pieces of any size.
using Sink = std::function<Result<void>(std::string_view)>;

struct WriteOptions {
    Level level = Level::kMini;
    SegmentId id;
    RepoId repo;
};

/// Makes one segment of records of one repository.
///
/// The bytes are a pure function of the options and the set of records, whatever the order of
/// add(): rows are sorted by tag set, then by the total order of events. One thread at a time.
class Writer {
 public:
    Writer(const WriteOptions& options, Sink sink);
    ~Writer();
    Writer(Writer&&) noexcept;
    Writer& operator=(Writer&&) noexcept;

    /// Takes a share in the record until finish(). kInvalidArgument when it belongs to another
    /// repository.
    Result<void> add(std::shared_ptr<const model::PlacedRecord> placed);
    std::uint64_t rows() const;
    /// Sorts, encodes and hands all bytes to the sink; to be called once. Fails only if the sink
    /// fails or a limit of the format is reached (kTooLarge).
    Result<Summary> finish();

 private:
    struct State;
    std::unique_ptr<State> state_;
};

struct WrittenSegment {
    std::string bytes;
    Summary summary;
};

/// The same into memory.
Result<WrittenSegment> write_segment(
    const WriteOptions& options,
    std::span<const std::shared_ptr<const model::PlacedRecord>> records);

}  // namespace logwood::segment
