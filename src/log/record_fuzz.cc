// Bytes as they are, and as the body of a record whose head and checksum are right, so that the
// fuzzer gets behind them. What decodes must encode, and decode to the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "log/record.h"

namespace {

using namespace logwood;

void check(std::string_view bytes) {
    auto record = log::decode_record(bytes);
    if (!record) return;
    auto encoded = log::encode_record(*record);
    if (!encoded) return;  // Varints longer than need be made room for more.
    auto again = log::decode_record(*encoded);
    ASSERT(again && again->events.parts().bytes == record->events.parts().bytes);
    ASSERT(again->events.parts().event_times == record->events.parts().event_times);
    ASSERT(again->tags == record->tags && again->request_key == record->request_key);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    check(input);
    for (std::uint32_t version : {1U, 2U}) {
        std::string wrapped;
        ByteWriter out(wrapped);
        out.put_raw("LWRC");
        out.put(version);
        out.put(static_cast<std::uint32_t>(size));
        out.put_raw(input);
        out.put(checksum64(wrapped));
        check(wrapped);
    }
    return 0;
}
