#include "search/page.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <string_view>

namespace logwood::search {

namespace {

/// What a row is sorted by.
struct SortKey {
    std::string_view text;
    std::optional<double> number;
    bool is_missing = true;
    std::uint32_t row = 0;
};

SortKey key_of(const exec::ResultRow& row, std::uint32_t field, std::uint32_t index) {
    SortKey key{.row = index};
    for (auto& [name, value] : row.values) {
        if (name != field) continue;
        key.is_missing = false;
        key.text = value;
        double number = 0;
        auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (error == std::errc() && end == value.data() + value.size()) key.number = number;
    }
    return key;
}

/// Numbers before texts, so that the order is one.
bool is_smaller(const SortKey& a, const SortKey& b) {
    if (a.number && b.number) return *a.number < *b.number;
    if (a.number || b.number) return a.number.has_value();
    return a.text < b.text;
}

std::vector<std::uint32_t> sorted(const exec::ResultRows& rows, const PollOptions& options) {
    std::vector<std::uint32_t> order(rows.rows.size());
    std::iota(order.begin(), order.end(), 0U);
    auto field = std::ranges::find(rows.fields, options.sort_by);
    if (options.sort_by.empty() || field == rows.fields.end()) return order;
    auto field_index = static_cast<std::uint32_t>(field - rows.fields.begin());
    std::vector<SortKey> keys;
    keys.reserve(order.size());
    for (auto row : order) keys.push_back(key_of(rows.rows[row], field_index, row));
    std::ranges::sort(keys, [&](const SortKey& a, const SortKey& b) {
        if (a.is_missing != b.is_missing) return b.is_missing;
        if (is_smaller(a, b)) return !options.descending;
        if (is_smaller(b, a)) return options.descending;
        return a.row < b.row;
    });
    std::ranges::transform(keys, order.begin(), &SortKey::row);
    return order;
}

}  // namespace

std::vector<std::uint32_t> page_of(const exec::ResultRows& rows, const PollOptions& options) {
    auto order = sorted(rows, options);
    auto begin = std::min(options.offset, order.size());
    auto size = std::min(options.limit.value_or(order.size()), order.size() - begin);
    order.erase(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(begin));
    order.resize(size);
    return order;
}

}  // namespace logwood::search
