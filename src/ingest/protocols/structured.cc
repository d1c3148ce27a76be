// humio-structured: [{"tags": {}, "events": [{"timestamp": ISO 8601 or ms, "timezone": name,
// "attributes": {}, "rawstring": text}, ...]}, ...]. Without a rawstring the attributes' JSON text
// stands for it.
#include "ingest/protocols/json_reader.h"
#include "ingest/protocols/time_text.h"

namespace logwood::ingest {
namespace {

using Value = JsonReader::Value;
constexpr std::int64_t kMillisecond = 1'000'000;

/// What was read of one event so far.
struct Event {
    bool has_time = false;
    bool has_raw = false;
    bool is_iso = false;
    std::string timezone = "Z";
    std::string_view attributes_text;
};

Result<void> read_time(JsonReader& reader, Value value, const std::string& path, Event& event,
                       Draft& draft) {
    event.has_time = true;
    event.is_iso = value.raw_json_token().starts_with('"');
    TRY(auto text, reader.scalar(value, path));
    if (event.is_iso) {
        auto time = parse_iso_time(text);
        if (!time) return reader.wrong(path, "no ISO 8601 time with a zone");
        draft.time_ns = time->ns;
        event.timezone = std::move(time->timezone);
        return {};
    }
    draft.time_ns = parse_epoch_time(text, kMillisecond);
    if (!draft.time_ns) return reader.wrong(path, "no number of milliseconds since 1970");
    return {};
}

Result<void> read_attributes(JsonReader& reader, Value value, const std::string& path, Event& event,
                             Draft& draft) {
    auto token = value.raw_json_token();
    if (token.starts_with("null")) return reader.skip(value, path);
    if (!token.starts_with('{')) return reader.wrong(path, "an object is expected");
    auto* begin = token.data();
    TRY_OK(reader.flatten(value, "", draft, path));
    std::string_view text(begin, static_cast<std::size_t>(reader.location() - begin));
    event.attributes_text = text.substr(0, text.rfind('}') + 1);
    return {};
}

Result<void> read_event(JsonReader& reader, Value value, const std::string& path, Draft& draft) {
    Event event;
    draft.clear();
    std::string given_zone;
    auto take = [&](std::string_view key, Value member) -> Result<void> {
        if (key == "timestamp") return read_time(reader, member, path + ".timestamp", event, draft);
        if (key == "attributes")
            return read_attributes(reader, member, path + ".attributes", event, draft);
        if (key == "rawstring" && !reader.is_null(member)) {
            event.has_raw = true;
            TRY(auto text, reader.string(member, path + ".rawstring"));
            draft.field("@rawstring", text);
            return {};
        }
        if (key == "timezone" && !reader.is_null(member)) {
            TRY(given_zone, reader.string(member, path + ".timezone"));
            return {};
        }
        return reader.skip(member, path);
    };
    TRY_OK(reader.members(value, path, take));
    if (!event.has_time) return reader.wrong(path, "the timestamp is missing");
    if (!event.has_raw)
        draft.field("@rawstring", event.attributes_text.empty() ? "{}" : event.attributes_text);
    draft.field("@timezone", event.is_iso || given_zone.empty() ? event.timezone : given_zone);
    return {};
}

}  // namespace

Result<void> decode_structured(Incoming& incoming, Intake& intake) {
    JsonReader::pad(incoming.body);
    JsonReader reader;
    TRY_OK(reader.open(incoming.body));
    TRY(auto groups, reader.root_array());
    Draft draft;
    std::size_t group_index = 0;
    for (auto found : groups) {
        auto path = "[" + std::to_string(group_index++) + "]";
        TRY(auto value, reader.get(std::move(found), path));
        TRY(auto group, reader.get(value.get_object(), path + ": an object is expected"));
        GroupHead head;
        TRY(auto tags, reader.member(group, "tags", path));
        if (tags) TRY_OK(reader.tags(*tags, path + ".tags", head.tags));
        TRY_OK(reader.get(group.reset(), path));
        bool has_events = false;
        auto take = [&](std::string_view key, Value member) -> Result<void> {
            if (key != "events" || has_events) return reader.skip(member, path);
            has_events = true;
            TRY(auto events, reader.get(member.get_array(), path + ".events"));
            std::size_t index = 0;
            for (auto one : events) {
                auto event_path = path + ".events[" + std::to_string(index++) + "]";
                TRY(auto event, reader.get(std::move(one), event_path));
                TRY_OK(read_event(reader, event, event_path, draft));
                TRY_OK(intake.take(head, draft));
            }
            return {};
        };
        TRY_OK(reader.members_of(group, path, take));
        if (!has_events) return reader.wrong(path, "events are missing");
    }
    return reader.finish();
}

}  // namespace logwood::ingest
