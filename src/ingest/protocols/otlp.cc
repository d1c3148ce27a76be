// OTLP over HTTP, protobuf and JSON: one event a log record, span or data point of a metric. Its
// JSON, with the resource, the scope and the metric in front, is the rawstring, and is flattened.
#include <limits>
#include <optional>

#include "base/bytes.h"
#include "base/json_text.h"
#include "exec/parse/json_flatten.h"
#include "ingest/limits.h"
#include "ingest/protocols/media_type.h"
#include "ingest/protocols/otlp_json.h"
#include "ingest/protocols/otlp_text.h"
#include "ingest/protocols/protocol.h"

namespace logwood::ingest {
namespace {

/// What tells logs, traces and metrics apart; all have resources, scopes and items below.
struct Signal {
    const OtlpSchema& request;
    const OtlpSchema& item;
    std::uint32_t time;           ///< Field of the item.
    std::uint32_t time_fallback;  ///< The same field when there is none.
    std::string_view rejected;    ///< Name of the count in the answer.
};
const Signal kLogs{kOtlpLogsRequest, kOtlpLogRecord, 1, 11, "rejectedLogRecords"};
const Signal kTraces{kOtlpTracesRequest, kOtlpSpan, 7, 8, "rejectedSpans"};
const Signal kMetrics{kOtlpMetricsRequest, kOtlpMetric, 3, 3, "rejectedDataPoints"};

/// What of a request could not be stored although its bytes are in order.
struct Rejected {
    std::size_t count = 0;
    std::string why;  ///< Of the first one.
};

class Walk {
 public:
    Walk(const Signal& signal, std::string_view body, Intake& intake)
        : signal_(signal), text_(body), body_(body), intake_(intake) {}

    Result<void> request() { return each(signal_.request, body_, &Walk::resource); }
    const Rejected& rejected() const { return rejected_; }

 private:
    using Visit = Result<void> (Walk::*)(const OtlpField& field, std::string_view message);

    /// Visits the repeated messages of one.
    Result<void> each(const OtlpSchema& schema, std::string_view message, Visit visit);
    /// Visits the repeated messages of one, whose context `name` is the message in field 1.
    Result<void> each_with(const OtlpField& field, std::string_view message, std::string& context,
                           Visit visit);
    Result<void> resource(const OtlpField& field, std::string_view message) {
        return each_with(field, message, resource_, &Walk::scope);
    }
    Result<void> scope(const OtlpField& field, std::string_view message) {
        bool is_metric = &signal_.item == &kOtlpMetric;
        return each_with(field, message, scope_, is_metric ? &Walk::metric : &Walk::item);
    }
    Result<void> metric(const OtlpField& field, std::string_view message);
    Result<void> item(const OtlpField& field, std::string_view message);
    Result<void> flatten_context();
    Result<void> convert(const OtlpSchema& schema, std::string_view message);
    Result<std::optional<std::int64_t>> time_of(std::string_view message);

