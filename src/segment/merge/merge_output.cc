// Values that come with a dictionary code are interned once a code and row group, not once a row;
// only texts without a code are hashed again.
#include "segment/merge/merge_output.h"

#include <algorithm>

#include "segment/limits.h"

namespace logwood::segment {
namespace {

constexpr std::uint32_t kNone = UINT32_MAX;

}  // namespace

MergeOutput::Source& MergeOutput::source_of(const std::shared_ptr<MergeGroup>& group) {
    if (last_source_ != nullptr && last_source_->group == group) return *last_source_;
    auto [entry, is_new] = sources_.try_emplace(group.get());
    if (is_new) {
        entry->second.group = group;
        entry->second.shapes.assign(group->shapes().shapes.size(), kNone);
        entry->second.records.assign(group->coordinates().records.size(), kNone);
    }
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
    origins_.push_back({&source, row});
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

/// Places the source at its row's value of the field.
Result<void> MergeOutput::enter(FieldId field, Source& source, std::uint32_t row) {
    auto& map = field_maps_[&source.group->input()];
    TRY(source.column, source.group->column(map.to_input[field]));
    source.column_number = columns_walked_;
    auto at = std::ranges::lower_bound(source.column->rows, row);
    source.position = static_cast<std::size_t>(at - source.column->rows.begin());
    source.slots = nullptr;
    if (source.column->values.has_codes || source.column->constant) {
        source.slots = &slots_[source.column->dictionary.data()];
        auto codes = source.column->dictionary.size();
        if (source.slots->size() < codes) source.slots->resize(codes);
    }
    return {};
}

Result<void> MergeOutput::walk(FieldId field, const RowIndex& index, auto&& visit) {
    ++columns_walked_;
    for (auto row : index.rows_of(field)) {
        auto& source = *origins_[row].source;
        if (source.column_number != columns_walked_)
            TRY_OK(enter(field, source, origins_[row].row));
        // Rows of one source come in its order, so this only ever goes forward.
        auto& rows = source.column->rows;
        while (source.position < rows.size() && rows[source.position] < origins_[row].row)
            ++source.position;
        ASSERT(source.position < rows.size() && rows[source.position] == origins_[row].row);
        visit(source, row);
    }
    return {};
}

Result<void> MergeOutput::measure_raw(const RowIndex& index) {
    rows_.raw_bytes.assign(origins_.size(), 0);
    auto raw = builder_.find("@rawstring");
    if (!raw) return {};
    return walk(*raw, index, [&](const Source& source, std::uint32_t row) {
        auto bytes = source.column->text(source.position).size();
        rows_.raw_bytes[row] = static_cast<std::uint32_t>(bytes);
    });
}

Result<void> MergeOutput::gather(FieldId field, const RowIndex& index, Interner& into) {
    forget_columns();
    return walk(field, index, [&](const Source& source, std::uint32_t) {
        auto& column = *source.column;
        if (source.slots == nullptr) return into.add(column.values.texts[source.position]);
        auto code = column.constant ? *column.constant : column.values.codes[source.position];
        auto& slot = (*source.slots)[code];
        if (slot.column != columns_walked_)
            slot = {columns_walked_, into.intern(column.dictionary[code])};
        into.add_id(slot.id);
    });
}

/// Columns stay decoded while other rows of their groups may be wanted, within a budget. Between
/// two columns nothing refers to them.
void MergeOutput::forget_columns() {
    std::uint64_t held = 0;
    for (auto& [group, source] : sources_) held += source.group->memory();
    if (held <= kMergeColumnsBytesMax) return;
    for (auto& [group, source] : sources_) source.group->forget();
}

Result<void> MergeOutput::close() {
    if (rows_.event_times.empty()) return {};
    sort_records();
    RowIndex index(rows_.shapes);
    TRY_OK(measure_raw(index));
    TRY_OK(builder_.add(rows_,
                        [&](FieldId field, Interner& into) { return gather(field, index, into); }));
    forget_columns();
    rows_ = {};
    origins_.clear();
    sources_.clear();
    last_source_ = nullptr;
    shapes_.clear();
    records_.clear();
    raw_bytes_ = value_bytes_ = 0;
    return {};
}

}  // namespace logwood::segment
