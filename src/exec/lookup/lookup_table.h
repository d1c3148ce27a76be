#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exec/lookup/lookup_index.h"
#include "model/column.h"

namespace logwood::exec {

/// The rows of a lookup file. Immutable, any thread; its indexes are made when first asked for.
class LookupTable {
 public:
    /// Reads CSV when the name ends in `.csv`, JSON when it ends in `.json`. kInvalidArgument for
    /// any other name and for content that is not what it should be, with the place.
    static Result<std::shared_ptr<const LookupTable>> parse(std::string_view name,
                                                            std::string_view content);

    std::size_t rows() const { return rows_; }
    const std::vector<std::string>& columns() const { return names_; }
    /// Are rows the members of one JSON object? Then column 0 holds their keys.
    bool is_keyed() const { return is_keyed_; }
    std::optional<std::size_t> find_column(std::string_view name) const;
    /// kMissing when the row has no such value. The view lives as long as the table.
    std::string_view value(std::size_t row, std::size_t column) const {
        const auto& held = columns_[column];
        auto end = held.ends[row];
        if (end & kAbsent) return model::kMissing;
        auto begin = row == 0 ? 0 : held.ends[row - 1] & ~kAbsent;
        return {held.texts.data() + begin, end - begin};
    }
    /// Heap bytes of the rows, and of the indexes made so far.
    std::size_t memory() const;

    /// Finds rows by the values of the key's columns. Lives as long as the table. kInvalidArgument
    /// when the column cannot be searched in that way.
    Result<const LookupIndex*> index(const LookupKey& key) const;

 private:
    friend class LookupTableBuilder;
    /// Set in the end of a value that is not there; texts are shorter than 2 GiB.
    static constexpr std::uint32_t kAbsent = 1U << 31;

    struct Texts {
        std::string texts;                ///< All values back to back.
        std::vector<std::uint32_t> ends;  ///< One a row.
    };

    std::vector<std::string> names_;
    std::vector<Texts> columns_;
    std::size_t rows_ = 0;
    bool is_keyed_ = false;
    mutable std::mutex mutex_;
    mutable std::map<LookupKey, std::unique_ptr<const LookupIndex>> indexes_;
};
using LookupTablePtr = std::shared_ptr<const LookupTable>;

/// Makes a table row by row. What it is given must have less than 2 GiB.
class LookupTableBuilder {
 public:
    LookupTableBuilder() : table_(std::make_shared<LookupTable>()) {}

    /// The number of the column; a new one gets its place behind the others.
    std::size_t column(std::string_view name);
    std::size_t columns() const { return table_->names_.size(); }
    /// Sets a value of the row that is being made; the last one of a column counts.
    void set(std::size_t column, std::string_view text);
    void end_row();
    void set_keyed() { table_->is_keyed_ = true; }
    std::shared_ptr<const LookupTable> finish();

 private:
    std::shared_ptr<LookupTable> table_;
    std::map<std::string, std::size_t, std::less<>> numbers_;
};

/// The formats; each in a file of its own.
Result<std::shared_ptr<const LookupTable>> parse_lookup_csv(std::string_view content);
Result<std::shared_ptr<const LookupTable>> parse_lookup_json(std::string_view content);

}  // namespace logwood::exec