    const Signal& signal_;
    OtlpText text_;
    std::string_view body_;
    Intake& intake_;
    std::string resource_;  ///< `"resource":{...}`, or empty.
    std::string scope_;
    std::string metric_;
    std::string context_;  ///< `{` and what is set of the three, with commas.
    Draft context_fields_;
    bool is_context_flat_ = false;
    std::string item_;
    Draft draft_;
    exec::JsonFlattener flattener_;
    std::size_t bytes_ = 0;
    std::size_t number_ = 0;
    Rejected rejected_;
};

Result<void> Walk::each(const OtlpSchema& schema, std::string_view message, Visit visit) {
    auto fields = text_.reader(message);
    while (!fields.is_done()) {
        TRY(auto found, fields.next());
        const auto* field = schema.find(found.number);
        if (!field || !field->is_repeated || field->kind != OtlpKind::kMessage) continue;
        TRY_OK(fields.expect(found, Wire::kBytes));
        TRY_OK((this->*visit)(*field, found.bytes));
    }
    return {};
}

Result<void> Walk::each_with(const OtlpField& field, std::string_view message, std::string& context,
                             Visit visit) {
    const auto& own = field.message->fields[0];
    context.clear();
    is_context_flat_ = false;
    auto fields = text_.reader(message);
    while (!fields.is_done()) {
        TRY(auto found, fields.next());
        if (found.number != own.number) continue;
        TRY_OK(fields.expect(found, Wire::kBytes));
        context = '"' + std::string(own.name) + "\":";
        TRY_OK(text_.append(*own.message, found.bytes, context));
    }
    return each(*field.message, message, visit);
}

/// A metric is the context of its points; their kind says in which field it keeps them.
Result<void> Walk::metric(const OtlpField& field, std::string_view message) {
    auto fields = text_.reader(message);
    const OtlpField* kind = nullptr;
    std::string_view points;
    while (!fields.is_done()) {
        TRY(auto found, fields.next());
        const auto* member = field.message->find(found.number);
        if (!member || member->kind != OtlpKind::kMessage) continue;
        TRY_OK(fields.expect(found, Wire::kBytes));
        kind = member;
        points = found.bytes;
    }
    if (!kind) return {};
    metric_ = R"("metric":)";
    TRY_OK(text_.append_head(*field.message, message, metric_));
    metric_.pop_back();
    metric_ += (metric_.back() == '{' ? R"("type":")" : R"(,"type":")") + std::string(kind->name);
    std::string of_kind;
    TRY_OK(text_.append_head(*kind->message, points, of_kind));
    metric_ += of_kind.size() > 2 ? "\"," + of_kind.substr(1) : "\"}";
    is_context_flat_ = false;
    TRY_OK(each(*kind->message, points, &Walk::item));
    metric_.clear();
    return {};
}

Result<void> Walk::flatten_context() {
    context_ = "{";
    for (const auto* part : {&resource_, &scope_, &metric_})
        if (!part->empty()) (context_ += *part) += ',';
    context_fields_.clear();
    is_context_flat_ = true;
    if (context_.size() == 1) return {};
    exec::JsonFlattenOptions options{.nulls = exec::JsonFlattenOptions::Nulls::kDiscard};
    auto whole = context_;
    whole.back() = '}';
    return flattener_.flatten(whole, options, context_fields_);
}

Result<std::optional<std::int64_t>> Walk::time_of(std::string_view message) {
    std::uint64_t time = 0;
    std::uint64_t fallback = 0;
    auto fields = text_.reader(message);
    while (!fields.is_done()) {
        TRY(auto found, fields.next());
        if (found.number == signal_.time) time = found.value;
        if (found.number == signal_.time_fallback) fallback = found.value;
    }
    if (time == 0) time = fallback;
    if (time == 0) return std::nullopt;
    if (time > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return fail(Code::kTooLarge, "the time is after the year 2262");
    return static_cast<std::int64_t>(time);
}

/// Fills draft_; kTooLarge when it cannot be stored.
Result<void> Walk::convert(const OtlpSchema& schema, std::string_view message) {
    if (!is_context_flat_) TRY_OK(flatten_context());
    item_.clear();
    TRY_OK(text_.append(schema, message, item_));
    TRY(auto time, time_of(message));
    draft_ = context_fields_;
    draft_.time_ns = time;
    exec::JsonFlattenOptions options{.nulls = exec::JsonFlattenOptions::Nulls::kDiscard};
    TRY_OK(flattener_.flatten(item_, options, draft_));
    auto raw = context_;
    if (item_ == "{}" && raw.size() > 1) raw.pop_back();
    draft_.field("@rawstring", raw.append(item_, 1));
    return {};
}

Result<void> Walk::item(const OtlpField& field, std::string_view message) {
    auto number = number_++;
    auto converted = convert(*field.message, message);
    if (!converted && converted.error().code == Code::kTooLarge) {
        if (rejected_.count++ == 0)
            rejected_.why = "item " + std::to_string(number) + ": " + converted.error().message;
        return {};
    }
    if (!converted) return converted;
    bytes_ += draft_.find("@rawstring").size();
    if (bytes_ > kExpandedBytesMax)
        return fail(Code::kTooLarge, "the events, each with its resource and scope, are too many");
    return intake_.take({}, draft_);
}

/// What Export...ServiceResponse says: an empty message when all was taken.
std::string answer_of(const Rejected& rejected, const Signal& signal, bool is_json) {
    std::string out;
    if (is_json) {
        if (rejected.count == 0) return "{}";
        out = R"({"partialSuccess":{")" + std::string(signal.rejected) + R"(":")" +
              std::to_string(rejected.count) + R"(","errorMessage":)";
        append_json_string(out, rejected.why);
        return out + "}}";
    }
    if (rejected.count == 0) return out;
    constexpr char kCount = 1 << 3;
    constexpr char kText = 2 << 3 | 2;
    constexpr char kPartialSuccess = 1 << 3 | 2;
    std::string partial(1, kCount);
    ByteWriter writer(partial);
    writer.put_varint(rejected.count);
    partial += kText;
    writer.put_string(rejected.why);
    out += kPartialSuccess;
    ByteWriter(out).put_string(partial);
    return out;
}

Result<void> decode(const Signal& signal, Incoming& incoming, Intake& intake) {
    bool is_json = is_json_type(incoming.content_type);
    if (is_json) {
        TRY(incoming.body, otlp_protobuf_of(incoming.body, signal.request));
    }
    Walk walk(signal, incoming.body, intake);
    TRY_OK(walk.request());
    incoming.answer = answer_of(walk.rejected(), signal, is_json);
    return {};
}

}  // namespace

Result<void> decode_otlp_logs(Incoming& incoming, Intake& intake) {
    return decode(kLogs, incoming, intake);
}
Result<void> decode_otlp_traces(Incoming& incoming, Intake& intake) {
    return decode(kTraces, incoming, intake);
}
Result<void> decode_otlp_metrics(Incoming& incoming, Intake& intake) {
    return decode(kMetrics, incoming, intake);
}

}  // namespace logwood::ingest
