#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "exec/aggregate/spill_space.h"
#include "exec/columns/batch.h"
#include "exec/columns/row_table.h"

namespace logwood::exec {

inline constexpr std::uint32_t kNoGroup = 0xFFFFFFFF;

/// Which group each row of a batch belongs to.
struct Groups {
    std::uint32_t count = 1;                 ///< Groups are 0 .. count-1.
    std::span<const std::uint32_t> of_rows;  ///< One a row; empty: all are in group 0.

    std::uint32_t operator[](std::size_t row) const { return of_rows.empty() ? 0 : of_rows[row]; }
    bool is_single() const { return of_rows.empty(); }
};

/// The mergeable state of one aggregate for many groups at once. One thread at a time.
///
/// A top-level aggregate has one group, number 0, which exists from the start. As a sub-aggregate
/// (groupBy, bucket) it has one a key; group numbers are dense and given by the caller.
class AggregateState {
 public:
    virtual ~AggregateState() = default;

    /// Makes groups 0 .. count-1 exist (those new are empty). Never shrinks.
    virtual void grow(std::uint32_t count) = 0;
    /// Adds the rows. Calls grow(groups.count) itself.
    virtual Result<void> add(Batch& batch, const Groups& groups) = 0;
    /// Adds another state of the same aggregate: its group g goes to `to[g]` here, which is below
    /// `count`, or nowhere (kNoGroup).
    virtual Result<void> merge(const AggregateState& from, std::span<const std::uint32_t> to,
                               std::uint32_t count) = 0;
    virtual void serialise(ByteWriter& out) const = 0;
    /// Reads what serialise() wrote into a new state; kCorrupt for other bytes. Afterwards the
    /// state has exactly `count` groups, or the bytes are corrupt.
    virtual Result<void> deserialise(ByteReader& in, std::uint32_t count) = 0;
    /// Heap bytes held, about; cheap.
    virtual std::size_t memory() const = 0;
    /// The result: any number of rows for each group, groups ascending. Leaves the state as it is.
    /// The table's field_order names the columns in their order. What an empty group gives is also
    /// what fills time buckets without events (reference 3.0, rule 2).
    virtual Result<GroupedRows> rows() const = 0;
    /// From now on the state may put what is beyond `bytes_max` of memory into `space`; only those
    /// that can do it listen. Such a state is not serialised: its result is made where it is.
    virtual void spill_to(std::shared_ptr<SpillSpace> /*space*/, std::size_t /*bytes_max*/) {}
    /// True when no event older than that can change the result.
    virtual bool is_settled_before(std::int64_t /*time_ns*/) const { return false; }
    /// True when no event at that time or newer can change the result.
    virtual bool is_settled_after(std::int64_t /*time_ns*/) const { return false; }
};
using AggregateStatePtr = std::unique_ptr<AggregateState>;

/// A compiled aggregate. Immutable, any thread. Sequence functions are aggregates too: in the
/// result phase all rows come in one add(), in their order.
class Aggregate {
 public:
    virtual ~Aggregate() = default;
    virtual AggregateStatePtr start() const = 0;
    /// Names of the fields of its rows, in their order; empty when they depend on the data.
    virtual std::vector<std::string> outputs() const { return {}; }
    /// True when scanning oldest events first settles the result soonest: is_settled_after().
    virtual bool wants_oldest_first() const { return false; }
};
using AggregatePtr = std::unique_ptr<Aggregate>;

}  // namespace logwood::exec
