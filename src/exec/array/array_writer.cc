// New elements lie back to back; each index of the array then is a column of picks out of them, of
// what the field had before, or of nothing.
#include "exec/array/array_writer.h"

#include <algorithm>
#include <string>

#include "exec/array/array_fields.h"
#include "exec/limits.h"

namespace logwood::exec {

using model::Column;

void ArrayWriter::start_row(std::size_t first) {
    rows_.push_back({static_cast<std::uint32_t>(elements_.rows()),
                     static_cast<std::uint32_t>(std::min(first, kArrayElementsMax)), false});
}

void ArrayWriter::skip_row() {
    start_row();
    rows_.back().is_skipped = true;
}

Result<void> ArrayWriter::write(Batch& batch, std::string_view array, Surplus surplus) {
    enum : std::uint32_t { kNew, kOld, kNothing };
    TRY(auto old, array_columns(batch, array));
    auto rows = rows_.size();
    std::vector<std::uint32_t> ends(rows);         // Of the new elements, as indices of the array.
    std::vector<std::uint32_t> old_lengths(rows);  // Only where surplus elements go.
    std::uint32_t length = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        if (rows_[row].is_skipped) continue;
        auto next = row + 1 < rows ? rows_[row + 1].begin : elements_.rows();
        ends[row] = rows_[row].first + static_cast<std::uint32_t>(next - rows_[row].begin);
        if (surplus == Surplus::kRemoved)
            old_lengths[row] = static_cast<std::uint32_t>(array_length(old, row));
        length = std::max({length, ends[row], old_lengths[row]});
    }
    if (length > kArrayElementsMax)
        return fail(Code::kTooLarge, "an array would get more than " +
                                         std::to_string(kArrayElementsMax) + " elements");
    auto elements = elements_.finish();
    std::vector<std::uint32_t> which(rows);
    std::vector<std::uint32_t> from(rows);
    for (std::uint32_t index = 0; index < length; ++index) {
        auto field = std::string(array) + "[" + std::to_string(index) + "]";
        for (std::uint32_t row = 0; row < rows; ++row) {
            bool is_new = index >= rows_[row].first && index < ends[row];
            which[row] = is_new ? kNew : index < old_lengths[row] ? kNothing : kOld;
            from[row] = is_new ? rows_[row].begin + index - rows_[row].first : row;
        }
        TRY(auto before, batch.column(field));
        const Column sources[] = {elements, before, Column::missing(rows)};
        batch.replace(field, Values(interleave(sources, which, from)));
    }
    return {};
}

}  // namespace logwood::exec
