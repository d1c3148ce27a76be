#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "log/commit_log.h"

namespace logwood::log {

/// Frames are what a log file is made of: `docs/formats/commit-log.md`. Pure functions.

enum class FrameKind : std::uint8_t {
    kHeader = 1,  ///< The first frame of a file: whose it is.
    kRecord = 2,
    kMark = 3,  ///< Says what is durable; written behind each fsync, durable with the next one.
};
inline constexpr std::uint8_t kFrameVersion = 1;
inline constexpr std::size_t kFrameHeadBytes = 40;

struct Frame {
    std::uint8_t version = kFrameVersion;
    FrameKind kind = FrameKind::kRecord;
    std::uint64_t offset = 0;       ///< Of the record; of a mark or header: of the next record.
    std::uint64_t durable_end = 0;  ///< Known when the frame was written.
    std::string_view payload;

    std::size_t size() const { return kFrameHeadBytes + payload.size(); }
};

/// Which log files belong to: random bits that are also mixed into every checksum, so that bytes
/// of another log, another stream or a client are never taken for a frame.
struct LogIdentity {
    Id128 id;
    model::Epoch epoch;
    friend bool operator==(const LogIdentity&, const LogIdentity&) = default;
};
/// Mixed into the checksums of a stream's records and marks.
std::uint64_t seed_of(const LogIdentity& identity, const StreamId& stream);

void put_frame(std::string& out, const Frame& frame, std::uint64_t seed);
/// The frame that starts at `position`, if its checksum holds; it borrows the bytes.
std::optional<Frame> frame_at(std::string_view bytes, std::size_t position, std::uint64_t seed);
/// Where the next whole frame of a record or mark starts, at or behind `position`; npos if none.
/// Looks only for offsets from `offset_min` on.
std::size_t find_frame(std::string_view bytes, std::size_t position, std::uint64_t seed,
                       std::uint64_t offset_min);

/// The header frame that each file of the stream starts with.
std::string file_header(const LogIdentity& identity, const StreamId& stream,
                        model::LogOffset first);
/// Whose file starts with these bytes; nothing when they are damaged.
struct FileOwner {
    LogIdentity identity;
    StreamId stream;
};
std::optional<FileOwner> owner_of(std::string_view bytes);

}  // namespace logwood::log
