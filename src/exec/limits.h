#pragma once

#include <cstddef>
#include <cstdint>

/// Every limit of the module, with its reason.
namespace logwood::exec {

/// Dictionaries whose predicate results a scan remembers: those of one segment of many fields.
inline constexpr std::size_t kDictionariesRememberedMax = 1024;
/// Rows of head, tail, sort and table when none is asked for, and at most (reference 2.4).
inline constexpr std::uint64_t kRowsDefault = 200;
inline constexpr std::uint64_t kRowsMax = 200'000;
/// Groups of groupBy() (reference 2.4); a state never holds more than the maximum.
inline constexpr std::uint64_t kGroupsDefault = 20'000;
inline constexpr std::uint64_t kGroupsMax = 1'000'000;
/// Parts that a groupBy() spills by; one at a time is in memory when the result is made.
inline constexpr std::uint32_t kSpillParts = 64;
/// Memory of one such part: more distinct keys than 64 times this holds are refused.
inline constexpr std::size_t kSpillPartBytesMax = 128U << 20;
/// Texts of the rows that may be in the result of one that spilled: as much again as the part that
/// is put together.
inline constexpr std::size_t kSpillRowBytesMax = 2 * kSpillPartBytesMax;
/// A state spills beyond this share of the query's memory: every worker has one, and making the
/// result needs some too.
inline constexpr std::size_t kSpillShare = 4;
/// Buckets of bucket() and timeChart(), and series (reference 2.4).
inline constexpr std::uint64_t kBucketsMax = 1500;
inline constexpr std::uint64_t kSeriesDefault = 10;
inline constexpr std::uint64_t kSeriesMax = 500;
/// Buckets that an automatic span aims at (reference 4.4).
inline constexpr std::uint64_t kBucketsAuto = 127;
/// Rows of buckets, with those that are empty: a bucket for each series and group is some millions.
inline constexpr std::size_t kFilledRowsMax = std::size_t(1) << 21;
/// Rows that one Cartesian product of stats() may make.
inline constexpr std::size_t kProductRowsMax = 1'000'000;
/// Memory of one compiled regex: RE2 fails, and does not go on slowly, beyond it.
inline constexpr std::int64_t kRegexBytesMax = 32 << 20;
/// Groups of a regex: each is noted for each match, and an event has at most 8000 fields.
inline constexpr std::size_t kRegexGroupsMax = 8000;
/// Matches taken from one event by a regex with `g` or repeat (documented default).
inline constexpr std::uint64_t kRegexRepeatDefault = 100;
/// Backtracking steps for one text in a regex with lookahead.
inline constexpr std::uint32_t kRegexStepsMax = 1'000'000;
/// Text that the steps of a pipeline may make of one batch, of which the raw events have 16 MB:
/// nobody needs 16 copies, and fields made of fields grow without end.
inline constexpr std::size_t kMadeTextBytesMax = std::size_t(256) << 20;
/// The same with all that steps make on their way and do not keep, and of a result: one step may
/// make any number of copies.
inline constexpr std::size_t kWorkTextBytesMax = 4 * kMadeTextBytesMax;
/// Rows that one step may make of one batch (split, repeated regexes): 128 of each of the most that
/// a row group has. Each takes some bytes for each field, in all batches that are scanned at once.
inline constexpr std::size_t kBatchRowsMax = 1 << 23;

/// Distinct values that are counted exactly; beyond, a sketch of 16 KiB is smaller.
inline constexpr std::size_t kDistinctExactMax = 3072;
/// Bins of a percentile sketch; beyond, the lowest are joined. 1 % accuracy over 60 powers of ten
/// needs 7500.
inline constexpr std::size_t kSketchBinsMax = 8192;
/// Bin numbers stay far from overflow, whatever the accuracy.
inline constexpr std::int32_t kSketchIndexMax = 1 << 29;
/// Levels of JSON documents: real ones have a dozen, and walking them takes stack.
inline constexpr int kJsonDepthMax = 64;
/// Levels of XML documents, for the same reason; the names of all levels stand in a field's name.
inline constexpr int kXmlDepthMax = 64;
/// Bytes of one XML document: far more than an event may have, and Expat counts in int.
inline constexpr std::size_t kXmlBytesMax = std::size_t(1) << 30;
/// Field values that one parsing step may make of one batch: 2^28 codes are 1 GiB.
inline constexpr std::size_t kFieldCellsMax = std::size_t(1) << 28;
/// Bytes of a time zone's name in a text; the longest known has 32.
inline constexpr std::size_t kZoneNameBytesMax = 40;
/// A date without year may lie this far ahead before it counts as last year's (reference 3).
inline constexpr std::int64_t kYearlessAheadDays = 8;
/// Where findTimestamp() looks for the start of a time (reference 3).
inline constexpr std::size_t kTimestampStartBytesMax = 128;
/// How far ahead a found time may lie that has no date, or a date without year (reference 3).
inline constexpr std::int64_t kDatelessAheadNs = 600'000'000'000;
inline constexpr std::int64_t kFoundYearlessAheadDays = 7;
/// Width of one value of format(): no line on a screen is longer.
inline constexpr std::uint32_t kFormatWidthMax = 1000;
/// Different time zones that fields of one batch may name: there are about 600.
inline constexpr std::size_t kZonesRememberedMax = 2000;
/// Elements of an array in fields: an event has at most 8000 fields (reference 2.1).
inline constexpr std::size_t kArrayElementsMax = 8000;
/// Bytes of values that collect() keeps a group and field; more are cut (reference 3, collect()).
inline constexpr std::size_t kCollectBytesMax = 1 << 20;
/// Rows that transpose() turns into columns at most (reference 3).
inline constexpr std::uint64_t kTransposedRowsMax = 1000;
/// Rows back that neighbor() looks and slidingTimeWindow() holds, and slidingWindow() (reference
/// 3).
inline constexpr std::uint64_t kNeighborDistanceMax = 10'000;
inline constexpr std::size_t kTimeWindowRowsMax = 10'000;
inline constexpr std::uint64_t kWindowRowsMax = 1000;
/// Rows that windows make at once: a few hundred windows share the cost of a batch, and memory
/// stays small.
inline constexpr std::size_t kWindowBatchRows = 1 << 18;
/// Bytes of values that series() may be told to keep a group: an event could not hold more.
inline constexpr std::size_t kSeriesBytesMax = 16 << 20;
/// Places in one text that a filter is shown to have found: more than anybody looks at.
inline constexpr std::size_t kMatchRangesMax = 100;
/// Fields that fieldstats() tells of at most (reference 3).
inline constexpr std::uint64_t kFieldStatsMax = 10'000;
/// Statistics beside a result: fields, values remembered and shown of each, and the longest of
/// those. With the distinct values' sketches of 16 KiB that is at most 30 MiB for common logs.
inline constexpr std::size_t kValueFieldsMax = 500;
inline constexpr std::size_t kCommonValuesKept = 256;
inline constexpr std::size_t kCommonValuesShown = 20;
inline constexpr std::size_t kCommonValueBytesMax = 256;
/// Columns of a lookup file: those that its metadata may name.
inline constexpr std::size_t kLookupColumnsMax = 2000;
/// Rows that match() gives for one event, and matchAsArray() (reference 3).
inline constexpr std::uint64_t kMatchRowsMax = 500;
inline constexpr std::uint64_t kMatchArrayRowsMax = 10;
/// Rows of a file for mode=glob: each distinct value is compared with all (reference 3).
inline constexpr std::size_t kGlobRowsMax = 20'000;
/// Values that readFile() may give: as rows of a result they take about a query's memory.
inline constexpr std::size_t kReadFileCellsMax = std::size_t(1) << 22;
/// Rows of the sub-query of join() at most (reference 3).
inline constexpr std::uint64_t kJoinRowsMax = 200'000;
/// Text of the rows of one sub-query: they are copied from a state of at most half of that.
inline constexpr std::size_t kTableBytesMax = std::size_t(512) << 20;
/// Passes over the data before the query's own: each costs about what a query does.
inline constexpr std::size_t kInputsMax = 50;
/// Filters of one selfJoin(): each has a set of keys of its own.
inline constexpr std::size_t kSelfJoinFiltersMax = 20;
/// Blocks of 32 bytes of such a set, together 4 MiB: 50 000 keys never meet, of 3 million one in a
/// hundred others passes.
inline constexpr std::size_t kKeyBlocks = std::size_t(1) << 17;
/// Part of all keys that such a set may pass by mistake before a warning says so.
inline constexpr double kKeyErrorMax = 0.01;
/// Queries of correlate(), its constellations, and events tried for these: some seconds of work.
inline constexpr std::size_t kCorrelateQueriesMax = 10;
inline constexpr std::uint64_t kCorrelateRowsMax = 200'000;
inline constexpr std::uint64_t kCorrelateStepsMax = 50'000'000;
/// What iterationLimit of correlate() may be (reference 3).
inline constexpr std::uint64_t kCorrelateIterationsMax = 10;

}  // namespace logwood::exec
