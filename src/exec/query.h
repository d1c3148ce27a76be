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
#include "exec/aggregate/spill_space.h"
#include "exec/lookup/lookups.h"
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

/// Another repository or view that a sub-query looks at.
struct OtherView {
    std::optional<UtcTime> oldest;  ///< Events before this are not there.
};

/// What a query is compiled against.
struct CompileOptions {
    model::TimeRange interval;  ///< What is searched and what buckets cover, resolved.
    /// The interval speaks of when events arrived, and not of their own time.
    bool by_ingest_time = false;
    model::TimeRange arrival;       ///< Events that arrived outside are left out as well.
    std::optional<UtcTime> oldest;  ///< Events before this are not there, whatever is asked for.
    UtcTime now;                    ///< Value of now(); the same on all workers.
    std::string time_zone = "UTC";  ///< IANA name or offset, for buckets and formatting.
    /// Values of ?parameters; several only where lists are taken.
    std::map<std::string, std::vector<std::string>> arguments;
    /// Parameters without a value stand as empty texts, instead of failing: to look at a text.
    bool allow_missing_arguments = false;
    /// The text of a saved query; unset: there are none. Called while the query compiles.
    std::function<std::optional<std::string>(std::string_view name)> saved_query;
    Lookups lookups;
    /// Adds tail(200) to a query without an aggregate. Off for exports.
    bool implicit_tail = true;
    bool counts_by_time = false;  ///< Count the rows that pass by time, beside the result.
    bool counts_fields = false;   ///< Count their fields and values, beside the result.
    std::uint64_t memory_bytes_max = 256ULL << 20;
    /// Set for a live query: the length of its window. Widths of buckets then follow from it and
    /// not from `interval`, and now(), start() and end() before the first aggregate speak of the
    /// time at which an event is seen (see TimedScan).
    std::optional<Duration> live_window;
    /// Where states may put what does not fit, while somebody keeps it; empty: nowhere. See
    /// Query::serialise.
    std::weak_ptr<SpillSpace> spill;
    /// Name of a repository, for `#repo`.
    std::function<std::string(RepoId)> repo_name;
    /// Whoever runs the query runs its inputs() first; else functions that need any are refused.
    bool may_have_inputs = false;
    /// What sub-queries take as the interval of the query; unset: its interval.
    std::optional<model::TimeRange> inputs_interval;
    /// Finds a repository or view for a sub-query; an error's message is shown. Unset: there are
    /// none. Called while the query compiles.
    std::function<Result<OtherView>(std::string_view name)> view;
};

/// What a query counts beside its result, in the same scan: the rows that pass its filters before
/// the first aggregate.
struct BesideRows {
    std::optional<ResultRows> by_time;  ///< As of `bucket(function=count())`.
    std::optional<ResultRows> fields;   ///< As field_values_aggregate() gives them.
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

/// How a live query scans: rows are dealt out by event time, so that old ones can be let go.
struct TimedScan {
    model::TimeRange times;  ///< Only rows of these event times.
    UtcTime now;             ///< When the rows are seen.
    Duration bucket{};       ///< Bucket n holds the event times [n * bucket, (n + 1) * bucket).
    /// Gives the partial of a bucket; called only for buckets that get rows.
    std::function<Partial&(std::int64_t bucket)> partial_of;
    /// Remembers what was found of dictionaries, for a scan over segments; may be null.
    Partial* memory = nullptr;
};

/// The number of the bucket that holds the event time.
inline std::int64_t bucket_of(std::int64_t time_ns, Duration bucket) {
    auto width = bucket.count();
    return time_ns / width - (time_ns % width < 0 ? 1 : 0);
}

class Query;

/// A query that another one needs the rows of before it runs: join() and its like.
struct Input {
    std::string name;  ///< What asks for it, for people: `join()`, `defineTable(NAME)`.
    std::shared_ptr<const Query> query;
    /// The repository or view that it looks at; unset: that of the other query.
    std::optional<std::string> view;
    /// Gives the other query the whole result; once, on any thread. The warnings are about what it
    /// leaves out.
    std::function<Result<std::vector<Warning>>(const ResultRows&)> take;
};

/// A compiled query. Immutable but for what its inputs take; any number of threads may scan with it
/// at once.
///
/// Data is scanned where it is, in any order and any split, each scan into a Partial; Partials
/// merge in any order with equal results; finish() runs what follows the first aggregate.
///
/// The inputs() come first, in their order, each over the same data as of the same moment: its
/// take() must be done before the next input, or the query itself, is scanned.
class Query {
 public:
    virtual ~Query() = default;

    static std::expected<std::shared_ptr<const Query>, CompileError> compile(
        std::string_view text, const CompileOptions& options);

    virtual std::vector<Input> inputs() const { return {}; }

    /// True when the query has an aggregate of its own.
    virtual bool is_aggregate() const = 0;
    /// True when the result is a list of events: no aggregate, or but one that is head() or tail().
    virtual bool gives_events() const { return !is_aggregate(); }
    /// The interval that is searched: setTimeInterval() in the text wins over that of the options;
    /// no part of it is before `oldest`.
    virtual model::TimeRange interval() const = 0;
    /// Event and arrival times of the rows that the query looks at, as interval() and the options
    /// have it.
    virtual model::TimeRange event_times() const { return interval(); }
    virtual model::TimeRange ingest_times() const { return {}; }
    /// The time zone that setTimeInterval() was read in; empty when there is none in the text.
    virtual std::string interval_zone() const { return {}; }
    /// The text left of the first aggregate, for `filterQuery`; `*` when nothing filters.
    virtual std::string filter_text() const = 0;
    /// False when no event with this tag value can pass: `#tag` filters at the query's head.
    virtual bool may_match_tag(std::string_view tag, std::string_view value) const = 0;

    /// True when the result settles soonest, is_settled_after(), with the oldest events first:
    /// head().
    virtual bool wants_oldest_first() const { return false; }
    /// True when no event at `time_ns` or newer can change the result (a full head()).
    virtual bool is_settled_after(const Partial&, std::int64_t /*time_ns*/) const { return false; }

    virtual std::unique_ptr<Partial> start() const = 0;
    /// Adds the source's rows whose event time lies in the interval.
    virtual Result<void> scan(const model::RowSource& source, Partial& into) const = 0;
    /// Adds the source's rows of the scan's times, whatever the query's interval, to the partials
    /// that the scan gives for them.
    virtual Result<void> scan_timed(const model::RowSource& source, const TimedScan& how) const = 0;
    /// `from` may also be a partial of another query of the same text and options, which differ
    /// only in interval and now.
    virtual Result<void> merge(Partial& into, const Partial& from) const = 0;
    /// Not for queries that were given a space to spill to.
    virtual std::string serialise(const Partial& partial) const = 0;
    /// kCorrupt for bytes that serialise() of the same query did not write.
    virtual Result<std::unique_ptr<Partial>> deserialise(std::string_view bytes) const = 0;
    /// The result so far; may be called again after more scans.
    virtual Result<ResultRows> finish(const Partial& partial) const = 0;

    /// What is counted beside the result, so far; only what the options asked for, and no counts
    /// by time when the interval cannot be cut into buckets.
    virtual Result<BesideRows> finish_beside(const Partial&) const { return BesideRows{}; }

    /// For exports of queries without an aggregate: the source's matching rows as result rows.
    virtual Result<ResultRows> export_rows(const model::RowSource& source) const = 0;
    /// True when no event older than those in `partial` can change the result (a full tail()).
    virtual bool is_settled_before(const Partial& partial, std::int64_t time_ns) const = 0;
};

}  // namespace logwood::exec
