// Bytes as a key file: as they are, and as the entries of one whose frame is right. What is read
// must be written the same again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "digest/seen_keys.h"

namespace {

using namespace logwood;

void check(std::string_view bytes) {
    auto keys = digest::SeenKeys::decode(bytes, model::Epoch(1), model::PartitionId(2),
                                         model::LogOffset(3));
    if (!keys) return;
    ASSERT(keys->encode(model::Epoch(1), model::PartitionId(2), model::LogOffset(3)) == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    check(input);
    std::string framed;
    ByteWriter out(framed);
    out.put_raw("LWKEYS01");
    out.put(std::uint32_t{1});
    out.put(std::uint32_t{2});
    out.put(std::uint64_t{3});
    out.put(static_cast<std::uint32_t>(size / 40));
    out.put(std::uint32_t{0});
    out.put_raw(input);
    out.put(checksum64(framed));
    check(framed);
    return 0;
}
