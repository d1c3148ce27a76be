// Signatures of functions that make rows: aggregates, and sequence functions that walk rows.
#include "lang/catalogue/catalogue.h"

namespace logwood::lang {
namespace {

using enum FunctionKind;

#define ORDER "(desc|asc|descending|ascending)"
#define SERIES                                                                               \
    "span: duration = auto; buckets: number; minSpan|minspan: duration; limit: limit = 10; " \
    "timezone: string; unit: strings; "                                                      \
    "function|functions: aggregates = count(as=_count)"

constexpr CatalogueEntry kEntries[] = {
    {"accumulate", kSequence, kAfterAggregate,
     "function!*: aggregates; current: enum(include|exclude) = include"},
    {"appendAggregation", kSequence, kAfterAggregate, "function!*: aggregates"},
    {"array:intersection", kAggregate, 0, "array!*: array; as: field = _intersection"},
    {"array:reduceAll", kAggregate, 0, "array!*: array; function!: aggregates; var: field"},
    {"array:reduceColumn", kAggregate, 0,
     "array!*: array; var: field; function!: aggregates; as: field = _reduceColumn"},
    {"array:union", kAggregate, 0, "array!*: array; as: field = _union"},
    {"avg", kAggregate, 0, "field!*: field; as: field = _avg"},
    {"bucket", kAggregate, 0,
     "span*: duration = auto; buckets: number; minSpan|minspan: duration; field: fields; "
     "function|functions: aggregates = count(as=_count); limit: limit = 10; timezone: string; "
     "unit: strings"},
    {"callFunction", kAggregate, 0, "function!*: string; field: field; as: field = _function"},
    {"collect", kAggregate, 0,
     "fields|field!*: fields; multival: bool = true; separator: string = \n; "
     "limit: limit = 2000"},
    {"correlate", kAggregate, kNotInParser,
     "query!*: correlate; globalConstraints: fields; sequence: bool = false; "
     "sequenceBy: fields; within: duration; jitterTolerance: duration; maxPerRoot: number = 1; "
     "root: string; includeMatchesOnceOnly: bool = false; "
     "includeConstraintValues: bool = true; iterationLimit: number = 5; aggregation: string"},
    {"count", kAggregate, 0, "field*: field; distinct: bool = false; as: field = _count"},
    {"counterAsRate", kAggregate, 0, "field!*: field; as: field = _rate"},
    {"createEvents", kSource, 0, "rawstring!*: strings"},
    {"fieldset", kAggregate, 0, ""},
    {"fieldstats", kAggregate, 0, "limit: number = 200"},
    {"groupBy", kAggregate, 0,
     "field|fields!*: fields; function|functions: aggregates = count(as=_count); "
     "limit: limit = 20000"},
    {"head", kAggregate, 0, "limit*: limit = 200"},
    {"linReg", kAggregate, 0, "x!: field; y!: field; prefix: string = _"},
    {"max", kAggregate, 0, "field!*: field; as: field = _max; type: string"},
    {"min", kAggregate, 0, "field!*: field; as: field = _min; type: string"},
    {"neighbor", kSequence, kAfterAggregate,
     "include!*: fields; direction: enum(preceding|succeeding) = preceding; "
     "distance: number = 1; prefix: string"},
    {"partition", kSequence, kAfterAggregate,
     "function!*: aggregates; condition!: pipeline; split: enum(before|after) = before"},
    {"percentage", kAggregate, 0, "condition!*: pipeline; as: field = _percentage"},
    {"percentile", kAggregate, 0,
     "field!*: field; percentiles: numbers = 50,75,99; accuracy: number = 0.01; as: string"},
    {"range", kAggregate, 0, "field!*: field; as: field = _range"},
    {"sankey", kAggregate, kWidget,
     "source!: field; target!: field; weight: aggregates = count(as=_count)"},
    {"selectFromMax", kAggregate, 0, "field!*: field; include!: fields"},
    {"selectFromMin", kAggregate, 0, "field!*: field; include!: fields"},
    {"selectLast", kAggregate, 0, "fields|field!*: fields"},
    {"selfJoin", kAggregate, kNotInParser,
     "field!*: fields; where!: pipelines; collect: fields; select: fields; "
     "limit: limit = 20000; prefilter: bool = false; postfilter: bool = false"},
    {"series", kAggregate, 0,
     "collect!*: fields; separator: string = \n; maxpause: duration; maxduration: duration; "
     "startmatch: pipeline; endmatch: pipeline; memlimit: string = 1KiB"},
    {"session", kAggregate, 0,
     "function*: aggregates = count(as=_count); maxpause: duration = 15m"},
    {"slidingTimeWindow", kSequence, kAfterAggregate,
     "function!*: aggregates; span!: duration; current: enum(include|exclude) = include; "
     "timestampfield: field = @timestamp"},
    {"slidingWindow", kSequence, kAfterAggregate,
     "function!*: aggregates; events!: number; current: enum(include|exclude) = include"},
    {"sort", kAggregate, 0,
     "field|fields*: fields = _count; order: enums" ORDER " = desc; "
     "type: enums(number|string|hex|any) = number; limit: limit = 200; reverse: bool = false"},
    {"stats", kAggregate, 0, "function*: aggregates = count(as=_count)"},
    {"stdDev", kAggregate, 0, "field!*: field; as: field = _stddev"},
    {"sum", kAggregate, 0, "field!*: field; as: field = _sum"},
    {"table", kAggregate, 0,
     "fields|field!*: fields; limit: limit = 200; sortby: fields = @timestamp; "
     "order: enums" ORDER " = desc; type: enums(number|string|hex|any) = number; "
     "reverse: bool = false"},
    {"tail", kAggregate, 0, "limit*: limit = 200"},
    {"timeChart", kAggregate, kWidget, "series*: field; " SERIES},
    {"top", kAggregate, 0,
     "field|fields!*: fields; limit: limit = 10; sum: field; max: field; as: field; "
     "rest: string; percent: bool = false; error: number = 5"},
    {"transpose", kAggregate, 0,
     "pivot*: field; header: field; column: field = column; limit: number = 5"},
    {"window", kAggregate, 0,
     "function*: aggregates = count(as=_count); buckets: number; span: duration"},
    {"worldMap", kAggregate, kWidget,
     "ip*: field; lat: field; lon: field; magnitude: aggregates = count(as=_count); "
     "precision: number = 4"},
};

}  // namespace

std::span<const CatalogueEntry> aggregate_catalogue() { return kEntries; }

}  // namespace logwood::lang
