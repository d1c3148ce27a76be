#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "exec/lookup/lookups.h"
#include "exec/query.h"

namespace logwood::exec {

/// How a table is made of the rows of a query.
struct MadeTableOptions {
    std::string name;                  ///< For messages.
    std::vector<std::string> columns;  ///< Empty: all fields of the rows.
    std::uint64_t rows_max = UINT64_MAX;
    bool warns = true;                ///< Of rows beyond the limit.
    bool is_newest_first = false;     ///< Rows are events: of equal keys, the newest counts.
    std::vector<std::string> filled;  ///< Columns with empty texts where a row has no value.
    /// Text of all tables of a query so far; they are made one after another. Null: of none.
    std::shared_ptr<std::size_t> bytes_before = {};
};

/// A table of rows that a query makes before it runs; empty-handed until then. Any thread.
class MadeTable final : public LookupFile {
 public:
    explicit MadeTable(MadeTableOptions options) : options_(std::move(options)) {}

    const std::vector<std::string>& columns() const override { return options_.columns; }
    bool knows_columns() const override { return !options_.columns.empty(); }
    bool is_keyed() const override { return false; }
    /// Rows follow from the query's text and the data, as the query's own do.
    std::uint64_t checksum() const override { return 0; }
    /// kInternal before take().
    Result<LookupTablePtr> table() const override;

    /// Makes the table; kTooLarge when all of the query have more than kTableBytesMax of text.
    Result<std::vector<Warning>> take(const ResultRows& rows);

 private:
    MadeTableOptions options_;
    mutable std::mutex mutex_;
    LookupTablePtr table_;
};

}  // namespace logwood::exec
