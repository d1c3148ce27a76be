#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "exec/spill_space.h"
#include "model/coordinates.h"
#include "model/row_source.h"
#include "model/time_range.h"

namespace logwood::exec {

/// A row of a result: the fields it has, in no special order. Names index ResultRows::fields.
struct ResultRow {
    std::vector<std::pair<std::uint32_t, std::string>> values;
    /// Set for rows that are stored events: their place in the total order.
    std::optional<model::OrderKey> order;
};

struct Warning {
    std::string code;  ///< As in `GroupLimitExceeded`.
    std::string message;
    friend bool operator==(const Warning&, const Warning&) = default;
};

struct ResultRows {
    std::vector<std::string> fields;  ///< All names that occur.
    std::vector<ResultRow> rows;      ///< In result order; events newest first.
    /// Column order when the query gives one (table, groupBy, select, ...); else empty.
    std::vector<std::string> field_order;
    /// String-valued extras of the wire format (`bucket_span_millis`, `ui:suggested-widget`, ...).
    std::map<std::string, std::string> extra_data;
    std::vector<Warning> warnings;
};

/// What a query is compiled against.
struct CompileOptions {
    model::TimeRange interval;      ///< Event time, resolved.
    std::optional<UtcTime> oldest;  ///< Events before this are not there, whatever is asked for.
    UtcTime now;                    ///< Value of now(); the same on all workers.
    std::string time_zone = "UTC";  ///< IANA name or offset, for buckets and formatting.
    std::map<std::string, std::string> arguments;  ///< Values of ?parameters.
    /// Adds tail(200) to a query without an aggregate. Off for exports.
    bool implicit_tail = true;
    std::uint64_t memory_bytes_max = 256ULL << 20;
    /// Where states may put what does not fit; null: nowhere. See Query::serialise.
    std::shared_ptr<SpillSpace> spill;
    /// Name of a repository, for `#repo`.
    std::function<std::string(RepoId)> repo_name;
};

/// A query text that does not compile; positions are byte offsets in the text.
struct CompileError {
    std::string message;
    std::size_t begin = 0;
    std::size_t end = 0;
    /// The message with line, column and a marked snippet, for people.
    std::string rendered;
};

/// The mergeable state of a query over some of the data. One thread at a time.
class Partial {
 public:
    virtual ~Partial() = default;
    /// Heap bytes held, about; scan() and merge() fail with kTooLarge beyond the query's limit.
    virtual std::size_t memory() const = 0;
    /// Rows that passed all filters before the first aggregate, so far.
    virtual std::uint64_t matched() const = 0;
};

/// A compiled query. Immutable; any number of threads may scan with it at once.
///
/// Data is scanned where it is, in any order and any split, each scan into a Partial; Partials
/// merge in any order with equal results; finish() runs what follows the first aggregate.
class Query {
 public:
    virtual ~Query() = default;

    static std::expected<std::shared_ptr<const Query>, CompileError> compile(
        std::string_view text, const CompileOptions& options);

    /// True when the query has an aggregate of its own.
    virtual bool is_aggregate() const = 0;
    /// True when the result is a list of events: no aggregate, or but one that is head() or tail().
    virtual bool gives_events() const { return !is_aggregate(); }
    /// The interval that is searched: setTimeInterval() in the text wins over that of the options;
    /// no part of it is before `oldest`.
    virtual model::TimeRange interval() const = 0;
    /// The text left of the first aggregate, for `filterQuery`; `*` when nothing filters.
    virtual std::string filter_text() const = 0;
    /// False when no event with this tag value can pass: `#tag` filters at the query's head.
    virtual bool may_match_tag(std::string_view tag, std::string_view value) const = 0;

    virtual std::unique_ptr<Partial> start() const = 0;
    /// Adds the source's rows whose event time lies in the interval.
    virtual Result<void> scan(const model::RowSource& source, Partial& into) const = 0;
    virtual Result<void> merge(Partial& into, const Partial& from) const = 0;
    /// Not for queries that were given a space to spill to.
    virtual std::string serialise(const Partial& partial) const = 0;
    /// kCorrupt for bytes that serialise() of the same query did not write.
    virtual Result<std::unique_ptr<Partial>> deserialise(std::string_view bytes) const = 0;
    /// The result so far; may be called again after more scans.
    virtual Result<ResultRows> finish(const Partial& partial) const = 0;

    /// For exports of queries without an aggregate: the source's matching rows as result rows.
    virtual Result<ResultRows> export_rows(const model::RowSource& source) const = 0;
    /// True when no event older than those in `partial` can change the result (a full tail()).
    virtual bool is_settled_before(const Partial& partial, std::int64_t time_ns) const = 0;
};

}  // namespace logwood::exec
