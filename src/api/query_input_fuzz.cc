// Any body gives a query input or an error with a text. Input: a body as it is; and members
// (key u8, kind u8, length u8, bytes) of one that is an object, as a fuzzer finds no JSON by
// chance.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/json_writer.h"
#include "api/query_input_json.h"
#include "base/bytes.h"

namespace {

using namespace logwood;

constexpr std::array<std::string_view, 16> kKeys = {"queryString",
                                                    "start",
                                                    "end",
                                                    "isLive",
                                                    "arguments",
                                                    "around",
                                                    "eventId",
                                                    "timestamp",
                                                    "ingestStart",
                                                    "ingestEnd",
                                                    "useIngestTime",
                                                    "timeZone",
                                                    "numberOfEventsBefore",
                                                    "numberOfEventsAfter",
                                                    "timeZoneOffsetMinutes",
                                                    "dashboardFilter"};

void check(std::string_view body) {
    auto input = api::read_query_input(body);
    ASSERT(input || !input.error().message.empty());
}

/// An object of the members that follow, up to one of the kind that ends it.
void put_members(ByteReader& in, std::string& out, int depth) {
    out += '{';
    bool is_first = true;
    while (in.remaining() >= 3) {
        auto key = *in.get<std::uint8_t>();
        auto kind = *in.get<std::uint8_t>();
        auto length = std::min<std::size_t>(*in.get<std::uint8_t>(), in.remaining());
        if (kind % 8 == 7 && depth > 0) break;
        auto text = *in.get_raw(length);
        if (!is_first) out += ',';
        is_first = false;
        api::append_json_string(out, key < kKeys.size() ? kKeys[key] : text);
        out += ':';
        constexpr std::array<std::string_view, 4> kWords = {"true", "null", "-1", "1e400"};
        switch (kind % 8) {
            case 0:
            case 1:
                api::append_json_string(out, text);
                break;
            case 2:
                out += std::to_string(ByteReader(text).get<std::int64_t>().value_or(60));
                break;
            case 3:
                out += text.empty() ? "[]" : text;
                break;
            case 4:
                put_members(in, out, depth + 1);
                break;
            default:
                out += kWords[length % kWords.size()];
        }
    }
    out += '}';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check(bytes);
    ByteReader in(bytes);
    std::string body;
    put_members(in, body, 0);
    check(body);
    return 0;
}
