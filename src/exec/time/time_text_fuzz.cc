// Any bytes as a pattern and a text: an error or a time, never a crash.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "exec/time/find_timestamp.h"
#include "exec/time/time_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace logwood;
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    auto cut = std::min(bytes.find('\n'), bytes.size());
    auto text = bytes.substr(std::min(cut + 1, bytes.size()));
    exec::TimeZone utc;
    exec::ZoneChoice zones{.otherwise = &utc};
    UtcTime now{1'750'000'000'000'000'000};
    if (auto pattern = exec::TimePattern::compile(bytes.substr(0, cut), false))
        (void)pattern->parse(text, zones, now);
    (void)exec::find_timestamp(text, zones, now);
    (void)exec::parse_iso_time(text, zones);
    (void)exec::parse_epoch(text, 1'000'000'000);
    return 0;
}
