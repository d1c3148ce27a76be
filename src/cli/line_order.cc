#include "cli/line_order.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace logwood::cli {
namespace {

using LineNumbers = std::vector<std::vector<std::uint32_t>>;

/// For each record and row the line it came from: every record keeps the order of the lines, so the
/// next row of one of them must be the next line. nullopt when it is not.
std::optional<LineNumbers> line_numbers(
    std::span<const std::string_view> lines,
    std::span<const std::shared_ptr<const model::PlacedRecord>> records) {
    LineNumbers numbers(records.size());
    std::size_t last = 0;
    std::uint32_t number = 0;
    for (auto line : lines) {
        std::size_t tried = 0;
        for (; tried < records.size(); ++tried) {
            auto at = (last + tried) % records.size();
            auto& events = records[at]->record.events;
            auto row = numbers[at].size();
            if (row >= events.rows() || events.value_of(row, "@rawstring") != line) continue;
            numbers[at].push_back(number);
            last = at;
            break;
        }
        if (tried == records.size()) return std::nullopt;
        ++number;
    }
    return numbers;
}

}  // namespace

void append_rows(exec::ResultRows from, exec::ResultRows& into) {
    std::vector<std::uint32_t> places;
    for (auto& field : from.fields) {
        auto at = std::ranges::find(into.fields, field);
        places.push_back(static_cast<std::uint32_t>(at - into.fields.begin()));
        if (at == into.fields.end()) into.fields.push_back(std::move(field));
    }
    for (auto& row : from.rows) {
        for (auto& [field, value] : row.values) field = places[field];
        into.rows.push_back(std::move(row));
    }
    if (into.field_order.empty()) into.field_order = std::move(from.field_order);
}

exec::ResultRows in_line_order(std::span<const std::string_view> lines,
                               std::span<const std::shared_ptr<const model::PlacedRecord>> records,
                               std::vector<exec::ResultRows> results) {
    exec::ResultRows all;
    for (auto& rows : results) append_rows(std::move(rows), all);
    auto numbers = line_numbers(lines, records);
    auto has_order = [](const exec::ResultRow& row) { return row.order.has_value(); };
    if (!numbers || !std::ranges::all_of(all.rows, has_order)) return all;
    std::vector<std::pair<std::uint64_t, std::size_t>> order;
    for (std::size_t i = 0; i < all.rows.size(); ++i) {
        auto& at = all.rows[i].order->at;
        order.emplace_back((*numbers)[at.partition.value][at.index], i);
    }
    std::ranges::sort(order);
    std::vector<exec::ResultRow> rows;
    for (auto& [line, i] : order) rows.push_back(std::move(all.rows[i]));
    all.rows = std::move(rows);
    return all;
}

}  // namespace logwood::cli
