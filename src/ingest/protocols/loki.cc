// Loki push: streams of {labels, entries of (time, line, structured metadata)}, as JSON or as
// protobuf, which the route has unpacked from snappy. Labels become tags; `type` chooses the parser
// as tags of that name cannot, and `repo`, which no tag may be called, is a field. Structured
// metadata become fields.
#include <optional>

#include "base/utf8.h"
#include "ingest/protocols/json_reader.h"
#include "ingest/protocols/loki_labels.h"
#include "ingest/protocols/media_type.h"
#include "ingest/protocols/protobuf_reader.h"
#include "ingest/protocols/time_text.h"

namespace logwood::ingest {
namespace {

using Value = JsonReader::Value;
using Pairs = std::vector<std::pair<std::string, std::string>>;
constexpr std::int64_t kSecond = 1'000'000'000;

Result<GroupHead> head_of(Pairs labels) {
    GroupHead head;
    for (auto& [name, value] : labels) {
        if (name.empty() || name == "#")
            return fail(Code::kInvalidArgument, "labels: a label without a name");
        if (name == "type")
            head.type = std::move(value);
        else if (name == "repo")
            head.fields.emplace_back(std::move(name), std::move(value));
        else
            head.tags.set(name, value);
    }
    return head;
}

// --- JSON ---

/// One entry of `values`: [time in ns, line] or [time in ns, line, {structured metadata}].
Result<void> read_value(JsonReader& reader, Value entry, const std::string& path, Draft& draft) {
    if (!entry.raw_json_token().starts_with('[')) return reader.wrong(path, "an array is expected");
    TRY(auto parts, reader.get(entry.get_array(), path));
    std::size_t index = 0;
    Pairs metadata;
    for (auto found : parts) {
        TRY(auto part, reader.get(std::move(found), path));
        if (index == 0) {
            TRY(auto text, reader.scalar(part, path));
            draft.time_ns = parse_epoch_time(text, 1);
            if (!draft.time_ns) return reader.wrong(path, "no number of nanoseconds since 1970");
        } else if (index == 1) {
            TRY(auto line, reader.string(part, path));
            draft.field("@rawstring", line);
        } else if (index == 2) {
            TRY_OK(reader.strings(part, path, metadata));
        } else {
            return reader.wrong(path, "more than three elements");
        }
        ++index;
    }
    if (index < 2) return reader.wrong(path, "a time and a line are expected");
    for (const auto& [name, value] : metadata) draft.field(name, value);
    return {};
}

/// One entry of `entries`, the older way: {"ts": ISO 8601, "line": text}.
Result<void> read_entry(JsonReader& reader, Value entry, const std::string& path, Draft& draft) {
    bool has_line = false;
    auto take = [&](std::string_view key, Value member) -> Result<void> {
        if (key == "ts" || key == "timestamp") {
            TRY(auto text, reader.scalar(member, path));
            auto time = parse_iso_time(text);
            if (!time) return reader.wrong(path, "no ISO 8601 time with a zone");
            draft.time_ns = time->ns;
            draft.field("@timezone", time->timezone);
            return {};
        }
        if (key != "line") return reader.skip(member, path);
        has_line = true;
        TRY(auto line, reader.string(member, path));
        draft.field("@rawstring", line);
        return {};
    };
    if (!entry.raw_json_token().starts_with('{'))
        return reader.wrong(path, "an object is expected");
    TRY_OK(reader.members(entry, path, take));
    if (!draft.time_ns || !has_line) return reader.wrong(path, "a time and a line are expected");
    return {};
}

Result<GroupHead> read_head(JsonReader& reader, JsonReader::Object& stream,
                            const std::string& path) {
    Pairs labels;
    TRY(auto object, reader.member(stream, "stream", path));
    if (object) TRY_OK(reader.strings(*object, path + ".stream", labels));
    std::optional<Value> text;
    if (!object) {
        TRY(text, reader.member(stream, "labels", path));
    }
    if (text) {
        TRY(auto written, reader.string(*text, path + ".labels"));
        auto parsed = parse_loki_labels(written);
        if (!parsed) return fail(std::move(parsed).error().with_context(path));
        labels = *std::move(parsed);
    }
    TRY_OK(reader.get(stream.reset(), path));
    auto head = head_of(std::move(labels));
    if (!head) return fail(std::move(head).error().with_context(path));
    return head;
}

Result<void> read_stream(JsonReader& reader, Value value, const std::string& path, Draft& draft,
                         Intake& intake) {
    TRY(auto stream, reader.get(value.get_object(), path + ": an object is expected"));
    TRY(auto head, read_head(reader, stream, path));
    return reader.members_of(stream, path, [&](std::string_view key, Value member) -> Result<void> {
        bool is_older = key == "entries";
        if (key != "values" && !is_older) return reader.skip(member, path);
        auto list = path + (is_older ? ".entries" : ".values");
        if (!member.raw_json_token().starts_with('['))
            return reader.wrong(list, "an array is expected");
        TRY(auto entries, reader.get(member.get_array(), list));
        std::size_t index = 0;
        for (auto found : entries) {
            auto place = list + "[" + std::to_string(index++) + "]";
            TRY(auto entry, reader.get(std::move(found), place));
            draft.clear();
            TRY_OK(is_older ? read_entry(reader, entry, place, draft)
                            : read_value(reader, entry, place, draft));
            TRY_OK(intake.take(head, draft));
        }
        return {};
    });
}

Result<void> decode_json_streams(std::string& body, Intake& intake) {
    JsonReader::pad(body);
    JsonReader reader;
    TRY_OK(reader.open(body));
    TRY(auto root, reader.root_object());
    Draft draft;
    bool has_streams = false;
    auto take = [&](std::string_view key, Value member) -> Result<void> {
        if (key != "streams") return reader.skip(member, "$");
        has_streams = true;
        if (!member.raw_json_token().starts_with('['))
            return reader.wrong("streams", "an array is expected");
        TRY(auto streams, reader.get(member.get_array(), "streams"));
        std::size_t index = 0;
        for (auto found : streams) {
            auto path = "streams[" + std::to_string(index++) + "]";
            TRY(auto stream, reader.get(std::move(found), path));
            TRY_OK(read_stream(reader, stream, path, draft, intake));
        }
        return {};
    };
    TRY_OK(reader.members_of(root, "$", take));
    if (!has_streams) return reader.wrong("$", "streams are missing");
    return reader.finish();
}

// --- protobuf: PushRequest {1: Stream {1: labels, 2: Entry {1: Timestamp {1: s, 2: ns}, 2: line,
// 3: LabelPair {1: name, 2: value}}}} ---

class Push {
 public:
    Push(std::string_view body, Intake& intake) : body_(body), intake_(intake) {}

