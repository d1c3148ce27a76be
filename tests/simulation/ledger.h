#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "log/commit_log.h"
#include "search/job_view.h"

namespace logwood::simulation {

/// What was promised about each event, and whether an answer keeps it.
class Ledger {
 public:
    /// Numbers for the events of a record that is about to be appended; until settled, it may or
    /// may not appear.
    std::vector<std::uint64_t> issue(std::size_t count);
    /// What the append answered for the record with these events.
    void settle(const std::vector<std::uint64_t>& events, model::PartitionId partition,
                const Result<model::LogOffset>& answer);
    /// A record with a request key is appended, perhaps not for the first time.
    void begin_keyed(const std::vector<std::uint64_t>& events);
    /// What that append answered. However often the record is appended, it counts once: as soon as
    /// one append was acknowledged it is at that offset or below. One that was refused says nothing
    /// of those before.
    void settle_keyed(const std::vector<std::uint64_t>& events, model::PartitionId partition,
                      const Result<model::LogOffset>& answer, bool is_first);

    std::size_t issued() const { return events_.size(); }
    std::size_t acknowledged() const { return acknowledged_; }

    /// Checks a done, complete answer of `select([@id, n]) | tail(...)` against the promises at its
    /// cut; gives what is wrong with it.
    std::optional<std::string> check(const search::JobView& view);

 private:
    enum class State : std::uint8_t { kOpen, kAcknowledged, kNever };
    struct Event {
        State state = State::kOpen;
        model::PartitionId partition;
        model::LogOffset offset;
        std::uint32_t index = 0;
        bool is_keyed = false;  ///< It is at `offset` or at an earlier append's.
    };
    std::optional<std::string> check_rows(const exec::ResultRows& rows,
                                          const std::map<model::PartitionId, model::LogOffset>& cut,
                                          std::vector<bool>& seen) const;

    std::vector<Event> events_;
    std::size_t acknowledged_ = 0;
    std::map<model::PartitionId, model::LogOffset> last_cut_;
};

}  // namespace logwood::simulation
