// json, raw/json: an object is one event, an array one event an element. Objects may also stand one
// a line. Each is flattened; its JSON text is the rawstring.
#include "ingest/protocols/json_reader.h"

namespace logwood::ingest {
namespace {

Result<void> take_object(JsonReader& reader, std::string_view text, std::string_view path,
                         Draft& draft, Intake& intake) {
    TRY_OK(reader.open(text));
    TRY(auto value, reader.root_value());
    draft.clear();
    draft.field("@rawstring", text);
    TRY_OK(reader.flatten(value, "", draft, path));
    TRY_OK(reader.finish());
    return intake.take({}, draft);
}

Result<void> take_lines(std::string_view body, Intake& intake) {
    JsonReader reader;
    JsonObjects objects(body);
    Draft draft;
    for (std::size_t index = 0;; ++index) {
        TRY(auto text, objects.next());
        if (!text.data()) return {};
        if (index > 0 && !objects.was_on_new_line())
            return fail(Code::kInvalidArgument, "text behind the document");
        auto taken = take_object(reader, text, "$", draft, intake);
        if (!taken)
            return fail(std::move(taken).error().with_context("object " + std::to_string(index)));
    }
}

Result<void> take_array(std::string_view body, Intake& intake) {
    JsonReader reader;
    TRY_OK(reader.open(body));
    TRY(auto elements, reader.root_array());
    Draft draft;
    std::size_t index = 0;
    for (auto found : elements) {
        auto path = "[" + std::to_string(index++) + "]";
        TRY(auto value, reader.get(std::move(found), path));
        auto token = value.raw_json_token();
        if (!token.starts_with('{')) return reader.wrong(path, "an object is expected");
        draft.clear();
        TRY_OK(reader.flatten(value, "", draft, path));
        auto size = static_cast<std::size_t>(reader.location() - token.data());
        std::string_view text(token.data(), size);
        draft.field("@rawstring", text.substr(0, text.rfind('}') + 1));
        TRY_OK(intake.take({}, draft));
    }
    return reader.finish();
}

}  // namespace

Result<void> decode_json(Incoming& incoming, Intake& intake) {
    JsonReader::pad(incoming.body);
    auto first = incoming.body.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return fail(Code::kInvalidArgument, "the body is empty");
    if (incoming.body[first] == '[') return take_array(incoming.body, intake);
    return take_lines(incoming.body, intake);
}

}  // namespace logwood::ingest
