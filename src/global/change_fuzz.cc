// Any bytes as entries of the metadata log: decoding and applying never fail but by a Result.
#include <algorithm>
#include <string_view>

#include "base/bytes.h"
#include "global/change_codec.h"
#include "global/settled.h"
#include "global/state.h"

namespace {

using namespace logwood;
using namespace logwood::global;

/// A state with a host and a led partition, so that more than the first check is reached.
State started_state(std::uint64_t& offset) {
    State state;
    ProposalId id{HostId(Id128{0, 1}), 1, 1};
    RepoId repo(Id128{0, 2});
    auto apply = [&](Body body) {
        ++id.sequence;
        state.apply({id, std::move(body)}, model::LogOffset(offset++));
    };
    apply(Genesis{.cluster = ClusterId(Id128{0, 3}), .feature_level = 1});
    apply(HostStarted{"a", "b", 1});
    apply(CreateRepository{repo, "web", "", {}, {}});
    apply(InitPartitions{1});
    apply(ClaimPartition{model::PartitionId(0), 4});
    return state;
}

/// Frames a fuzzed message as an entry, so that the fuzzer need not find checksums.
std::string framed(std::string_view message) {
    std::string out;
    ByteWriter writer(out);
    writer.put_raw("LWGE");
    writer.put(std::uint8_t{1});
    writer.put(checksum64(message, 1));
    writer.put_raw(message);
    return out;
}

}  // namespace

// Input: messages, each after its length in two bytes.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    (void)decode_entry(input);
    std::uint64_t offset = 0;
    auto state = started_state(offset);
    ByteReader reader(input);
    for (auto length = reader.get<std::uint16_t>(); length; length = reader.get<std::uint16_t>()) {
        auto message = reader.get_raw(std::min<std::size_t>(*length, reader.remaining()));
        auto entry = decode_entry(framed(*message));
        if (!entry) continue;
        ASSERT(entry->kind == Entry::Kind::kChange);
        state.apply(entry->change, model::LogOffset(offset++));
        // What was decoded encodes to the same again.
        auto again = decode_entry(encode_change(entry->change));
        ASSERT(again && again->change == entry->change);
        (void)settled_prefix(state, model::PartitionId(0));
    }
    return 0;
}
