// One output after the other: a cursor in each input that has rows for it, the smallest row goes
// out next. Tag sets are compared by their rank among those of all inputs.
#include "segment/merge/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>

#include "segment/merge/merge_input.h"
#include "segment/merge/merge_output.h"

namespace logwood::segment {
namespace {

using Inputs = std::span<const std::shared_ptr<const Reader>>;

std::vector<model::TagSet> all_tag_sets(Inputs inputs) {
    std::vector<model::TagSet> sets;
    for (auto& input : inputs) {
        auto& own = input->impl().tail.tag_sets;
        sets.insert(sets.end(), own.begin(), own.end());
    }
    std::ranges::sort(sets);
    sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
    return sets;
}

MergeInput ranked(std::shared_ptr<const Reader> reader, const std::vector<model::TagSet>& sets) {
    MergeInput input{std::move(reader), {}};
    for (auto& tags : input.reader->impl().tail.tag_sets) {
        auto at = std::ranges::lower_bound(sets, tags);
        input.tag_ranks.push_back(static_cast<std::uint32_t>(at - sets.begin()));
    }
    return input;
}

Result<void> check(Inputs inputs, std::span<const Output> outputs) {
    if (inputs.empty()) return fail(Code::kInvalidArgument, "merge: no input");
    std::map<std::int32_t, int> days;
    for (auto& output : outputs) {
        if (!std::ranges::is_sorted(output.days))
            return fail(Code::kInvalidArgument, "merge: days of an output are not sorted");
        for (auto day : output.days)
            if (++days[day] != 1)
                return fail(Code::kInvalidArgument, fmt::format("merge: day {} twice", day));
    }
    for (auto& input : inputs) {
        if (input->summary().repo != inputs.front()->summary().repo)
            return fail(Code::kInvalidArgument, "merge: inputs of different repositories");
        for (auto& size : input->summary().days)
            if (!days.contains(size.day))
                return fail(Code::kInvalidArgument,
                            fmt::format("merge: day {} has no output", size.day));
    }
    return {};
}

/// True when the row of `a` comes after that of `b`: the smallest is on top of a heap.
bool comes_after(const MergeCursor* a, const MergeCursor* b) {
    return std::tuple(a->tags(), a->key()) > std::tuple(b->tags(), b->key());
}

Result<Summary> write_output(const std::vector<MergeInput>& inputs,
                             const std::vector<model::TagSet>& tag_sets, const Output& output,
                             OutputTarget target) {
    SegmentBuilder builder({Level::kMerged, target.id, inputs.front().reader->summary().repo},
                           std::move(target.sink));
    TRY_OK(builder.start());
    MergeOutput rows(builder, tag_sets);
    std::vector<std::unique_ptr<MergeCursor>> cursors;
    std::vector<MergeCursor*> heap;
    for (auto& input : inputs) {
        cursors.push_back(std::make_unique<MergeCursor>(input, output.days));
        TRY(auto has_row, cursors.back()->next());
        if (has_row) heap.push_back(cursors.back().get());
    }
    std::ranges::make_heap(heap, comes_after);
    while (!heap.empty()) {
        std::ranges::pop_heap(heap, comes_after);
        auto* cursor = heap.back();
        // Most rows are followed by one of the same input: the heap is touched once a run.
        for (auto is_next = true; is_next;) {
            TRY_OK(rows.add(*cursor));
            TRY(auto has_row, cursor->next());
            if (!has_row) heap.pop_back();
            is_next = has_row && (heap.size() == 1 || !comes_after(cursor, heap.front()));
            if (has_row && !is_next) std::ranges::push_heap(heap, comes_after);
        }
    }
    TRY_OK(rows.close());
    return builder.finish();
}

}  // namespace

Result<std::vector<Summary>> merge(Inputs inputs, std::span<const Output> outputs,
                                   const OpenOutput& open) {
    TRY_OK(check(inputs, outputs));
    auto tag_sets = all_tag_sets(inputs);
    std::vector<MergeInput> ranked_inputs;
    std::uint64_t rows_in = 0;
    for (auto& input : inputs) {
        ranked_inputs.push_back(ranked(input, tag_sets));
        rows_in += input->summary().rows;
    }
    std::vector<Summary> summaries;
    std::uint64_t rows_out = 0;
    for (std::size_t index = 0; index < outputs.size(); ++index) {
        TRY(auto target, open(index));
        TRY(auto summary, write_output(ranked_inputs, tag_sets, outputs[index], std::move(target)));
        rows_out += summary.rows;
        summaries.push_back(std::move(summary));
    }
    if (rows_in != rows_out)
        return fail(Code::kCorrupt,
                    fmt::format("merge: {} rows in, {} rows out", rows_in, rows_out));
    return summaries;
}

}  // namespace logwood::segment
