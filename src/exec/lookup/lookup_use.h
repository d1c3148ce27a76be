#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "exec/filter/text_predicate.h"
#include "exec/lookup/lookups.h"
#include "exec/plan/compiler.h"

namespace logwood::exec {

/// How a call uses a lookup file: which fields find which rows, and what is taken from these.
struct LookupRequest {
    std::string function;              ///< For errors.
    std::string file;                  ///< Name.
    std::vector<std::string> fields;   ///< Of events.
    std::vector<std::string> columns;  ///< One for each field; empty: named like the fields.
    std::vector<std::string> include;  ///< Empty or `*`: all columns but those above.
    LookupMode mode = LookupMode::kString;
    bool ignore_case = false;
};

/// A lookup file as an operator uses it. Its table is read when rows first ask for it. A query
/// keeps to the version it was compiled with; a parser follows the newest. Immutable, any thread.
class LookupUse {
 public:
    /// Ready to answer; lives as long as anyone holds it.
    struct Ready {
        LookupTablePtr table;
        const LookupIndex* index = nullptr;
        std::vector<std::size_t> include;  ///< Columns.
        FilterPtr filter;                  ///< Passes rows that the file has; null for 2+ fields.
    };

    /// Looks the file and its columns up; errors name the argument that is wrong. A parser may
    /// name a file that is not there.
    static lang::Checked<std::shared_ptr<const LookupUse>> make(LookupRequest request,
                                                                const lang::BoundCall& call,
                                                                Compiler& compiler);

    /// The same for a table that a query makes with the columns asked for.
    static std::shared_ptr<const LookupUse> of_table(LookupRequest request, LookupFilePtr table);

    const LookupRequest& request() const { return request_; }
    /// Null when the file is not there, which only a parser can meet.
    Result<std::shared_ptr<const Ready>> ready() const;
    /// One byte a row: does the file have it?
    static Result<Mask> test(const Ready& ready, const std::vector<std::string>& fields,
                             Batch& batch);

 private:
    LookupUse(LookupRequest request, Lookups lookups, LookupFilePtr file)
        : request_(std::move(request)), lookups_(std::move(lookups)), file_(std::move(file)) {}
    Result<std::shared_ptr<const Ready>> make_ready(LookupTablePtr table) const;

    LookupRequest request_;
    Lookups lookups_;     ///< Of parsers: asked at each run.
    LookupFilePtr file_;  ///< Of queries.
    mutable std::mutex mutex_;
    mutable std::shared_ptr<const Ready> ready_;
};

/// The file that an argument names, for a query: an error when it is not there. Null in parsers.
lang::Checked<LookupFilePtr> find_lookup_file(const lang::BoundCall& call,
                                              std::string_view parameter, const std::string& name,
                                              Compiler& compiler);

/// Which rows of a table the rows of a batch found.
struct LookupHits {
    static constexpr std::uint32_t kNone = 0xFFFFFFFF;
    std::vector<std::uint32_t> lists;   ///< One a row of the batch: its list, or kNone.
    std::vector<std::uint32_t> begins;  ///< Where in `rows` each list begins; one more at the end.
    std::vector<std::uint32_t> rows;    ///< Of the table.
};
/// Asks once for each distinct text when there is one field.
Result<LookupHits> find_rows(const LookupUse::Ready& ready, const std::vector<std::string>& fields,
                             std::size_t rows_max, Batch& batch);

/// Columns of a table at given rows, as columns of a batch; kNone gives no value.
class LookupColumns {
 public:
    LookupColumns(LookupTablePtr table, std::vector<std::uint32_t> rows);
    model::Column column(std::size_t of_table) const;

 private:
    LookupTablePtr table_;
    std::vector<std::uint32_t> codes_;     ///< One a row of the batch.
    std::vector<std::uint32_t> distinct_;  ///< By code: the row of the table.
};

}  // namespace logwood::exec
