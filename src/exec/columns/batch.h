#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exec/columns/row_table.h"
#include "exec/columns/values.h"
#include "model/column.h"
#include "model/coordinates.h"
#include "model/row_source.h"
#include "model/time_range.h"

namespace logwood::exec {

class DictionaryCache;

/// One byte a row: 1 = passes.
using Mask = std::vector<std::uint8_t>;

/// What batches of one scan share. Lives longer than they do.
struct ScanContext {
    DictionaryCache* dictionaries = nullptr;  ///< May be null: nothing is remembered.
    const std::function<std::string(RepoId)>* repo_name = nullptr;
};

/// The working set of a pipeline: rows and their fields as the steps so far left them.
///
/// Rows are always dense: 0 .. rows()-1 are those that are still there. Stored columns are decoded
/// when first asked for, and cut to the rows left. Over the rows of an aggregate there is no
/// source: all fields are in memory. Copies are forks: cheap, and independent. One thread at a
/// time; a column got stays valid whatever happens to the batch.
class Batch {
 public:
    /// The source's rows with event times in the interval, of those that arrived in `arrival`;
    /// `source` and `context` outlive the batch.
    static Result<Batch> read(const model::RowSource& source, const model::TimeRange& interval,
                              const ScanContext& context, const model::TimeRange& arrival = {});
    /// The rows of an aggregate (or of a parser's input).
    explicit Batch(RowTable table);

    std::size_t rows() const { return rows_; }

    // --- reading ---------------------------------------------------------------------------------
    /// The field as it is now, with rows() rows; also `@timestamp`, `@id`, `#repo`, ...
    Result<model::Column> column(std::string_view field);
    /// The field as numbers: one a row, null when missing or not a number.
    Result<std::shared_ptr<const Values::Numbers>> numbers(std::string_view field);
    /// The field in the form that costs least.
    Result<Values> values(std::string_view field);
    /// Is the field held as numbers, so that texts would have to be made?
    Result<bool> holds_numbers(std::string_view field);
    /// The field as it was stored, whatever steps did to it.
    Result<model::Column> stored_column(std::string_view field);
    /// Is the field untouched since it was stored?
    bool is_stored(std::string_view field) const;
    /// Names of fields that some row may have, tags and `@timestamp`... included. Sorted.
    Result<std::vector<std::string>> fields();
    /// Names of the stored fields that free text looks at: no tags, times, `@id`.
    Result<std::vector<std::string>> text_fields();
    /// Event times, ns, one a row. Rows of aggregates: from `@timestamp`, or INT64_MIN.
    Result<std::span<const std::int64_t>> times();
    /// The total order of a row: stored events by their place, other rows by time and position.
    Result<model::OrderKey> order(std::size_t row);
    /// Are the rows stored events (possibly changed), rather than made by an aggregate?
    bool has_order() const { return source_ != nullptr || !orders_.empty(); }
    const model::RowSource* source() const { return source_; }
    const ScanContext* context() const { return context_; }

    // --- changing --------------------------------------------------------------------------------
    /// Sets the field where `values` is not null; other rows keep what they have.
    Result<void> assign(std::string_view field, Values values);
    /// Sets the field in all rows: rows without a value lose it.
    void replace(std::string_view field, Values values);
    void drop(std::string_view field);
    /// Gives the field another name, over what had it; missing values too.
    Result<void> rename(std::string_view field, std::string_view new_name);
    /// Removes all other fields. The order of rows is kept in mind all the same.
    Result<void> keep_fields(std::span<const std::string> fields);
    /// Keeps the rows that pass.
    void keep(const Mask& mask);
    /// Row i becomes a copy of row `from[i]`; rows not named are gone. Used to filter, multiply and
    /// reorder.
    void rearrange(std::vector<std::uint32_t> from);

    /// kTooLarge when steps have made more text than a batch may hold.
    Result<void> check_made_text() const;

    /// For each row the row it was when the batch was forked (or made).
    std::vector<std::uint32_t> trace() const;
    /// Drops the rows for good: no other clause of a case gets them.
    void discard_all();
    /// The rows discarded since the fork, as the rows they were then.
    const std::vector<std::uint32_t>& discarded() const { return discarded_; }
    /// Notes rows that a fork discarded.
    void note_discarded(std::uint32_t row);
    /// A copy whose trace() starts anew.
    Batch fork() const;
    /// Fields changed since the fork.
    std::vector<std::string> changed_fields() const;

    /// Rows with a message get it as `@error_msg`, and `@error`=`true`. The events go on.
    Result<void> set_errors(const model::Column& messages);

    /// What now() gives when it was not fixed on compilation (parsers).
    void set_now(UtcTime now) { now_ = now; }
    std::optional<UtcTime> now() const { return now_; }

    /// The order of columns, when steps or the aggregate before gave one.
    const std::vector<std::string>& field_order() const { return field_order_; }

    /// All rows and fields as a table; extras are left empty.
    Result<RowTable> to_table();

 private:
    struct Stored;
    struct Slot {
        std::optional<model::Column> texts;
        std::optional<Values> values;  ///< Of numbers and booleans, until texts are asked for.
        std::shared_ptr<const Values::Numbers> numbers;
        bool is_assigned = false;  ///< Else: a copy of what is stored, cut to the rows.
    };

    Batch() = default;
    Result<Slot*> slot(std::string_view field);
    Result<model::Column> load(std::string_view field);
    Result<Values> load_virtual(std::string_view field);
    Result<void> load_times();
    Result<void> keep_in(const model::TimeRange& interval);
    Result<void> keep_arrived_in(const model::TimeRange& arrival);
    std::uint32_t origin(std::size_t row) const;
    void note_change(std::string_view field);

    const model::RowSource* source_ = nullptr;
    const ScanContext* context_ = nullptr;
    std::size_t rows_ = 0;
    std::map<std::string, Slot, std::less<>> slots_;
    std::shared_ptr<Stored> stored_;                             ///< Columns of the source.
    std::shared_ptr<const std::vector<std::uint32_t>> origins_;  ///< Null: row = source row.
    std::shared_ptr<const std::vector<std::uint32_t>> trace_;    ///< Null: row = row at the fork.
    std::vector<std::uint32_t> discarded_;
    std::vector<std::string> changed_;
    std::vector<std::string> field_order_;
    std::optional<UtcTime> now_;
    std::size_t made_text_bytes_ = 0;  ///< Of all texts assigned, also of those replaced since.
    std::vector<std::optional<model::OrderKey>> orders_;  ///< Of tables, when they are events.
    std::optional<std::vector<std::int64_t>> times_;      ///< Filled by times().
};

}  // namespace logwood::exec
