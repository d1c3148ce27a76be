// Clients know an event's id and its time in milliseconds. The order of events is finer: so both
// queries take in the whole millisecond, and the event's coordinates part its neighbours.
#include "search/around.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "model/coordinates.h"
#include "search/limits.h"

namespace logwood::search {

namespace {

using ByOrder = std::map<model::OrderKey, exec::ResultRow, std::greater<>>;

/// Adds rows under the field indices of `into`; a row that is there already stays.
void add_rows(const exec::ResultRows& from, exec::ResultRows& into, ByOrder& rows) {
    std::vector<std::uint32_t> index_of;
    for (auto& field : from.fields) {
        auto at = std::ranges::find(into.fields, field);
        index_of.push_back(static_cast<std::uint32_t>(at - into.fields.begin()));
        if (at == into.fields.end()) into.fields.push_back(field);
    }
    for (auto& row : from.rows) {
        if (!row.order) continue;
        auto [at, is_new] = rows.try_emplace(*row.order, row);
        if (!is_new) continue;
        for (auto& [field, value] : at->second.values) field = index_of[field];
    }
}

/// The order key of the event, or of where it would be when no row is that event.
model::OrderKey key_of(const ByOrder& rows, const Around& around) {
    auto id = model::parse_event_id(around.event_id);
    auto is_event = [&](const auto& row) { return id && row.first.at == id->at; };
    auto found = std::ranges::find_if(rows, is_event);
    if (found != rows.end()) return found->first;
    return {.time_ns = UtcTime::from_ms(around.timestamp_ms).ns, .at = {}};
}

}  // namespace

std::string older_neighbours(const std::string& query, const Around& around) {
    return fmt::format("{}\n| tail(limit={})", query, around.before + 1 + kSameMillisecondMax);
}

std::string newer_neighbours(const std::string& query, const Around& around) {
    return fmt::format("{}\n| head(limit={})", query, around.after + 1 + kSameMillisecondMax);
}

exec::ResultRows combine_neighbours(const exec::ResultRows& older, const exec::ResultRows& newer,
                                    const Around& around) {
    exec::ResultRows combined;
    ByOrder rows;
    add_rows(older, combined, rows);
    add_rows(newer, combined, rows);
    auto key = key_of(rows, around);
    auto event = rows.lower_bound(key);  // Newest first: the event, or what is older.
    auto first = event;
    for (std::uint32_t i = 0; i < around.after && first != rows.begin(); ++i) --first;
    auto last = event;
    bool is_there = event != rows.end() && event->first == key;
    for (auto left = around.before + (is_there ? 1U : 0U); left > 0 && last != rows.end(); --left)
        ++last;
    for (auto row = first; row != last; ++row) combined.rows.push_back(std::move(row->second));
    combined.warnings = older.warnings;
    combined.warnings.insert(combined.warnings.end(), newer.warnings.begin(), newer.warnings.end());
    return combined;
}

}  // namespace logwood::search
