// Signatures of functions on numbers, places and times, and of expressions in general.
#include "lang/catalogue/catalogue.h"

namespace logwood::lang {
namespace {

using enum FunctionKind;

#define PART_OF_TIME(out)                                                                        \
    "field*: field = @timestamp; timezone: string; timezoneField: field = @timezone; as: field " \
    "= " out

constexpr CatalogueEntry kEntries[] = {
    {"coalesce", kCompute, 0,
     "expressions!*: exprs; as: field = _coalesce; ignoreEmpty: bool = true"},
    {"duration", kCompute, 0, "duration!*: duration; as: field = _duration"},
    {"end", kCompute, kNotInParser, "as*: field = _end"},
    {"eval", kTransform, kFieldExpressionPairs, ""},
    {"findTimestamp", kTransform, 0,
     "field*: field = @rawstring; as: field = @timestamp; timezone: string; "
     "timezoneField: field = @timezone; timezoneAs: field = @timezone; addErrors: bool = true"},
    {"formatDuration", kCompute, 0,
     "field!*: field; from: enum(ms|ns|us|s|m|h|d) = ms; precision: number = 0; as: field"},
    {"formatTime", kCompute, 0,
     "format!*: string; field: field = @timestamp; as: field = _formatTime; "
     "timezone: string; locale: string; unit: enum(auto|seconds|milliseconds) = auto"},
    {"geography:distance", kCompute, 0,
     "lat1!: field; lon1!: field; lat2!: field; lon2!: field; as: field = _distance"},
    {"geohash", kCompute, 0,
     "lat: field = ip.lat; lon: field = ip.lon; precision: number = 12; as: field = _geohash"},
    {"getField", kCompute, 0, "source!*: expr; as: field = _getField"},
    {"if", kCompute, 0, "condition!*: expr; then!: expr; else!: expr; as: field = _if"},
    {"math:abs", kCompute, 0, "field!*: field; as: field = _abs"},
    {"math:arccos", kCompute, 0, "field!*: field; as: field = _arccos"},
    {"math:arcsin", kCompute, 0, "field!*: field; as: field = _arcsin"},
    {"math:arctan", kCompute, 0, "field!*: field; as: field = _arctan"},
    {"math:arctan2", kCompute, 0, "x!: field; y!: field; as: field = _arctan2"},
    {"math:ceil", kCompute, 0, "field!*: field; as: field = _ceil"},
    {"math:cos", kCompute, 0, "field!*: field; as: field = _cos"},
    {"math:cosh", kCompute, 0, "field!*: field; as: field = _cosh"},
    {"math:deg2rad", kCompute, 0, "field!*: field; as: field = _deg2rad"},
    {"math:exp", kCompute, 0, "field!*: field; as: field = _exp"},
    {"math:expm1", kCompute, 0, "field!*: field; as: field = _expm1"},
    {"math:floor", kCompute, 0, "field!*: field; as: field = _floor"},
    {"math:log", kCompute, 0, "field!*: field; as: field = _log"},
    {"math:log10", kCompute, 0, "field!*: field; as: field = _log10"},
    {"math:log1p", kCompute, 0, "field!*: field; as: field = _log1p"},
    {"math:log2", kCompute, 0, "field!*: field; as: field = _log2"},
    {"math:mod", kCompute, 0, "field!*: field; divisor!: number; as: field = _mod"},
    {"math:pow", kCompute, 0, "field!*: field; exponent!: number; as: field = _pow"},
    {"math:rad2deg", kCompute, 0, "field!*: field; as: field = _rad2deg"},
    {"math:sin", kCompute, 0, "field!*: field; as: field = _sin"},
    {"math:sinh", kCompute, 0, "field!*: field; as: field = _sinh"},
    {"math:spherical2cartesian", kTransform, 0,
     "azimuth!: field; polar!: field; radius: number = 1.0; as: field = _spherical2cartesian"},
    {"math:sqrt", kCompute, 0, "field!*: field; as: field = _sqrt"},
    {"math:tan", kCompute, 0, "field!*: field; as: field = _tan"},
    {"math:tanh", kCompute, 0, "field!*: field; as: field = _tanh"},
    {"now", kCompute, 0, "as*: field = _now"},
    {"parseInt", kCompute, 0,
     "field!*: field; radix: number = 16; endian: enum(big|little) = big; as: field"},
    {"parseTimestamp", kTransform, 0,
     "format*: string = yyyy-MM-dd'T'HH:mm:ss[.SSSSSSSSS]XXXXX; field!: field; "
     "timezone: string; timezoneField: field = @timezone; as: field = @timestamp; "
     "timezoneAs: field = @timezone; caseSensitive: bool = true; addErrors: bool = true"},
    {"round", kCompute, 0, "field!*: field; how: enum(round|ceil|floor) = round; as: field"},
    {"setField", kTransform, 0, "target!*: expr; value!: expr"},
    {"setTimeInterval", kPreamble, kNotInParser | kNotInAlert,
     "start!*: time; end: time = now; timezone: string"},
    {"start", kCompute, kNotInParser, "as*: field = _start"},
    {"test", kFilter, 0, "expression!*: expr"},
    {"time:dayOfMonth", kCompute, 0, PART_OF_TIME("_dayOfMonth")},
    {"time:dayOfWeek", kCompute, 0, PART_OF_TIME("_dayOfWeek")},
    {"time:dayOfWeekName", kCompute, 0, PART_OF_TIME("_dayOfWeekName")},
    {"time:dayOfYear", kCompute, 0, PART_OF_TIME("_dayOfYear")},
    {"time:hour", kCompute, 0, PART_OF_TIME("_hour")},
    {"time:millisecond", kCompute, 0, PART_OF_TIME("_millisecond")},
    {"time:minute", kCompute, 0, PART_OF_TIME("_minute")},
    {"time:month", kCompute, 0, PART_OF_TIME("_month")},
    {"time:monthName", kCompute, 0, PART_OF_TIME("_monthName")},
    {"time:second", kCompute, 0, PART_OF_TIME("_second")},
    {"time:weekOfYear", kCompute, 0, PART_OF_TIME("_weekOfYear")},
    {"time:year", kCompute, 0, PART_OF_TIME("_year")},
    {"unit:convert", kCompute, 0,
     "field!*: field; as: field; from: string; to: string; unit: string; "
     "binary: bool = false; keepUnit: bool = false"},
};

}  // namespace

std::span<const CatalogueEntry> math_and_time_catalogue() { return kEntries; }

}  // namespace logwood::lang
