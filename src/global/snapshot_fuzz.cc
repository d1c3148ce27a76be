// Any bytes as a snapshot: as they are, and with a footer that fits them.
#include <string>
#include <string_view>

#include "global/entity_codec.h"
#include "global/snapshot.h"

using namespace logwood;
using namespace logwood::global;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    std::string input(reinterpret_cast<const char*>(data), size);
    (void)parse_snapshot(input);
    if (!input.ends_with('\n')) input += '\n';
    (void)parse_snapshot(input + snapshot_footer(1, 0, input));

    auto line = std::string_view(input).substr(0, input.find('\n'));
    auto entity = entity_from_json(line);
    if (!entity) return 0;
    // What was read is written and read to the same again.
    auto again = entity_from_json(entity_to_json(*entity));
    ASSERT(again && *again == *entity);
    EntityStore store;
    std::visit([&](auto& one) { store.put(std::move(one)); }, *entity);
    State state(std::move(store), model::LogOffset(7));
    auto text = render_snapshot(state.view());
    auto parsed = parse_snapshot(text);
    ASSERT(parsed && parsed->hash() == state.hash());
    return 0;
}
