// GELF 1.0 and 1.1: a JSON object an event. Its text is the rawstring, its members are fields of
// the same name, but for
//
//   timestamp            the event's time: seconds since 1970 with a fraction, or another unit
//   version              left out
//   _anything            `anything`; `_` stays where the name without is one of GELF's own
//
// Over HTTP a body holds one object, or several one behind the other. To listeners each message
// comes whole, as JSON, or compressed with zlib or gzip.
#include <algorithm>
#include <array>

#include "http/content_coding.h"
#include "ingest/limits.h"
#include "ingest/protocols/gelf_chunks.h"
#include "ingest/protocols/json_reader.h"
#include "ingest/protocols/time_text.h"

namespace logwood::ingest {
namespace {

using Value = JsonReader::Value;

constexpr std::array<std::string_view, 6> kOwnNames{"version",      "host",      "short_message",
                                                    "full_message", "timestamp", "level"};

std::string_view field_name(std::string_view key) {
    if (!key.starts_with('_') || key.size() == 1) return key;
    auto name = key.substr(1);
    return std::ranges::find(kOwnNames, name) == kOwnNames.end() ? name : key;
}

Result<void> read_member(JsonReader& reader, std::string_view key, Value value, Draft& draft) {
    if (reader.is_null(value) || key == "version") return reader.skip(value, key);
    std::string name(field_name(key));
    auto token = value.raw_json_token();
    if (token.starts_with('{') || token.starts_with('['))
        return reader.flatten(value, token.starts_with('{') ? name + "." : name, draft, name);
    bool is_time = key == "timestamp";
    TRY(auto text, reader.scalar(value, name));
    if (is_time) {
        if (auto time = guess_time(text)) {
            draft.time_ns = time->ns;
            return {};
        }
    }
    draft.field(name, text);
    return {};
}

/// The text has SIMDJSON_PADDING bytes behind it.
Result<void> read_message(JsonReader& reader, std::string_view text, Draft& draft) {
    draft.clear();
    draft.field("@rawstring", text);
    TRY_OK(reader.open(text));
    TRY(auto object, reader.root_object());
    auto take = [&](std::string_view key, Value value) {
        return read_member(reader, key, value, draft);
    };
    TRY_OK(reader.members_of(object, "$", take));
    return reader.finish();
}

Result<std::string> unpack(std::string_view message) {
    TRY(auto text, http::decompress(gelf_packing(message), message, 2 * kMessageBytesMax));
    while (!text.empty() && (text.back() == '\0' || text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    JsonReader::pad(text);
    return text;
}

}  // namespace

http::Coding gelf_packing(std::string_view message) {
    if (message.starts_with("\x1F\x8B")) return http::Coding::kGzip;
    // A zlib header is a multiple of 31; no JSON text begins with 0x78.
    bool is_zlib = message.size() > 2 && message[0] == 0x78 &&
                   (0x78 * 256 + static_cast<unsigned char>(message[1])) % 31 == 0;
    return is_zlib ? http::Coding::kDeflate : http::Coding::kIdentity;
}

Result<void> decode_gelf(Incoming& incoming, Intake& intake) {
    JsonReader::pad(incoming.body);
    JsonReader reader;
    Draft draft;
    auto take = [&](std::string_view text) -> Result<void> {
        TRY_OK(read_message(reader, text, draft));
        return intake.take({}, draft);
    };
    TRY(auto messages, for_each_object(incoming.body, "message", take));
    if (messages == 0) return fail(Code::kInvalidArgument, "the body is empty");
    return {};
}

Result<void> decode_gelf_messages(Incoming& incoming, Intake& intake) {
    GroupHead head{.tags = incoming.tags, .type = {}, .fields = {}};
    JsonReader reader;
    Draft draft;
    std::size_t begin = 0;
    std::size_t unpacked = 0;
    auto left = incoming.message_ends.size();
    for (auto end : incoming.message_ends) {
        if (unpacked > kUnpackedBytesAtOnce) {
            incoming.answer = std::to_string(left);
            break;
        }
        --left;
        auto message = std::string_view(incoming.body).substr(begin, end - begin);
        begin = end;
        auto text = unpack(message);
        if (text) unpacked += text->size();
        auto read =
            text ? read_message(reader, *text, draft) : Result<void>(fail(std::move(text).error()));
        if (!read) {
            draft.clear();
            draft.field("@rawstring", text ? std::string_view(*text) : message);
            draft.fail(draft.size(), "GELF: " + read.error().message);
        }
        TRY_OK(intake.take(head, draft));
    }
    return {};
}

}  // namespace logwood::ingest
