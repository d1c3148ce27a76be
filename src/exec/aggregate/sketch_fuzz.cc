// Any bytes as sketches: refused, or read to a state that writes and merges.
#include <cstdint>
#include <string>
#include <string_view>

#include "exec/aggregate/ddsketch.h"
#include "exec/aggregate/hll.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace logwood;
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    std::string out;
    ByteWriter writer(out);
    ByteReader in(bytes);
    if (auto counter = exec::DistinctCounter::read(in)) {
        auto twice = *counter;
        twice.merge(*counter);
        (void)twice.estimate();
        twice.write(writer);
    }
    ByteReader again(bytes);
    if (auto sketch = exec::DdSketch::read(again, 0.01)) {
        auto twice = *sketch;
        twice.merge(*sketch);
        if (twice.count() > 0) (void)twice.percentile(99);
        twice.add(1);
        twice.write(writer);
    }
    return 0;
}
