// Splunk HTTP event collector: objects one behind the other, {"time": seconds, "host", "source",
// "sourcetype", "index", "timezone", "event": anything, "fields": {}}; all members are optional.
#include "ingest/protocols/hec.h"
#include "ingest/protocols/json_reader.h"
#include "ingest/protocols/time_text.h"

namespace logwood::ingest {
namespace {

using Value = JsonReader::Value;
constexpr std::int64_t kSecond = 1'000'000'000;

/// `event`: text stands for itself, everything else for its JSON text; objects are flattened too.
Result<void> read_event(JsonReader& reader, Value value, Draft& draft) {
    auto token = value.raw_json_token();
    if (token.starts_with('"')) {
        TRY(auto text, reader.string(value, "event"));
        draft.field("@rawstring", text);
        return {};
    }
    if (!token.starts_with('{') && !token.starts_with('[')) {
        if (reader.is_null(value)) return reader.skip(value, "event");
        TRY(auto text, reader.scalar(value, "event"));
        draft.field("@rawstring", text);
        return {};
    }
    if (token.starts_with('{'))
        TRY_OK(reader.flatten(value, "", draft, "event"));
    else
        TRY_OK(reader.skip(value, "event"));
    auto size = static_cast<std::size_t>(reader.location() - token.data());
    std::string_view text(token.data(), size);
    draft.field("@rawstring", text.substr(0, text.find_last_of("}]") + 1));
    return {};
}

Result<void> read_fields(JsonReader& reader, Value value, GroupHead& head) {
    std::vector<std::pair<std::string, std::string>> fields;
    TRY_OK(reader.strings(value, "fields", fields));
    for (auto& [name, text] : fields) {
        if (name.starts_with('#') && name.size() > 1)
            head.tags.set(name, text);
        else
            head.fields.emplace_back(std::move(name), std::move(text));
    }
    return {};
}

Result<void> read_member(JsonReader& reader, std::string_view key, Value value,
                         const Incoming& incoming, GroupHead& head, Draft& draft) {
    if (key == "event") return read_event(reader, value, draft);
    if (reader.is_null(value)) return reader.skip(value, key);
    if (key == "fields") return read_fields(reader, value, head);
    if (key == "time") {
        TRY(auto text, reader.scalar(value, "time"));
        draft.time_ns = parse_epoch_time(text, kSecond);
        if (!draft.time_ns) return reader.wrong("time", "no number of seconds since 1970");
        return {};
    }
    if (key == "sourcetype") {
        TRY(head.type, reader.string(value, "sourcetype"));
        return {};
    }
    if (key == "index") {
        TRY(auto index, reader.string(value, "index"));
        return check_index(index, incoming);
    }
    for (auto [member, field] : kHecFields) {
        if (key != member) continue;
        TRY(auto text, reader.scalar(value, member));
        draft.field(field, text);
        return {};
    }
    return reader.skip(value, key);
}

Result<void> take_event(JsonReader& reader, std::string_view text, const Incoming& incoming,
                        Draft& draft, Intake& intake) {
    TRY_OK(reader.open(text));
    TRY(auto object, reader.root_object());
    draft.clear();
    GroupHead head;
    auto take = [&](std::string_view key, Value value) {
        return read_member(reader, key, value, incoming, head, draft);
    };
    TRY_OK(reader.members_of(object, "$", take));
    TRY_OK(reader.finish());
    if (!draft.find("@rawstring").data()) draft.field("@rawstring", "");
    return intake.take(head, draft);
}

}  // namespace

Result<void> decode_hec_event(Incoming& incoming, Intake& intake) {
    JsonReader::pad(incoming.body);
    JsonReader reader;
    Draft draft;
    auto take = [&](std::string_view text) {
        return take_event(reader, text, incoming, draft, intake);
    };
    TRY(auto events, for_each_object(incoming.body, "event", take));
    if (events == 0) return fail(Code::kInvalidArgument, std::string(kNoData));
    return {};
}

}  // namespace logwood::ingest
