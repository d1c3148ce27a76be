// Field numbers are those of opentelemetry/proto: common/v1, resource/v1, logs/v1, trace/v1,
// metrics/v1 and the collector's services.
#include "ingest/protocols/otlp_schema.h"

#include <algorithm>

namespace logwood::ingest {
namespace {

using enum OtlpKind;

constexpr OtlpField message(std::uint32_t number, std::string_view name, const OtlpSchema& of) {
    return {number, name, kMessage, &of, false, true};
}
constexpr OtlpField messages(std::uint32_t number, std::string_view name, const OtlpSchema& of) {
    return {number, name, kMessage, &of, true};
}
constexpr OtlpField attributes(std::uint32_t number, std::string_view name = "attributes") {
    return {number, name, kAttributes, &kOtlpKeyValue, true};
}
constexpr OtlpField zero_too(std::uint32_t number, std::string_view name, OtlpKind kind) {
    return {number, name, kind, nullptr, false, true};
}
constexpr OtlpField repeated(std::uint32_t number, std::string_view name, OtlpKind kind) {
    return {number, name, kind, nullptr, true};
}

extern const OtlpSchema kArrayValue;
extern const OtlpSchema kKeyValueList;
const OtlpField kAnyValueFields[] = {
    zero_too(1, "stringValue", kString),   zero_too(2, "boolValue", kBool),
    zero_too(3, "intValue", kInteger),     zero_too(4, "doubleValue", kDouble),
    message(5, "arrayValue", kArrayValue), message(6, "kvlistValue", kKeyValueList),
    zero_too(7, "bytesValue", kBytes),
};
const OtlpField kArrayValueFields[] = {{1, "values", kValue, &kOtlpAnyValue, true}};
const OtlpSchema kArrayValue{kArrayValueFields};
const OtlpField kKeyValueListFields[] = {attributes(1, "values")};
const OtlpSchema kKeyValueList{kKeyValueListFields};
const OtlpField kKeyValueFields[] = {{1, "key", kString}, {2, "value", kValue, &kOtlpAnyValue}};

const OtlpField kResourceFields[] = {attributes(1), {2, "droppedAttributesCount", kUnsigned}};
const OtlpField kScopeFields[] = {{1, "name", kString},
                                  {2, "version", kString},
                                  attributes(3),
                                  {4, "droppedAttributesCount", kUnsigned}};

const OtlpField kLogRecordFields[] = {
    {1, "timeUnixNano", kFixed64},
    {11, "observedTimeUnixNano", kFixed64},
    {2, "severityNumber", kInteger},
    {3, "severityText", kString},
    {12, "eventName", kString},
    {5, "body", kValue, &kOtlpAnyValue},
    attributes(6),
    {7, "droppedAttributesCount", kUnsigned},
    {8, "flags", kFixed32},
    {9, "traceId", kHex},
    {10, "spanId", kHex},
};

const OtlpField kSpanEventFields[] = {{1, "timeUnixNano", kFixed64},
                                      {2, "name", kString},
                                      attributes(3),
                                      {4, "droppedAttributesCount", kUnsigned}};
const OtlpSchema kSpanEvent{kSpanEventFields};
const OtlpField kSpanLinkFields[] = {{1, "traceId", kHex},
                                     {2, "spanId", kHex},
                                     {3, "traceState", kString},
                                     attributes(4),
                                     {5, "droppedAttributesCount", kUnsigned},
                                     {6, "flags", kFixed32}};
const OtlpSchema kSpanLink{kSpanLinkFields};
const OtlpField kSpanStatusFields[] = {{2, "message", kString}, {3, "code", kInteger}};
const OtlpSchema kSpanStatus{kSpanStatusFields};
const OtlpField kSpanFields[] = {
    {1, "traceId", kHex},
    {2, "spanId", kHex},
    {3, "traceState", kString},
    {4, "parentSpanId", kHex},
    {16, "flags", kFixed32},
    {5, "name", kString},
    {6, "kind", kInteger},
    {7, "startTimeUnixNano", kFixed64},
    {8, "endTimeUnixNano", kFixed64},
    attributes(9),
    {10, "droppedAttributesCount", kUnsigned},
    messages(11, "events", kSpanEvent),
    {12, "droppedEventsCount", kUnsigned},
    messages(13, "links", kSpanLink),
    {14, "droppedLinksCount", kUnsigned},
    {15, "status", kMessage, &kSpanStatus},
};
static_assert(std::size(kSpanFields) == kOtlpFieldsMax);

const OtlpField kExemplarFields[] = {attributes(7, "filteredAttributes"),
                                     {2, "timeUnixNano", kFixed64},
                                     zero_too(3, "asDouble", kDouble),
                                     zero_too(6, "asInt", kSignedFixed64),
                                     {4, "spanId", kHex},
                                     {5, "traceId", kHex}};
const OtlpSchema kExemplar{kExemplarFields};
const OtlpField kNumberPointFields[] = {
    attributes(7),
    {2, "startTimeUnixNano", kFixed64},
    {3, "timeUnixNano", kFixed64},
    zero_too(4, "asDouble", kDouble),
    zero_too(6, "asInt", kSignedFixed64),
    messages(5, "exemplars", kExemplar),
    {8, "flags", kUnsigned},
};
const OtlpSchema kNumberPoint{kNumberPointFields};
const OtlpField kHistogramPointFields[] = {
    attributes(9),
    {2, "startTimeUnixNano", kFixed64},
    {3, "timeUnixNano", kFixed64},
    zero_too(4, "count", kFixed64),
    zero_too(5, "sum", kDouble),
    repeated(6, "bucketCounts", kFixed64),
    repeated(7, "explicitBounds", kDouble),
    messages(8, "exemplars", kExemplar),
    {10, "flags", kUnsigned},
    zero_too(11, "min", kDouble),
    zero_too(12, "max", kDouble),
};
const OtlpSchema kHistogramPoint{kHistogramPointFields};
const OtlpField kBucketsFields[] = {zero_too(1, "offset", kZigZag),
                                    repeated(2, "bucketCounts", kUnsigned)};
const OtlpSchema kBuckets{kBucketsFields};
const OtlpField kExponentialPointFields[] = {
    attributes(1),
    {2, "startTimeUnixNano", kFixed64},
    {3, "timeUnixNano", kFixed64},
    zero_too(4, "count", kFixed64),
    zero_too(5, "sum", kDouble),
    zero_too(6, "scale", kZigZag),
    zero_too(7, "zeroCount", kFixed64),
    message(8, "positive", kBuckets),
    message(9, "negative", kBuckets),
    {10, "flags", kUnsigned},
    messages(11, "exemplars", kExemplar),
    zero_too(12, "min", kDouble),
    zero_too(13, "max", kDouble),
    {14, "zeroThreshold", kDouble},
};
const OtlpSchema kExponentialPoint{kExponentialPointFields};
const OtlpField kQuantileFields[] = {zero_too(1, "quantile", kDouble),
                                     zero_too(2, "value", kDouble)};
const OtlpSchema kQuantile{kQuantileFields};
const OtlpField kSummaryPointFields[] = {
    attributes(7),
    {2, "startTimeUnixNano", kFixed64},
    {3, "timeUnixNano", kFixed64},
    zero_too(4, "count", kFixed64),
    zero_too(5, "sum", kDouble),
    messages(6, "quantileValues", kQuantile),
    {8, "flags", kUnsigned},
};
const OtlpSchema kSummaryPoint{kSummaryPointFields};

const OtlpField kGaugeFields[] = {messages(1, "dataPoints", kNumberPoint)};
const OtlpSchema kGauge{kGaugeFields};
const OtlpField kSumFields[] = {messages(1, "dataPoints", kNumberPoint),
                                {2, "aggregationTemporality", kInteger},
                                zero_too(3, "isMonotonic", kBool)};
const OtlpSchema kSum{kSumFields};
const OtlpField kHistogramFields[] = {messages(1, "dataPoints", kHistogramPoint),
                                      {2, "aggregationTemporality", kInteger}};
const OtlpSchema kHistogram{kHistogramFields};
const OtlpField kExponentialFields[] = {messages(1, "dataPoints", kExponentialPoint),
                                        {2, "aggregationTemporality", kInteger}};
const OtlpSchema kExponential{kExponentialFields};
const OtlpField kSummaryFields[] = {messages(1, "dataPoints", kSummaryPoint)};
const OtlpSchema kSummary{kSummaryFields};
const OtlpField kMetricFields[] = {
    {1, "name", kString},
    {2, "description", kString},
    {3, "unit", kString},
    message(5, "gauge", kGauge),
    message(7, "sum", kSum),
    message(9, "histogram", kHistogram),
    message(10, "exponentialHistogram", kExponential),
    message(11, "summary", kSummary),
    attributes(12, "metadata"),
};

const OtlpField kScopeLogsFields[] = {message(1, "scope", kOtlpScope),
                                      messages(2, "logRecords", kOtlpLogRecord)};
const OtlpSchema kScopeLogs{kScopeLogsFields};
const OtlpField kResourceLogsFields[] = {message(1, "resource", kOtlpResource),
                                         messages(2, "scopeLogs", kScopeLogs)};
const OtlpSchema kResourceLogs{kResourceLogsFields};
const OtlpField kLogsRequestFields[] = {messages(1, "resourceLogs", kResourceLogs)};

const OtlpField kScopeSpansFields[] = {message(1, "scope", kOtlpScope),
                                       messages(2, "spans", kOtlpSpan)};
const OtlpSchema kScopeSpans{kScopeSpansFields};
const OtlpField kResourceSpansFields[] = {message(1, "resource", kOtlpResource),
                                          messages(2, "scopeSpans", kScopeSpans)};
const OtlpSchema kResourceSpans{kResourceSpansFields};
const OtlpField kTracesRequestFields[] = {messages(1, "resourceSpans", kResourceSpans)};

const OtlpField kScopeMetricsFields[] = {message(1, "scope", kOtlpScope),
                                         messages(2, "metrics", kOtlpMetric)};
const OtlpSchema kScopeMetrics{kScopeMetricsFields};
const OtlpField kResourceMetricsFields[] = {message(1, "resource", kOtlpResource),
                                            messages(2, "scopeMetrics", kScopeMetrics)};
const OtlpSchema kResourceMetrics{kResourceMetricsFields};
const OtlpField kMetricsRequestFields[] = {messages(1, "resourceMetrics", kResourceMetrics)};

}  // namespace

const OtlpSchema kOtlpAnyValue{kAnyValueFields};
const OtlpSchema kOtlpKeyValue{kKeyValueFields};
const OtlpSchema kOtlpResource{kResourceFields};
const OtlpSchema kOtlpScope{kScopeFields};
const OtlpSchema kOtlpLogRecord{kLogRecordFields};
const OtlpSchema kOtlpSpan{kSpanFields};
const OtlpSchema kOtlpMetric{kMetricFields};
const OtlpSchema kOtlpLogsRequest{kLogsRequestFields};
const OtlpSchema kOtlpTracesRequest{kTracesRequestFields};
const OtlpSchema kOtlpMetricsRequest{kMetricsRequestFields};

const OtlpField* OtlpSchema::find(std::uint32_t number) const {
    auto at = std::ranges::find(fields, number, &OtlpField::number);
    return at == fields.end() ? nullptr : &*at;
}

const OtlpField* OtlpSchema::find(std::string_view name) const {
    auto at = std::ranges::find(fields, name, &OtlpField::name);
    return at == fields.end() ? nullptr : &*at;
}

}  // namespace logwood::ingest
