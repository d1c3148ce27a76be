// humio-unstructured: [{"type": parser, "tags": {}, "fields": {}, "messages": ["line", ...]}, ...]
#include "ingest/protocols/json_reader.h"

namespace logwood::ingest {
namespace {

using Value = JsonReader::Value;

Result<GroupHead> read_head(JsonReader& reader, JsonReader::Object& group,
                            const std::string& path) {
    GroupHead head;
    TRY(auto tags, reader.member(group, "tags", path));
    if (tags) TRY_OK(reader.tags(*tags, path + ".tags", head.tags));
    TRY(auto type, reader.member(group, "type", path));
    if (type && !reader.is_null(*type)) {
        TRY(head.type, reader.string(*type, path + ".type"));
    }
    TRY(auto fields, reader.member(group, "fields", path));
    if (fields && !reader.is_null(*fields))
        TRY_OK(reader.strings(*fields, path + ".fields", head.fields));
    TRY_OK(reader.get(group.reset(), path));
    return head;
}

Result<void> read_messages(JsonReader& reader, Value value, const GroupHead& head,
                           const std::string& path, Intake& intake) {
    TRY(auto messages, reader.get(value.get_array(), path + ".messages: an array is expected"));
    Draft draft;
    std::size_t index = 0;
    for (auto found : messages) {
        TRY(auto message, reader.get(std::move(found), path));
        auto text = reader.string(message, "message");
        if (!text)
            return fail(std::move(text).error().with_context(path + ".messages[" +
                                                             std::to_string(index) + "]"));
        ++index;
        draft.clear();
        draft.field("@rawstring", *text);
        TRY_OK(intake.take(head, draft));
    }
    return {};
}

}  // namespace

Result<void> decode_unstructured(Incoming& incoming, Intake& intake) {
    JsonReader::pad(incoming.body);
    JsonReader reader;
    TRY_OK(reader.open(incoming.body));
    TRY(auto groups, reader.root_array());
    std::size_t index = 0;
    for (auto found : groups) {
        auto path = "[" + std::to_string(index++) + "]";
        TRY(auto value, reader.get(std::move(found), path));
        TRY(auto group, reader.get(value.get_object(), path + ": an object is expected"));
        TRY(auto head, read_head(reader, group, path));
        bool has_messages = false;
        auto take = [&](std::string_view key, Value member) -> Result<void> {
            if (key != "messages" || has_messages) return reader.skip(member, path);
            has_messages = true;
            return read_messages(reader, member, head, path, intake);
        };
        TRY_OK(reader.members_of(group, path, take));
        if (!has_messages) return reader.wrong(path, "messages are missing");
    }
    return reader.finish();
}

}  // namespace logwood::ingest
