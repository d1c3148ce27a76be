#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "http/content_coding.h"

namespace logwood::ingest {

/// How a message of GELF is packed, which its first bytes tell.
http::Coding gelf_packing(std::string_view message);

struct ChunkCounters {
    std::uint64_t malformed = 0;    ///< Chunks that cannot be, or contradict earlier ones.
    std::uint64_t expired = 0;      ///< Messages that lacked chunks for too long.
    std::uint64_t crowded_out = 0;  ///< Messages that gave way, as too many were incomplete.
};

/// Puts GELF messages together that came in chunks: magic 1E 0F, message id 8 bytes, number u8,
/// count u8 (1 to 128), data. Ids are only told apart within a sender, as they collide. Bounded in
/// messages, bytes and time; the oldest messages give way. Loop thread.
class GelfChunks {
 public:
    /// The whole message, when this datagram is one or completes one.
    std::optional<std::string> take(std::string_view peer, std::string datagram, MonoTime now);
    const ChunkCounters& counters() const { return counters_; }
    std::size_t incomplete() const { return partials_.size(); }

 private:
    struct Partial {
        std::string key;
        MonoTime since;
        std::vector<std::optional<std::string>> chunks;
        std::size_t missing = 0;
        std::size_t bytes = 0;
    };
    using Partials = std::list<Partial>;

    void remove(Partials::iterator at);
    void make_room(MonoTime now);

    Partials partials_;  ///< Oldest first.
    std::unordered_map<std::string, Partials::iterator> by_key_;
    std::size_t bytes_ = 0;
    ChunkCounters counters_;
};

}  // namespace logwood::ingest
