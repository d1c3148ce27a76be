#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "search/micro_batch.h"

namespace logwood::search {

/// Copies of events whose time is still to come: a live query must show them when it has come. One
/// thread at a time.
class HeldRows {
 public:
    struct Released {
        std::shared_ptr<const MicroBatch> batch;
        std::uint64_t sequence = 0;  ///< As it was given to hold().
    };

    explicit HeldRows(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    /// Keeps the source's rows from that time on. Beyond the limit those farthest ahead go.
    Result<void> hold(const model::RowSource& source, UtcTime from, std::uint64_t sequence);
    /// The rows of those times; each row is given once if the ranges of the calls do not overlap.
    /// What is before the range's end is let go.
    std::vector<Released> release(const model::TimeRange& due);
    void clear();

    std::size_t memory() const { return bytes_; }
    /// Events that were given up for want of memory.
    std::uint64_t left_out() const { return left_out_; }

 private:
    struct Item {
        MicroBatch::Part part = {};
        std::uint64_t sequence = 0;
    };

    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    std::uint64_t left_out_ = 0;
    std::multimap<std::int64_t, Item> items_;  ///< By the first event time that was not released.
};

}  // namespace logwood::search
