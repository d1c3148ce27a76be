// By network: one hash table for each length of prefix that occurs, asked from the longest on.
#include <array>
#include <cstring>
#include <map>
#include <unordered_map>
#include <utility>

#include "exec/lookup/lookup_table.h"
#include "exec/text/ip_network.h"

namespace logwood::exec {

namespace {

using Bytes = std::array<std::uint8_t, 16>;

struct HashBytes {
    std::size_t operator()(const Bytes& bytes) const noexcept {
        std::uint64_t halves[2];
        std::memcpy(halves, bytes.data(), sizeof halves);
        return static_cast<std::size_t>((halves[0] * 31 + halves[1]) * 0x9E3779B97F4A7C15ULL >> 8);
    }
};

/// The address without what is behind its first bits.
Bytes prefix_of(Bytes bytes, unsigned bits) {
    for (unsigned i = 0; i < bytes.size(); ++i) {
        auto kept = bits <= 8 * i ? 0 : bits - 8 * i;
        if (kept < 8) bytes[i] = static_cast<std::uint8_t>(bytes[i] & ~(0xFFU >> kept));
    }
    return bytes;
}

/// Rows whose column is no network are never found.
class CidrIndex final : public LookupIndex {
 public:
    CidrIndex(const LookupTable& table, const LookupKey& key) {
        for (std::uint32_t row = 0; row < table.rows(); ++row) {
            auto text = table.value(row, key.columns[0]);
            auto network = model::is_missing(text) ? std::nullopt : parse_network(text);
            if (!network) continue;
            auto& level = levels_[{network->address.is_v4, network->bits}];
            level[prefix_of(network->address.bytes, network->bits)].push_back(row);
            ++networks_;
        }
    }

    void find(std::span<const std::string_view> values, std::size_t rows_max,
              std::vector<std::uint32_t>& rows) const override {
        auto ip = parse_ip(values[0]);
        if (!ip) return;
        auto left = rows_max;
        for (const auto& [kind, level] : levels_) {
            if (kind.first != ip->is_v4) continue;
            auto at = level.find(prefix_of(ip->bytes, kind.second));
            if (at == level.end()) continue;
            for (auto row = at->second.rbegin(); row != at->second.rend(); ++row) {
                if (left-- == 0) return;
                rows.push_back(*row);
            }
        }
    }

    std::size_t memory() const override { return networks_ * 96; }

 private:
    using Level = std::unordered_map<Bytes, std::vector<std::uint32_t>, HashBytes>;

    /// By (IPv4, bits of the prefix), longest first.
    std::map<std::pair<bool, unsigned>, Level, std::greater<>> levels_;
    std::size_t networks_ = 0;
};

}  // namespace

std::unique_ptr<const LookupIndex> cidr_index(const LookupTable& table, const LookupKey& key) {
    return std::make_unique<CidrIndex>(table, key);
}

}  // namespace logwood::exec
