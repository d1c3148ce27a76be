#include "search/scan.h"

#include <limits>
#include <utility>

#include "exec/work_limit.h"
#include "search/limits.h"

namespace logwood::search {

namespace {

/// Tells an error of the data from one of the query: what cannot be read is named and the search
/// goes on; anything else ends it.
bool is_of_the_data(const Error& error) {
    switch (error.code) {
        case Code::kCorrupt:
        case Code::kIo:
        case Code::kNotFound:
        case Code::kUnavailable:
            return true;
        default:
            return false;
    }
}

void note(ScanOutcome& outcome, Error error) {
    (is_of_the_data(error) ? outcome.unreadable : outcome.fatal) = std::move(error);
}

bool is_settled(const exec::Query& query, const exec::Partial& partial, std::int64_t max_ns) {
    if (max_ns == std::numeric_limits<std::int64_t>::max()) return false;
    return query.is_settled_before(partial, max_ns + 1);
}

}  // namespace

Partials start_all(const Queries& queries) {
    Partials partials;
    for (auto& query : queries) partials.push_back(query->start());
    return partials;
}

std::size_t memory_of(const Partials& partials) {
    std::size_t bytes = 0;
    for (auto& partial : partials) bytes += partial->memory();
    return bytes;
}

std::size_t bytes_of(const exec::ResultRows& rows) {
    constexpr std::size_t kInPlaceMax = 15;  // Longer strings are on the heap.
    auto bytes = rows.rows.size() * sizeof rows.rows[0];
    for (auto& row : rows.rows) {
        bytes += row.values.capacity() * sizeof row.values[0];
        for (auto& [field, value] : row.values)
            if (value.capacity() > kInPlaceMax) bytes += value.capacity();
    }
    return bytes;
}

bool are_settled_before(const Queries& queries, const Partials& partials, std::int64_t max_ns) {
    for (std::size_t i = 0; i < queries.size(); ++i)
        if (!is_settled(*queries[i], *partials[i], max_ns)) return false;
    return true;
}

bool are_settled_after(const Queries& queries, const Partials& partials, std::int64_t min_ns) {
    for (std::size_t i = 0; i < queries.size(); ++i)
        if (!queries[i]->is_settled_after(*partials[i], min_ns)) return false;
    return true;
}

ScanOutcome for_each_source(const Slice& slice, const std::atomic<bool>& cancelled,
                            segment::ReadStats& stats,
                            const std::function<Result<void>(const model::RowSource&)>& use) {
    ScanOutcome outcome;
    auto take = [&](const model::RowSource& source, std::uint64_t raw_bytes) {
        exec::WorkLimit limit(&cancelled, kWorkCpuMax);
        if (auto used = use(source); !used) return note(outcome, std::move(used).error());
        outcome.events += source.rows();
        outcome.raw_bytes += raw_bytes;
        ++outcome.blocks;
    };
    if (slice.opened) {
        auto source = slice.opened->row_group(slice.row_group, stats);
        if (source)
            take(**source, slice.opened->raw_bytes(slice.row_group));
        else
            note(outcome, std::move(source).error());
        return outcome;
    }
    for (auto& placed : slice.records) {
        if (outcome.unreadable || outcome.fatal || cancelled.load(std::memory_order_relaxed)) break;
        take(*model::make_row_source(placed), placed->record.events.raw_bytes());
    }
    return outcome;
}

ScanOutcome scan(const Slice& slice, const Queries& queries, Partials& into,
                 const std::atomic<bool>& cancelled, segment::ReadStats& stats) {
    std::vector<bool> settled;
    for (std::size_t i = 0; i < queries.size(); ++i)
        settled.push_back(is_settled(*queries[i], *into[i], slice.bounds.max_ns) ||
                          queries[i]->is_settled_after(*into[i], slice.bounds.min_ns));
    return for_each_source(slice, cancelled, stats,
                           [&](const model::RowSource& source) -> Result<void> {
                               for (std::size_t i = 0; i < queries.size(); ++i)
                                   if (!settled[i]) TRY_OK(queries[i]->scan(source, *into[i]));
                               return {};
                           });
}

}  // namespace logwood::search
