#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "global/state.h"

namespace logwood::global {

/// Renders a snapshot (docs/formats/global-snapshot.md): a header line, a line an entity, a footer
/// line with the state hash and a checksum of all bytes before. Any thread.
std::string render_snapshot(const StateView& view);

/// Reads what render_snapshot() wrote. kCorrupt for any other bytes: a flipped bit, a missing end,
/// a state whose hash is not the one that was written. kUnsupported when a newer version wrote it.
Result<State> parse_snapshot(std::string_view text);

/// The footer line of the bytes before it.
std::string snapshot_footer(std::uint64_t entities, std::uint64_t state_hash,
                            std::string_view before);

}  // namespace logwood::global
