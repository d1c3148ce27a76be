// Values that come with a dictionary code are interned once a code and row group, not once a row;
// only texts without a code are hashed again.
#include "segment/merge_output.h"

#include <algorithm>

#include "segment/limits.h"

namespace logwood::segment {
namespace {

constexpr std::uint32_t kNone = UINT32_MAX;

}  // namespace

MergeOutput::Source& MergeOutput::source_of(const std::shared_ptr<MergeGroup>& group) {
    if (last_source_ != nullptr && last_source_->group == group) return *last_source_;
    auto [entry, is_new] = sources_.try_emplace(group.get());
    if (is_new)
        entry->second = {group, std::vector<std::uint32_t>(group->shapes().shapes.size(), kNone),
                         std::vector<std::uint32_t>(group->coordinates().records.size(), kNone)};
    return *(last_source_ = &entry->second);
}

std::uint32_t MergeOutput::shape_of(Source& source, std::uint32_t row) {
    auto& frame = source.group->shapes();
    auto& known = source.shapes[frame.row_shapes[row]];
    if (known != kNone) return known;
    auto& input = source.group->input();
    auto& map = field_maps_[&input];
    auto& names = input.reader->impl().tail.fields;
    map.to_output.resize(names.size(), kNone);
    Shape shape;
    for (auto field : frame.shapes[frame.row_shapes[row]]) {
        auto& to = map.to_output[field];
        if (to == kNone) {
            to = builder_.field(names[field].name);
            if (to >= map.to_input.size()) map.to_input.resize(to + 1, kNone);
            map.to_input[to] = field;
        }
        shape.push_back(to);
    }
    std::ranges::sort(shape);
    auto [entry, is_new] =
        shapes_.try_emplace(std::move(shape), static_cast<std::uint32_t>(shapes_.size()));
    if (is_new) rows_.shapes.shapes.push_back(entry->first);
    return known = entry->second;
}

std::uint32_t MergeOutput::record_of(Source& source, std::uint32_t row) {
    auto& frame = source.group->coordinates();
    auto& known = source.records[frame.row_records[row]];
    if (known != kNone) return known;
    auto& place = frame.records[frame.row_records[row]];
    auto [entry, is_new] = records_.try_emplace(place, static_cast<std::uint32_t>(records_.size()));
    return known = entry->second;
}

Result<void> MergeOutput::add(const MergeCursor& cursor) {
    auto& group = cursor.group();
    auto rows = rows_.event_times.size();
    if (rows == kRowGroupRowsMax || value_bytes_ >= kRowGroupValueBytesMax ||
        (rows != 0 && raw_bytes_ + group->raw_bytes_a_row() > kRowGroupRawBytesMax))
        TRY_OK(close());
    auto row = cursor.row();
    auto& source = source_of(group);
    raw_bytes_ += group->raw_bytes_a_row();
    value_bytes_ += group->value_bytes_a_row();
    rows_.event_times.push_back(cursor.key().time_ns);
    rows_.shapes.row_shapes.push_back(shape_of(source, row));
    rows_.shapes.row_tags.push_back(builder_.tag_set(tag_sets_[cursor.tags()]));
    rows_.coordinates.row_records.push_back(record_of(source, row));
    rows_.coordinates.row_indexes.push_back(cursor.key().at.index);
    auto follows = !runs_.empty() && runs_.back().group == group.get() &&
                   runs_.back().first + runs_.back().rows == row;
    if (!follows) runs_.push_back({group.get(), row, 0});
    ++runs_.back().rows;
    return {};
}

/// Records were numbered as they came; the format wants them in order.
void MergeOutput::sort_records() {
    std::vector<std::uint32_t> ranks(records_.size());
    rows_.coordinates.records.clear();
    for (auto& [place, number] : records_) {
        ranks[number] = static_cast<std::uint32_t>(rows_.coordinates.records.size());
        rows_.coordinates.records.push_back(place);
    }
    for (auto& record : rows_.coordinates.row_records) record = ranks[record];
}

Result<void> MergeOutput::measure_raw() {
    for (auto& run : runs_) {
        auto& impl = run.group->input().reader->impl();
        auto field = impl.field_ids.find("@rawstring");
        if (field == impl.field_ids.end()) {
            rows_.raw_bytes.insert(rows_.raw_bytes.end(), run.rows, 0);
            continue;
        }
        TRY(auto* column, run.group->column(field->second));
        for (auto row = run.first; row < run.first + run.rows; ++row)
            rows_.raw_bytes.push_back(static_cast<std::uint32_t>((*column)[row].size()));
    }
    return {};
}

void MergeOutput::gather_codes(const model::Column& column, const Run& run, Interner& into) {
    auto values = column.values();
    auto codes = column.codes();
    auto& slots = slots_[values.data()];
    if (slots.size() < values.size()) slots.resize(values.size());
    for (auto row = run.first; row < run.first + run.rows; ++row) {
        auto code = codes[row];
        if (code == model::Column::kNoCode) continue;
        auto& slot = slots[code];
        if (slot.column != columns_gathered_) slot = {columns_gathered_, into.intern(values[code])};
        into.add_id(slot.id);
    }
}

Result<void> MergeOutput::gather(FieldId field, Interner& into) {
    ++columns_gathered_;
    for (auto& run : runs_) {
        auto& map = field_maps_[&run.group->input()];
        if (field >= map.to_input.size() || map.to_input[field] == kNone) continue;
        TRY(auto* column, run.group->column(map.to_input[field]));
        switch (column->kind()) {
            case model::Column::Kind::kMissing:
                break;
            case model::Column::Kind::kConstant: {
                auto id = into.intern(column->values()[0]);
                for (std::uint32_t row = 0; row < run.rows; ++row) into.add_id(id);
                break;
            }
            case model::Column::Kind::kDictionary:
                gather_codes(*column, run, into);
                break;
            case model::Column::Kind::kPlain:
                for (auto value : column->values().subspan(run.first, run.rows))
                    if (!model::is_missing(value)) into.add(value);
                break;
        }
    }
    return {};
}

/// Columns stay decoded while other rows of their groups may be wanted, within a budget.
void MergeOutput::forget_columns() {
    std::uint64_t held = 0;
    for (auto& [group, source] : sources_) held += source.group->memory();
    if (held <= kMergeColumnsBytesMax) return;
    for (auto& [group, source] : sources_) source.group->forget();
}

Result<void> MergeOutput::close() {
    if (rows_.event_times.empty()) return {};
    sort_records();
    TRY_OK(measure_raw());
    TRY_OK(builder_.add(rows_, [&](FieldId field, Interner& into) { return gather(field, into); }));
    forget_columns();
    rows_ = {};
    runs_.clear();
    sources_.clear();
    last_source_ = nullptr;
    shapes_.clear();
    records_.clear();
    raw_bytes_ = value_bytes_ = 0;
    return {};
}

}  // namespace logwood::segment
