#include "api/row_json.h"

#include <algorithm>

#include "api/json_writer.h"

namespace logwood::api {

namespace {

/// True for what JSON takes as an integer: no sign but a minus, no leading zeros.
bool is_integer(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    if (text.empty() || text.size() > 18 || (text[0] == '0' && text.size() > 1)) return false;
    return std::ranges::all_of(text, [](char c) { return '0' <= c && c <= '9'; });
}

}  // namespace

RowJson::RowJson(const exec::ResultRows& rows) {
    keys_.reserve(rows.fields.size());
    for (auto& field : rows.fields) {
        auto& key = keys_.emplace_back();
        append_json_string(key, field);
        key += ':';
    }
    timestamp_ = static_cast<std::size_t>(std::ranges::find(rows.fields, "@timestamp") -
                                          rows.fields.begin());
}

void RowJson::append(std::string& out, const exec::ResultRow& row) const {
    out += '{';
    bool is_first = true;
    for (auto& [field, value] : row.values) {
        if (!is_first) out += ',';
        is_first = false;
        out += keys_[field];
        if (field == timestamp_ && is_integer(value))
            out += value;
        else
            append_json_string(out, value);
    }
    out += '}';
}

}  // namespace logwood::api
