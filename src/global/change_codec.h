#pragma once

#include <string>
#include <string_view>

#include "global/changes.h"

namespace logwood::global {

/// Encodes an entry of `global-events` (docs/formats/global-events.md).
std::string encode_change(const Change& change);

/// What an entry of the log is to a node.
struct Entry {
    enum class Kind : std::uint8_t {
        kChange,
        kGarbage,  ///< Not an entry of any version: every node passes it over.
    };
    Kind kind = Kind::kGarbage;
    Change change;
};

/// Decodes any bytes. kUnsupported for an entry that is whole, but of a version or a kind unknown
/// here, or that says what no version may: a node must stop at it, as others may go on.
Result<Entry> decode_entry(std::string_view bytes);

}  // namespace logwood::global
