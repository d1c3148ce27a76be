#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "segment/reader.h"
#include "segment/summary.h"
#include "segment/writer.h"

namespace logwood::segment {

/// The rows that go into one output of a merge: those whose event time lies on one of its days.
struct Output {
    std::vector<std::int32_t> days;  ///< Days since 1970-01-01, sorted.
    std::uint64_t rows = 0;
    std::uint64_t raw_bytes = 0;
    friend bool operator==(const Output&, const Output&) = default;
};

/// Cuts the rows of the inputs by event time, so that old data loaded today is pruned and expires
/// by its own time: a UTC day with at least kDayOutputRawBytesMin for itself, the other days by
/// calendar month, and days further than kFutureDays behind the newest ingest time together.
/// Sorted by first day. A pure function of the inputs' summaries.
std::vector<Output> cut_outputs(std::span<const std::shared_ptr<const Reader>> inputs);

/// Says under which id an output is written, and where its bytes go.
struct OutputTarget {
    SegmentId id;
    Sink sink;
};
using OpenOutput = std::function<Result<OutputTarget>(std::size_t index)>;

/// Merges segments of one repository into one merged segment for each output, one after the other;
/// `open` is called for each in turn. Every input row comes out once, byte-equal, in the order of
/// the format; outputs must have all days of the inputs, each once (as cut_outputs() returns them).
///
/// Holds one row group of each input, one row group of output and the output's dictionaries. The
/// bytes are a pure function of inputs, outputs and ids. kInvalidArgument for inputs of different
/// repositories or outputs that leave out a day, kCorrupt when an input cannot be trusted; bytes
/// given to a sink before an error are to be thrown away.
Result<std::vector<Summary>> merge(std::span<const std::shared_ptr<const Reader>> inputs,
                                   std::span<const Output> outputs, const OpenOutput& open);

}  // namespace logwood::segment
