// A frame, little endian:
//
//   checksum u64 | magic u32 | payload bytes u32 | version u8 | kind u8 | zero u16, u32 |
//   offset u64 | durable end u64 | payload
//
// The checksum is XXH3 of all that follows it.
#include "log/log_frame.h"

#include <utility>

#include "base/bytes.h"
#include "log/limits.h"

namespace logwood::log {
namespace {

constexpr std::uint32_t kMagic = 0x464C574C;  // "LWLF"
constexpr std::string_view kMagicBytes("LWLF", 4);
constexpr std::size_t kMagicAt = 8;
/// Headers are checked before it is known whose they are.
constexpr std::uint64_t kHeaderSeed = 0x4C6F67486561641FULL;

struct Head {
    std::uint64_t checksum = 0;
    std::uint32_t length = 0;
    Frame frame;
};

/// The head at `position`, when it can be one at all and its payload is all there.
std::optional<Head> head_at(std::string_view bytes, std::size_t position) {
    if (position > bytes.size() || bytes.size() - position < kFrameHeadBytes) return std::nullopt;
    ByteReader in(bytes.substr(position, kFrameHeadBytes));
    Head head;
    head.checksum = *in.get<std::uint64_t>();
    if (*in.get<std::uint32_t>() != kMagic) return std::nullopt;
    head.length = *in.get<std::uint32_t>();
    head.frame.version = *in.get<std::uint8_t>();
    head.frame.kind = FrameKind(*in.get<std::uint8_t>());
    auto zeros = *in.get<std::uint16_t>() | *in.get<std::uint32_t>();
    head.frame.offset = *in.get<std::uint64_t>();
    head.frame.durable_end = *in.get<std::uint64_t>();
    if (zeros != 0 || head.length > kPayloadBytesMax) return std::nullopt;
    if (bytes.size() - position - kFrameHeadBytes < head.length) return std::nullopt;
    head.frame.payload = bytes.substr(position + kFrameHeadBytes, head.length);
    return head;
}

bool checksum_holds(std::string_view bytes, std::size_t position, const Head& head,
                    std::uint64_t seed) {
    auto covered = bytes.substr(position + kMagicAt, head.frame.size() - kMagicAt);
    return checksum64(covered, seed) == head.checksum;
}

}  // namespace

std::uint64_t seed_of(const LogIdentity& identity, const StreamId& stream) {
    std::string name;
    ByteWriter out(name);
    out.put(identity.id.high);
    out.put(identity.epoch.value);
    out.put_string(stream.topic);
    out.put(stream.partition.value);
    return checksum64(name, identity.id.low);
}

void put_frame(std::string& out, const Frame& frame, std::uint64_t seed) {
    auto start = out.size();
    ByteWriter writer(out);
    writer.put(std::uint64_t{0});
    writer.put(kMagic);
    writer.put(static_cast<std::uint32_t>(frame.payload.size()));
    writer.put(frame.version);
    writer.put(std::to_underlying(frame.kind));
    writer.put(std::uint16_t{0});
    writer.put(std::uint32_t{0});
    writer.put(frame.offset);
    writer.put(frame.durable_end);
    writer.put_raw(frame.payload);
    auto checksum = checksum64(std::string_view(out).substr(start + kMagicAt), seed);
    std::memcpy(out.data() + start, &checksum, sizeof checksum);
}

std::optional<Frame> frame_at(std::string_view bytes, std::size_t position, std::uint64_t seed) {
    auto head = head_at(bytes, position);
    if (!head || !checksum_holds(bytes, position, *head, seed)) return std::nullopt;
    return head->frame;
}

std::size_t find_frame(std::string_view bytes, std::size_t position, std::uint64_t seed,
                       std::uint64_t offset_min) {
    for (auto magic = bytes.find(kMagicBytes, position + kMagicAt); magic != bytes.npos;
         magic = bytes.find(kMagicBytes, magic + 1)) {
        auto start = magic - kMagicAt;
        auto head = head_at(bytes, start);
        if (!head || head->frame.offset < offset_min) continue;
        if (head->frame.durable_end > head->frame.offset) continue;
        if (checksum_holds(bytes, start, *head, seed)) return start;
    }
    return bytes.npos;
}

std::string file_header(const LogIdentity& identity, const StreamId& stream,
                        model::LogOffset first) {
    std::string payload;
    ByteWriter out(payload);
    out.put(identity.id.high);
    out.put(identity.id.low);
    out.put(identity.epoch.value);
    out.put(stream.partition.value);
    out.put_string(stream.topic);
    std::string header;
    put_frame(header,
              {.kind = FrameKind::kHeader,
               .offset = first.value,
               .durable_end = first.value,
               .payload = payload},
              kHeaderSeed);
    return header;
}

std::optional<FileOwner> owner_of(std::string_view bytes) {
    auto frame = frame_at(bytes, 0, kHeaderSeed);
    if (!frame || frame->kind != FrameKind::kHeader) return std::nullopt;
    ByteReader in(frame->payload);
    auto high = in.get<std::uint64_t>();
    auto low = in.get<std::uint64_t>();
    auto epoch = in.get<std::uint32_t>();
    auto partition = in.get<std::uint32_t>();
    auto topic = in.get_string();
    if (!high || !low || !epoch || !partition || !topic) return std::nullopt;
    return FileOwner{
        .identity = {.id = {*high, *low}, .epoch = model::Epoch(*epoch)},
        .stream = {.topic = std::string(*topic), .partition = model::PartitionId(*partition)}};
}

}  // namespace logwood::log
