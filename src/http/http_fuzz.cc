// Bytes as heads, targets, chunked bodies and compressed bodies.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/chunked.h"
#include "http/content_coding.h"
#include "http/request_head.h"
#include "http/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace logwood::http;
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (auto length = head_size(bytes); length != 0) {
        if (auto head = parse_head(bytes.substr(0, length))) {
            Request request{.target = head->target};
            (void)parse_target(request);
        }
    }
    constexpr std::size_t kBytesMax = 1U << 20;
    ChunkDecoder decoder(kBytesMax);
    std::string body;
    for (auto rest = bytes; !rest.empty() && !decoder.done();) {
        auto used = decoder.feed(rest.substr(0, 7), body);
        if (!used) break;
        rest.remove_prefix(*used);
    }
    for (auto coding : {Coding::kGzip, Coding::kDeflate, Coding::kZstd, Coding::kSnappy})
        (void)decompress(coding, bytes, kBytesMax);
    return 0;
}
