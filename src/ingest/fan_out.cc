#include "ingest/fan_out.h"

#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "ingest/limits.h"

namespace logwood::ingest {

model::PartitionId FanOut::choose(RepoId repo, const model::TagSet& tags, std::size_t bytes,
                                  MonoTime now, std::uint32_t partitions) {
    constexpr Duration kWindow = 1s;
    std::string key;
    ByteWriter writer(key);
    writer.put(repo.high);
    writer.put(repo.low);
    writer.put(tags.hash());
    auto hash = checksum64(key);
    if (streams_.size() >= kStreamsMax) streams_.clear();
    auto& stream = streams_.try_emplace(hash, Stream{.window_start = now}).first->second;
    if (auto passed = now - stream.window_start; passed >= kWindow) {
        auto seconds = static_cast<std::uint64_t>(passed / kWindow);
        auto rate = stream.window_bytes / seconds;
        if (rate > std::uint64_t{kHotBytesPerSecond} * stream.width)
            stream.width = std::min(stream.width * 2, partitions);
        else if (rate < std::uint64_t{kHotBytesPerSecond} * stream.width / 4)
            stream.width = std::max(stream.width / 2, 1U);
        stream.window_start = now;
        stream.window_bytes = 0;
    }
    stream.window_bytes += bytes;
    auto k = stream.next++ % stream.width;
    return model::PartitionId(static_cast<std::uint32_t>((hash + k) % partitions));
}

}  // namespace logwood::ingest
