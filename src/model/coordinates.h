#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/strong.h"
#include "base/time.h"

namespace logwood::model {

using Epoch = Strong<struct EpochTag, std::uint32_t>;
using PartitionId = Strong<struct PartitionTag, std::uint32_t>;
/// Position of a record in its partition: 0, 1, 2, ...
using LogOffset = Strong<struct LogOffsetTag, std::uint64_t>;

/// Where an event was appended. Fixed by the append; never changed by replay, merge or restore.
struct Coordinates {
    Epoch epoch;
    PartitionId partition;
    LogOffset offset;
    std::uint32_t index = 0;  ///< Position of the event in its record.
    friend constexpr auto operator<=>(const Coordinates&, const Coordinates&) = default;
};

/// The total order of events everywhere: time first, then coordinates.
struct OrderKey {
    std::int64_t time_ns = 0;
    Coordinates at;
    friend constexpr auto operator<=>(const OrderKey&, const OrderKey&) = default;
};

/// Renders `@id`: `<24 base-62 digits>_<n>_<m>_<epoch seconds>`. The digits are the repository
/// (22) and the partition (2); n = log epoch << 48 | offset; m = index in the record.
std::string event_id(RepoId repo, const Coordinates& at, UtcTime event_time);

/// Renders many ids of one repository. One thread at a time.
class EventIdText {
 public:
    explicit EventIdText(RepoId repo);
    /// As event_id(); the view is of the object, until the next call.
    std::string_view render(const Coordinates& at, UtcTime event_time);

 private:
    std::array<char, 80> text_;  ///< 24 digits, three underscores, numbers of 20, 10, 20 digits.
};

struct ParsedEventId {
    RepoId repo;
    Coordinates at;
};
/// Reads what event_id() wrote; kInvalidArgument for anything else.
Result<ParsedEventId> parse_event_id(std::string_view text);

}  // namespace logwood::model
