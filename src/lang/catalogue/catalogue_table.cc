// Signatures of functions that combine events with other data, keep or drop fields, or speak of
// the query as a whole.
#include "lang/catalogue/catalogue.h"

namespace logwood::lang {
namespace {

using enum FunctionKind;

constexpr CatalogueEntry kEntries[] = {
    {"asn", kTransform, 0, "field*: field = ip; as: field"},
    {"beta:param", kTransform, 0, "parameter!*: param; as!: field"},
    {"beta:repeating", kModifier, kNotInParser, "interval*: duration; as: field"},
    {"cidr", kFilter, 0,
     "field!*: field; subnet: strings; file|table: string; column: string; negate: bool = false"},
    {"copyEvent", kTransform, kParserOnly, "type!*: string"},
    {"default", kTransform, 0,
     "value!*: string; field|fields!: fields; replaceEmpty: bool = false"},
    {"defineTable", kPreamble, kNotInParser | kNotInAlert,
     "query!*: pipeline; name!: string; include!: strings; start: time; end: time; view: string"},
    {"drop", kTransform, 0, "fields|field!*: fields"},
    {"dropEvent", kTransform, 0, ""},
    {"eventFieldCount", kCompute, kBeforeAggregate, "as: field = _eventFieldCount"},
    {"eventInternals", kTransform, kBeforeAggregate, "prefix: string = @"},
    {"eventSize", kCompute, 0, "as*: field = _eventSize"},
    {"explain:asTable", kModifier, kNotInParser | kNotInAlert, "showPrefilters: bool = true"},
    {"in", kFilter, 0, "field!*: field; values!: strings; ignoreCase: bool = false"},
    {"ioc:lookup", kTransform, kUsableAsFilter,
     "field!*: fields; type!: enum(ip_address|domain|url); "
     "confidenceThreshold: enum(high|medium|low|unverified) = high; include: strings; "
     "prefix: string = ioc; strict: bool = false"},
    {"ipLocation", kTransform, 0, "field*: field = ip; as: field"},
    {"join", kTransform, kUsableAsFilter | kNotInParser,
     "query!*: pipeline; field!: fields; key: fields; include: strings; "
     "mode: enum(inner|left) = inner; max: number = 1; limit: limit = 100000; start: time; "
     "end: time; view|repo: string; live: bool"},
    {"lookup", kTransform, kUsableAsFilter | kHistoric,
     "file|table!*: string; field!: fields; column: fields; include: strings; "
     "mode: enum(string|cidr|glob) = string; ignoreCase: bool = false; strict: bool = false; "
     "nrows: limit = 1; glob: bool = false"},
    {"match", kTransform, kUsableAsFilter,
     "file|table!*: string; field!: fields; column: fields; include: strings; "
     "mode: enum(string|cidr|glob) = string; ignoreCase: bool = false; strict: bool = true; "
     "nrows: limit = 1; glob: bool = false"},
    {"matchAsArray", kTransform, 0,
     "file|table!*: string; field!: fields; column: fields; include: strings; nrows!: number; "
     "ignoreCase: bool = false; strict: bool = false; asArray: array"},
    {"rdns", kTransform, 0, "field!*: field; as: field = hostname; server: string; limit: number"},
    {"readFile", kSource, kNotInParser, "file|table!*: strings; include: strings; limit: limit"},
    {"readPersistedAggregation", kSource, kNotInParser,
     "tag!*: string; start: time; end: time; view: string; span: duration; timezone: string"},
    {"remoteTable", kPreamble, kNotInParser | kNotInAlert,
     "connection!: string; name!: string; query!: string; include!: strings; start: time; "
     "end: time"},
    {"rename", kTransform, 0, "field!*: field-or-pairs; as: field"},
    {"reverseDns", kTransform, kAfterAggregate | kNotInParser | kNotInAlert,
     "field!*: field; as: field = _hostname; limit: number = 5000; server: string"},
    {"sample", kFilter, kNotNegatable, "percentage*: number = 1; field: field = @timestamp"},
    {"select", kTransform, 0, "fields|field!*: fields"},
    {"selfJoinFilter", kFilter, kNotInParser,
     "field!*: fields; where!: pipelines; prefilter: bool = false"},
    {"subnet", kCompute, 0, "field!*: field; bits!: number; as: field = _subnet"},
};

}  // namespace

std::span<const CatalogueEntry> table_catalogue() { return kEntries; }

}  // namespace logwood::lang
