#include "segment/merge/merge_input.h"

#include <algorithm>
#include <tuple>

#include "segment/day.h"

namespace logwood::segment {
namespace {

std::uint64_t memory_of(const DenseColumn& column) {
    auto& values = column.values;
    std::uint64_t bytes = (column.rows.size() + values.codes.size()) * sizeof(std::uint32_t) +
                          values.texts.size() * sizeof(std::string_view);
    for (auto text : values.texts) bytes += text.size();
    return bytes;
}

}  // namespace

Result<std::shared_ptr<MergeGroup>> MergeGroup::open(const MergeInput& input, std::size_t index,
                                                     std::span<const std::int32_t> days) {
    std::shared_ptr<MergeGroup> group(new MergeGroup(input, index));
    TRY(group->times_, group->source_.event_times());
    TRY(group->coordinates_, group->source_.coordinates());
    TRY(group->shapes_, group->source_.shapes());
    TRY(group->frame_, group->source_.coordinate_frame());
    auto last_day = day_of(group->times_.front());
    auto is_selected = std::ranges::binary_search(days, last_day);
    for (std::uint32_t row = 0; row < group->times_.size(); ++row) {
        auto day = day_of(group->times_[row]);
        if (std::exchange(last_day, day) != day)
            is_selected = std::ranges::binary_search(days, day);
        if (is_selected) group->selected_.push_back(row);
    }
    return group;
}

Result<const DenseColumn*> MergeGroup::column(FieldId field) {
    auto known = columns_.find(field);
    if (known == columns_.end()) {
        TRY(auto column, source_.dense(field));
        known = columns_.emplace(field, std::move(column)).first;
        memory_ += memory_of(known->second);
    }
    return &known->second;
}

Result<bool> MergeCursor::next() {
    auto groups = input_.reader->row_groups();
    while (!group_ || next_selected_ == group_->selected().size()) {
        group_.reset();
        if (next_group_ == groups.size()) return false;
        auto index = next_group_++;
        auto& bounds = groups[index].event_times;
        auto day = std::ranges::lower_bound(days_, day_of(bounds.min_ns));
        if (day == days_.end() || *day > day_of(bounds.max_ns)) continue;
        TRY(group_, MergeGroup::open(input_, index, days_));
        next_selected_ = 0;
    }
    row_ = group_->selected()[next_selected_++];
    auto before = std::tuple(tags_, key_);
    tags_ = group_->tags_of(row_);
    key_ = group_->key_of(row_);
    if (has_row_ && std::tuple(tags_, key_) < before)
        return fail(Code::kCorrupt, "merge: an input's rows are not in order");
    has_row_ = true;
    return true;
}

}  // namespace logwood::segment