    Result<void> request() {
        ProtobufReader fields(body_, body_);
        while (!fields.is_done()) {
            TRY(auto found, fields.next());
            if (found.number != 1) continue;
            TRY_OK(fields.expect(found, Wire::kBytes));
            TRY_OK(stream(found.bytes));
        }
        return {};
    }

 private:
    Result<void> stream(std::string_view message) {
        std::string_view labels = "{}";
        ProtobufReader first(body_, message);
        while (!first.is_done()) {
            TRY(auto found, first.next());
            if (found.number != 1) continue;
            TRY_OK(first.expect(found, Wire::kBytes));
            labels = found.bytes;
        }
        auto parsed = parse_loki_labels(labels);
        if (!parsed) return first.wrong(labels.data(), parsed.error().message);
        auto head = head_of(*std::move(parsed));
        if (!head) return first.wrong(labels.data(), head.error().message);
        ProtobufReader fields(body_, message);
        while (!fields.is_done()) {
            TRY(auto found, fields.next());
            if (found.number != 2) continue;
            TRY_OK(fields.expect(found, Wire::kBytes));
            draft_.clear();
            TRY_OK(entry(found.bytes));
            TRY_OK(intake_.take(*head, draft_));
        }
        return {};
    }
    Result<void> entry(std::string_view message) {
        ProtobufReader fields(body_, message);
        std::string_view line;
        while (!fields.is_done()) {
            TRY(auto found, fields.next());
            if (found.number == 0 || found.number > 3) continue;
            TRY_OK(fields.expect(found, Wire::kBytes));
            if (found.number == 1) TRY_OK(time(found.bytes));
            if (found.number == 2) line = found.bytes;
            if (found.number == 3) TRY_OK(metadata(found.bytes));
        }
        if (!draft_.time_ns) return fields.wrong(message.data(), "an entry without a time");
        draft_.field("@rawstring", line);
        return {};
    }
    Result<void> time(std::string_view message) {
        ProtobufReader fields(body_, message);
        std::int64_t seconds = 0;
        std::int64_t nanos = 0;
        while (!fields.is_done()) {
            TRY(auto found, fields.next());
            if (found.number > 2) continue;
            TRY_OK(fields.expect(found, Wire::kVarint));
            (found.number == 1 ? seconds : nanos) = static_cast<std::int64_t>(found.value);
        }
        std::int64_t ns = 0;
        if (nanos < 0 || nanos >= kSecond || __builtin_mul_overflow(seconds, kSecond, &ns) ||
            __builtin_add_overflow(ns, nanos, &ns))
            return fields.wrong(message.data(), "no time between 1678 and 2262");
        draft_.time_ns = ns;
        return {};
    }
    Result<void> metadata(std::string_view message) {
        ProtobufReader fields(body_, message);
        std::string_view name;
        std::string_view value;
        while (!fields.is_done()) {
            TRY(auto found, fields.next());
            if (found.number > 2) continue;
            TRY_OK(fields.expect(found, Wire::kBytes));
            (found.number == 1 ? name : value) = found.bytes;
        }
        if (name.empty() || !is_utf8(name))
            return fields.wrong(message.data(), "metadata without a name in UTF-8");
        draft_.field(name, value);
        return {};
    }

    std::string_view body_;
    Intake& intake_;
    Draft draft_;
};

}  // namespace

Result<void> decode_loki(Incoming& incoming, Intake& intake) {
    if (is_json_type(incoming.content_type)) return decode_json_streams(incoming.body, intake);
    return Push(incoming.body, intake).request();
}

}  // namespace logwood::ingest
