// The scanner of log files. Input: a script of frames (each: kind, offset, length) that are written
// with right checksums, with raw bytes in between, so that every branch behind the checksum is met.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "log/log_frame.h"
#include "log/log_scan.h"

namespace {

using namespace logwood;

constexpr std::uint64_t kSeed = 7;

/// Frames and rubbish, as the input says.
std::string build(std::string_view input) {
    std::string bytes;
    ByteReader in(input);
    while (in.remaining() > 3) {
        auto kind = *in.get<std::uint8_t>();
        auto offset = *in.get<std::uint8_t>();
        auto size = std::min<std::size_t>(*in.get<std::uint8_t>(), in.remaining());
        auto text = *in.get_raw(size);
        if (kind % 4 == 0)
            bytes += text;
        else
            log::put_frame(bytes,
                           {.version = static_cast<std::uint8_t>(kind >> 7 ? 2 : 1),
                            .kind = log::FrameKind(kind % 4),
                            .offset = offset,
                            .durable_end = static_cast<std::uint64_t>(kind >> 2) & 31,
                            .payload = text},
                           kSeed);
    }
    return bytes;
}

void check(std::string_view bytes) {
    (void)log::owner_of(bytes);
    auto scan = log::scan_frames(bytes, 0, 0, kSeed);
    if (!scan) return;
    auto durable = scan->durable_end_seen;
    auto kept = log::cut_torn_tail(*scan, bytes.size());
    ASSERT(kept <= bytes.size());
    ASSERT(scan->end() >= durable);
    std::uint64_t expected = 0;
    std::size_t position = 0;
    for (auto& place : scan->records) {
        ASSERT(place.offset >= expected && place.position >= position);
        expected = place.offset + 1;
        position = place.position + place.size;
        ASSERT(position <= kept);
        auto frame = log::frame_at(bytes, place.position, kSeed);
        ASSERT(frame && frame->offset == place.offset);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    check(input);
    check(build(input));
    return 0;
}
