// A stream in one piece and byte by byte must give the same messages. The first byte chooses the
// framing; datagrams of GELF are cut by their length in front.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ingest/listeners/frame_splitter.h"
#include "ingest/protocols/gelf_chunks.h"
#include "ingest/protocols/protocol.h"

namespace {

using namespace logwood;
using namespace logwood::ingest;

class Nobody final : public Intake {
 public:
    Result<void> take(const GroupHead&, Draft&) override { return {}; }
};

void check_stream(Framing framing, std::string_view stream) {
    constexpr std::size_t kMax = 64;
    FrameSplitter whole(framing, kMax), bytewise(framing, kMax);
    FramedMessages a, b;
    bool is_good = whole.feed(stream, a);
    for (std::size_t i = 0; i < stream.size(); ++i)
        if (!bytewise.feed(stream.substr(i, 1), b)) break;
    if (is_good) {
        whole.finish(a);
        bytewise.finish(b);
    }
    ASSERT(a.bytes == b.bytes && a.ends == b.ends && whole.cut() == bytewise.cut());
    Nobody nobody;
    Incoming incoming{.body = a.bytes, .message_ends = a.ends};
    ASSERT(decode_gelf_messages(incoming, nobody));
}

void check_datagrams(std::string_view input) {
    GelfChunks chunks;
    Incoming incoming;
    MonoTime now{0};
    while (!input.empty()) {
        std::size_t size = static_cast<unsigned char>(input[0]);
        auto datagram = input.substr(1, size);
        input.remove_prefix(1 + datagram.size());
        auto message = chunks.take("peer", std::string(datagram), now);
        now = now + Duration(size * 10'000'000);
        if (!message) continue;
        incoming.body += *message;
        incoming.message_ends.push_back(incoming.body.size());
    }
    Nobody nobody;
    ASSERT(decode_gelf_messages(incoming, nobody));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
    if (data[0] % 3 == 2)
        check_datagrams(input);
    else
        check_stream(data[0] % 3 == 0 ? Framing::kSyslog : Framing::kNul, input);
    return 0;
}
