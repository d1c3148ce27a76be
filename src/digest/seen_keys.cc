// A key file: the keys in the order of the log, so that what is read back forgets in the same
// order.
//
//   magic "LWKEYS01", epoch u32, partition u32, to u64, count u32, zero u32
//   a key: repository high u64, low u64, key high u64, low u64, ingest time i64 (ns)
//   checksum u64 (xxh3-64) of all bytes before
#include "digest/seen_keys.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "log/limits.h"

namespace logwood::digest {
namespace {

constexpr std::string_view kMagic = "LWKEYS01";
constexpr std::size_t kFamilyBytes = 6;
constexpr std::size_t kChecksumBytes = 8;
constexpr std::size_t kEntryBytes = 5 * 8;

std::unexpected<Error> corrupt(std::string_view what) {
    return fail(Code::kCorrupt, "key file: " + std::string(what));
}

/// Times of different epochs of a clock may be further apart than an int64 holds.
bool is_within_window(UtcTime a, UtcTime b) {
    auto [early, late] = std::minmax(a.ns, b.ns);
    auto apart = static_cast<std::uint64_t>(late) - static_cast<std::uint64_t>(early);
    return apart <= static_cast<std::uint64_t>(log::kRequestKeyWindow.count());
}

}  // namespace

void SeenKeys::forget_oldest() {
    keys_.erase(order_.front().key);
    order_.pop_front();
}

void SeenKeys::note(const Seen& seen) {
    keys_.insert(seen.key);
    order_.push_back(seen);
}

bool SeenKeys::take(const model::Record& record) {
    while (!order_.empty() && !is_within_window(order_.front().time, record.ingest_time))
        forget_oldest();
    if (record.request_key.is_none()) return true;
    Key key{record.repo, record.request_key};
    if (keys_.contains(key)) return false;
    if (order_.size() == kRequestKeysMax) {
        forget_oldest();
        ++forgotten_early_;
    }
    note({key, record.ingest_time});
    return true;
}

std::string SeenKeys::encode(model::Epoch epoch, model::PartitionId partition,
                             model::LogOffset to) const {
    std::string bytes;
    bytes.reserve(64 + order_.size() * kEntryBytes);
    ByteWriter out(bytes);
    out.put_raw(kMagic);
    out.put(epoch.value);
    out.put(partition.value);
    out.put(to.value);
    out.put(static_cast<std::uint32_t>(order_.size()));
    out.put(std::uint32_t{0});
    for (const auto& [key, time] : order_) {
        out.put(key.repo.high);
        out.put(key.repo.low);
        out.put(key.key.high);
        out.put(key.key.low);
        out.put(time.ns);
    }
    out.put(checksum64(bytes));
    return bytes;
}

Result<SeenKeys> SeenKeys::decode(std::string_view bytes, model::Epoch epoch,
                                  model::PartitionId partition, model::LogOffset to) {
    ByteReader in(bytes);
    TRY(auto magic, in.get_raw(kMagic.size()));
    if (magic.substr(0, kFamilyBytes) != kMagic.substr(0, kFamilyBytes)) return corrupt("not one");
    if (bytes.size() < kMagic.size() + kChecksumBytes) return corrupt("cut off");
    auto covered = bytes.substr(0, bytes.size() - kChecksumBytes);
    ByteReader tail(bytes.substr(covered.size()));
    TRY(auto checksum, tail.get<std::uint64_t>());
    if (checksum != checksum64(covered)) return corrupt("wrong checksum");
    if (magic != kMagic) return fail(Code::kUnsupported, "key file: of a newer version");
    TRY(auto of_epoch, in.get<std::uint32_t>());
    TRY(auto of_partition, in.get<std::uint32_t>());
    TRY(auto of_to, in.get<std::uint64_t>());
    TRY(auto count, in.get<std::uint32_t>());
    TRY(auto zero, in.get<std::uint32_t>());
    if (of_epoch != epoch.value || of_partition != partition.value || of_to != to.value)
        return corrupt("it is of another place in the log");
    if (zero != 0 || count > kRequestKeysMax ||
        in.remaining() != std::size_t{count} * kEntryBytes + kChecksumBytes)
        return corrupt("its size is wrong");
    SeenKeys keys;
    for (std::uint32_t i = 0; i < count; ++i) {
        Seen seen;
        TRY(seen.key.repo.high, in.get<std::uint64_t>());
        TRY(seen.key.repo.low, in.get<std::uint64_t>());
        TRY(seen.key.key.high, in.get<std::uint64_t>());
        TRY(seen.key.key.low, in.get<std::uint64_t>());
        TRY(seen.time.ns, in.get<std::int64_t>());
        if (keys.keys_.contains(seen.key)) return corrupt("a key comes twice");
        keys.note(seen);
    }
    return keys;
}

}  // namespace logwood::digest
