#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exec/aggregate/aggregate.h"
#include "exec/columns/text_table.h"

namespace logwood::exec {

struct GroupByOptions {
    std::vector<std::string> keys;
    /// Events without any of the keys are skipped, and with this those without one of them.
    bool needs_all_keys = false;
    std::uint64_t limit = 0;
    bool warns = true;                          ///< When the limit was not asked for.
    std::shared_ptr<const Aggregate> function;  ///< Null: only the keys.
};

/// groupBy(): one sub-aggregate a key. A missing key counts as the empty text.
AggregatePtr group_by_aggregate(GroupByOptions options);

/// The state behind it, for functions that are a groupBy with more to do at the end.
class GroupByState : public AggregateState {
 public:
    explicit GroupByState(const GroupByOptions& options);

    void grow(std::uint32_t count) override { count_ = std::max(count_, count); }
    Result<void> add(Batch& batch, const Groups& groups) override;
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t> to,
                       std::uint32_t count) override;
    void serialise(ByteWriter& out) const override;
    Result<void> deserialise(ByteReader& in, std::uint32_t count) override;
    std::size_t memory() const override;
    Result<GroupedRows> rows() const override;
    void spill_to(std::shared_ptr<SpillSpace> space, std::size_t bytes_max) override;

    /// Rows sorted by outer group and keys, before any limit: their keys as columns, then the
    /// function's. `scores` gets the sum of all numeric outputs of each row's key.
    Result<GroupedRows> all_rows(std::vector<double>& scores) const;
    /// The same where the first key is a bucket of `starts`, which follow one another: each row
    /// tells of `length` buckets, of which its own is the last. All windows that fit have rows.
    /// kTooLarge for too many windows.
    Result<GroupedRows> window_rows(const std::vector<std::string>& starts,
                                    std::size_t length) const;
    std::uint32_t outer_groups() const { return count_; }

 private:
    /// Groups of one part of all keys, serialised, that were moved out of memory.
    struct Chunk {
        std::shared_ptr<const SpillSpace> space;
        std::uint64_t position = 0;
        std::size_t size = 0;
        std::uint32_t part = 0;
    };

    /// The group of each row, kNoGroup for rows that are skipped; says how many those are.
    std::vector<std::uint32_t> groups_of(const std::vector<std::vector<std::uint32_t>>& numbers,
                                         const Groups& groups, std::size_t rows,
                                         std::size_t& skipped);
    /// The same for one key and one outer group, without hashing.
    std::vector<std::uint32_t> groups_of_one_key(const std::vector<std::uint32_t>& numbers,
                                                 std::size_t& skipped);
    std::vector<std::uint32_t> sorted_groups() const;
    std::string_view key(std::uint32_t group, std::size_t index) const;
    std::uint32_t groups_max() const;

    /// merge() for the groups that lie in memory: all, or those of a part.
    Result<void> merge_groups(const GroupByState& other, std::span<const std::uint32_t> to,
                              std::optional<std::uint32_t> part);
    std::uint32_t part_of(std::uint32_t group) const;
    Result<void> spill_if_large();
    /// All groups of a part, from memory and from chunks.
    Result<void> gather_part(std::uint32_t part, GroupByState& into) const;
    Result<GroupedRows> spilled_rows() const;
    /// Adds extras, and a warning when rows lack because of the limit or groups were cut before.
    void finish_rows(GroupedRows& rows, bool is_over, bool is_cut) const;

    const GroupByOptions& options_;
    std::vector<TextTable> keys_;  ///< Texts of each key; number 0 is the empty text.
    TupleTable groups_;            ///< (outer group, key numbers) of each group.
    AggregateStatePtr inner_;      ///< By group.
    std::uint32_t count_ = 1;
    bool is_cut_ = false;  ///< Keys beyond the hard limit were left out.

    std::shared_ptr<SpillSpace> space_;  ///< Null: all stays in memory.
    std::size_t spill_above_ = 0;        ///< Bytes of memory.
    std::vector<Chunk> chunks_;
};

/// Keeps the rows at those places, which ascend.
void keep_rows(GroupedRows& rows, const std::vector<std::uint32_t>& kept);

/// Places, ascending, of the rows that stay when each group (`groups` never decreases) keeps the
/// `limit` with the largest scores; of equal ones the first.
std::vector<std::uint32_t> best_rows(std::span<const std::uint32_t> groups,
                                     std::span<const double> scores, std::uint64_t limit);

/// Sum of all values that are numbers, row by row, in columns that are not keys.
std::vector<double> numeric_sums(const RowTable& table, const std::vector<std::string>& keys);

/// A key's text, which must outlive it, with what it is compared by: numbers come first, by value;
/// then, and among equal ones, texts by their bytes. A missing text is as an empty one.
struct KeyText {
    explicit KeyText(std::string_view key);

    friend std::weak_ordering operator<=>(const KeyText& a, const KeyText& b) {
        if (is_null(a.number) != is_null(b.number)) return is_null(a.number) <=> is_null(b.number);
        if (a.number < b.number) return std::weak_ordering::less;
        if (a.number > b.number) return std::weak_ordering::greater;
        return a.text <=> b.text;
    }
    friend bool operator==(const KeyText& a, const KeyText& b) { return (a <=> b) == 0; }

    double number;
    std::string_view text;
};

}  // namespace logwood::exec
