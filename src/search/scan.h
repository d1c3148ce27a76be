#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "exec/query.h"
#include "search/slice.h"

namespace logwood::search {

/// The queries that one pass over the data answers: the user's, and those that go with it.
using Queries = std::vector<std::shared_ptr<const exec::Query>>;
/// A state for each query, in the same order. One thread at a time.
using Partials = std::vector<std::unique_ptr<exec::Partial>>;

/// What came of a slice.
struct ScanOutcome {
    std::uint64_t events = 0;
    std::uint64_t raw_bytes = 0;
    std::uint64_t blocks = 0;
    /// The rows could not be had: they are missing from the result.
    std::optional<Error> unreadable;
    /// The query itself cannot go on (a limit, an error of an operator).
    std::optional<Error> fatal;
};

Partials start_all(const Queries& queries);
/// Heap bytes of the states, about.
std::size_t memory_of(const Partials& partials);
/// Heap bytes of a result, about.
std::size_t bytes_of(const exec::ResultRows& rows);

/// True when no event up to and including `max_ns` can change any of the results.
bool are_settled_before(const Queries& queries, const Partials& partials, std::int64_t max_ns);

/// True when no event from `min_ns` on can change any of the results.
bool are_settled_after(const Queries& queries, const Partials& partials, std::int64_t min_ns);

/// Scans an opened slice for all queries; ends soon once it is cancelled, and with an error when
/// one source takes more than kWorkCpuMax. Any thread.
ScanOutcome scan(const Slice& slice, const Queries& queries, Partials& into,
                 const std::atomic<bool>& cancelled, segment::ReadStats& stats);

/// Calls `use` with each source of an opened slice, within the same limits, until it returns an
/// error. Any thread.
ScanOutcome for_each_source(const Slice& slice, const std::atomic<bool>& cancelled,
                            segment::ReadStats& stats,
                            const std::function<Result<void>(const model::RowSource&)>& use);

}  // namespace logwood::search
