#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace logwood::ingest {

/// What a field of OTLP holds: how it is written in protobuf, in OTLP's JSON, and in our events.
enum class OtlpKind : std::uint8_t {
    kString,
    kBytes,  ///< Base64 in JSON.
    kHex,    ///< Bytes; hex in JSON: ids of traces and spans.
    kBool,
    kInteger,  ///< Varint, two's complement.
    kUnsigned,
    kZigZag,
    kFixed32,
    kFixed64,
    kSignedFixed64,
    kDouble,
    kMessage,
    kAttributes,  ///< Repeated KeyValue: an object in our events.
    kValue,       ///< AnyValue: what it holds stands for itself in our events.
};

struct OtlpSchema;

struct OtlpField {
    std::uint32_t number = 0;
    std::string_view name;  ///< As in OTLP's JSON.
    OtlpKind kind = OtlpKind::kString;
    const OtlpSchema* message = nullptr;  ///< Of kMessage, kAttributes and kValue.
    bool is_repeated = false;
    bool keeps_zero = false;  ///< A zero that was written means more than an absent field.
};

/// A message of OTLP 1.x, with the published field numbers and names; what is not in it is ignored.
struct OtlpSchema {
    std::span<const OtlpField> fields;

    const OtlpField* find(std::uint32_t number) const;
    const OtlpField* find(std::string_view name) const;
};

/// Fields of the largest message.
inline constexpr std::size_t kOtlpFieldsMax = 16;

extern const OtlpSchema kOtlpAnyValue;
extern const OtlpSchema kOtlpKeyValue;
extern const OtlpSchema kOtlpResource;
extern const OtlpSchema kOtlpScope;
extern const OtlpSchema kOtlpLogRecord;
extern const OtlpSchema kOtlpSpan;
extern const OtlpSchema kOtlpMetric;
extern const OtlpSchema kOtlpLogsRequest;
extern const OtlpSchema kOtlpTracesRequest;
extern const OtlpSchema kOtlpMetricsRequest;

}  // namespace logwood::ingest
