#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace logwood::log {

/// Where a record's frame lies in its file.
struct RecordPlace {
    std::uint64_t offset = 0;
    std::uint32_t position = 0;  ///< Of the frame.
    std::uint32_t size = 0;      ///< Of the whole frame.
    friend bool operator==(const RecordPlace&, const RecordPlace&) = default;
};

/// What the bytes of a log file hold.
struct FileScan {
    /// Bytes without a valid frame.
    struct Damage {
        std::uint64_t expected_offset = 0;  ///< Of the record that should have come there.
        std::size_t position = 0;
        std::size_t records_before = 0;
    };
    std::vector<RecordPlace> records;  ///< Offsets rise; where they jump, records are gone.
    std::vector<Damage> damages;
    std::uint64_t durable_end_seen = 0;  ///< The highest that any frame names.
    std::size_t end_position = 0;        ///< Behind the last valid frame.

    /// The offset behind all that was seen to exist.
    std::uint64_t end() const;
};

/// Reads the frames behind the header, from `start` on, skipping what is damaged. Records below
/// `first` count as damage. kUnsupported for a valid frame of a newer version.
Result<FileScan> scan_frames(std::string_view bytes, std::size_t start, std::uint64_t first,
                             std::uint64_t seed);

/// Cuts the scan of a stream's last file at its torn tail: at the first damage where no record was
/// seen to be durable. Damage before that is rot and stays. Returns the bytes to keep.
std::size_t cut_torn_tail(FileScan& scan, std::size_t file_bytes);

}  // namespace logwood::log
