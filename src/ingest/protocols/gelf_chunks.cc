#include "ingest/protocols/gelf_chunks.h"

#include <utility>

#include "ingest/limits.h"

namespace logwood::ingest {
namespace {

constexpr std::string_view kMagic = "\x1E\x0F";
constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kHeadBytes = 2 + kIdBytes + 2;
constexpr std::size_t kChunksMax = 128;

}  // namespace

void GelfChunks::remove(Partials::iterator at) {
    bytes_ -= at->bytes;
    by_key_.erase(at->key);
    partials_.erase(at);
}

void GelfChunks::make_room(MonoTime now) {
    while (!partials_.empty() && now - partials_.front().since > kGelfChunkTimeout) {
        ++counters_.expired;
        remove(partials_.begin());
    }
    while (partials_.size() > kGelfPartialsMax || bytes_ > kGelfPartialBytesMax) {
        ++counters_.crowded_out;
        remove(partials_.begin());
    }
}

std::optional<std::string> GelfChunks::take(std::string_view peer, std::string datagram,
                                            MonoTime now) {
    make_room(now);
    if (!datagram.starts_with(kMagic)) return datagram;
    if (datagram.size() < kHeadBytes) {
        ++counters_.malformed;
        return std::nullopt;
    }
    auto number = static_cast<unsigned char>(datagram[kHeadBytes - 2]);
    auto count = static_cast<unsigned char>(datagram[kHeadBytes - 1]);
    auto key = std::string(peer) + datagram.substr(kMagic.size(), kIdBytes);
    auto [entry, is_new] = by_key_.try_emplace(key);
    if (is_new) {
        if (count == 0 || count > kChunksMax || number >= count) {
            by_key_.erase(entry);
            ++counters_.malformed;
            return std::nullopt;
        }
        partials_.push_back({.key = key, .since = now, .chunks = {}, .missing = count});
        partials_.back().chunks.resize(count);
        entry->second = std::prev(partials_.end());
    }
    auto& partial = *entry->second;
    if (count != partial.chunks.size() || number >= count) {
        ++counters_.malformed;
        return std::nullopt;
    }
    auto& chunk = partial.chunks[number];
    if (chunk) return std::nullopt;  // Networks double datagrams.
    chunk = datagram.substr(kHeadBytes);
    partial.bytes += chunk->size();
    bytes_ += chunk->size();
    if (--partial.missing > 0) {
        make_room(now);
        return std::nullopt;
    }
    std::string whole;
    for (auto& part : partial.chunks) whole += *part;
    remove(entry->second);
    return whole;
}

}  // namespace logwood::ingest
