// Rows are copied out, as one event from a clock that is wrong must not keep a whole record in
// memory for hours. Copies are records of their own, with the coordinates of the originals.
#include "search/held_rows.h"

#include <algorithm>
#include <utility>

namespace logwood::search {

namespace {

std::size_t memory_of(const MicroBatch::Part& part) {
    return sizeof part + part.placed->record.events.memory() +
           part.coordinates.capacity() * sizeof(model::Coordinates);
}

/// The first event time at or after `from`.
std::int64_t first_time(const model::EventBatch& events, UtcTime from) {
    auto first = INT64_MAX;
    for (auto time : events.event_times())
        if (time >= from.ns) first = std::min(first, time);
    return first;
}

}  // namespace

Result<void> HeldRows::hold(const model::RowSource& source, UtcTime from, std::uint64_t sequence) {
    TRY(auto times, source.event_times());
    TRY(auto arrivals, source.ingest_times());
    // A record has one arrival time.
    std::map<std::int64_t, std::vector<std::uint32_t>> rows_of;
    for (std::uint32_t row = 0; row < times.size(); ++row)
        if (times[row] >= from.ns) rows_of[arrivals[row]].push_back(row);
    if (rows_of.empty()) return {};
    TRY(auto fields, source.fields());
    std::vector<model::Column> columns;
    for (auto field : fields) {
        TRY(auto column, source.column(field));
        columns.push_back(std::move(column));
    }
    TRY(auto coordinates, source.coordinates());
    for (auto& [arrival, rows] : rows_of) {
        auto placed = std::make_shared<model::PlacedRecord>();
        placed->record.repo = source.repo();
        placed->record.ingest_time = {arrival};
        model::EventBatchBuilder builder;
        Item item{.sequence = sequence};
        for (auto row : rows) {
            for (std::size_t i = 0; i < fields.size(); ++i)
                if (auto value = columns[i][row]; !model::is_missing(value))
                    builder.add(fields[i], value);
            builder.end_event(times[row]);
            item.part.coordinates.push_back(coordinates[row]);
        }
        placed->record.events = builder.finish();
        item.part.placed = std::move(placed);
        bytes_ += memory_of(item.part);
        auto first = first_time(item.part.placed->record.events, from);
        items_.emplace(first, std::move(item));
    }
    while (bytes_ > bytes_max_) {
        auto last = std::prev(items_.end());
        bytes_ -= memory_of(last->second.part);
        left_out_ += last->second.part.placed->record.events.rows();
        items_.erase(last);
    }
    return {};
}

std::vector<HeldRows::Released> HeldRows::release(const model::TimeRange& due) {
    std::vector<Released> released;
    while (!items_.empty() && items_.begin()->first < due.end.ns) {
        auto item = std::move(items_.extract(items_.begin()).mapped());
        released.push_back(
            {std::make_shared<const MicroBatch>(std::vector{item.part}, due), item.sequence});
        auto next = first_time(item.part.placed->record.events, due.end);
        if (next == INT64_MAX)
            bytes_ -= memory_of(item.part);
        else
            items_.emplace(next, std::move(item));
    }
    return released;
}

void HeldRows::clear() {
    items_.clear();
    bytes_ = 0;
    left_out_ = 0;
}

}  // namespace logwood::search
