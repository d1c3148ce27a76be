// Bytes: kind u8 (0 exact, 1 registers); exact: varint n, then n hashes ascending, u64 each;
// registers: 2^14 bytes.
#include "exec/aggregate/hll.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "exec/limits.h"

namespace logwood::exec {
namespace {

constexpr int kBits = 14;
constexpr std::size_t kRegisters = 1 << kBits;
constexpr int kRankMax = 64 - kBits + 1;
constexpr std::size_t kSlotsMin = 8;
constexpr std::uint8_t kExactKind = 0;
constexpr std::uint8_t kRegistersKind = 1;

/// Spreads the hash over slots with other bits than those that choose a register.
std::size_t slot_of(std::uint64_t hash, std::size_t slots) {
    return static_cast<std::size_t>((hash * 0x9E3779B97F4A7C15ULL) >> 32) & (slots - 1);
}

double sigma(double x) {
    if (x == 1) return INFINITY;
    double power = 1;
    double sum = x;
    for (double before = -1; sum != before;) {
        x *= x;
        before = sum;
        sum += x * power;
        power += power;
    }
    return sum;
}

double tau(double x) {
    if (x == 0 || x == 1) return 0;
    double power = 1;
    double sum = 1 - x;
    for (double before = -1; sum != before;) {
        x = std::sqrt(x);
        before = sum;
        power *= 0.5;
        sum -= (1 - x) * (1 - x) * power;
    }
    return sum / 3;
}

}  // namespace

void DistinctCounter::add_hash(std::uint64_t hash) {
    if (is_exact())
        insert(hash);
    else
        add_to_registers(hash);
}

void DistinctCounter::insert(std::uint64_t hash) {
    hash += hash == 0;
    if (slots_.empty()) slots_.resize(kSlotsMin);
    auto at = slot_of(hash, slots_.size());
    while (slots_[at] != 0) {
        if (slots_[at] == hash) return;
        at = (at + 1) & (slots_.size() - 1);
    }
    slots_[at] = hash;
    ++used_;
    if (used_ > kDistinctExactMax)
        become_estimate();
    else if (used_ * 4 > slots_.size() * 3)
        grow();
}

void DistinctCounter::grow() {
    std::vector<std::uint64_t> larger(slots_.size() * 2);
    for (auto hash : slots_) {
        if (hash == 0) continue;
        auto at = slot_of(hash, larger.size());
        while (larger[at] != 0) at = (at + 1) & (larger.size() - 1);
        larger[at] = hash;
    }
    slots_ = std::move(larger);
}

void DistinctCounter::become_estimate() {
    registers_.resize(kRegisters);
    for (auto hash : slots_)
        if (hash != 0) add_to_registers(hash);
    slots_ = {};
    used_ = 0;
}

void DistinctCounter::add_to_registers(std::uint64_t hash) {
    hash += hash == 0;
    auto at = hash >> (64 - kBits);
    auto rank = std::countl_zero(hash << kBits | std::uint64_t(1) << (kBits - 1)) + 1;
    registers_[at] = std::max(registers_[at], static_cast<std::uint8_t>(rank));
}

void DistinctCounter::merge(const DistinctCounter& from) {
    if (from.is_exact()) {
        for (auto hash : from.slots_)
            if (hash != 0) add_hash(hash);
        return;
    }
    if (is_exact()) become_estimate();
    for (std::size_t i = 0; i < kRegisters; ++i)
        registers_[i] = std::max(registers_[i], from.registers_[i]);
}

double DistinctCounter::estimate() const {
    if (is_exact()) return static_cast<double>(used_);
    std::array<double, kRankMax + 1> counts{};
    for (auto rank : registers_) counts[rank] += 1;
    constexpr double kM = kRegisters;
    double z = kM * tau(1 - counts[kRankMax] / kM);
    for (int rank = kRankMax - 1; rank >= 1; --rank)
        z = 0.5 * (z + counts[static_cast<std::size_t>(rank)]);
    z += kM * sigma(counts[0] / kM);
    return std::round(kM / (2 * std::log(2.0)) * kM / z);
}

void DistinctCounter::write(ByteWriter& out) const {
    if (!is_exact()) {
        out.put(kRegistersKind);
        out.put_raw({reinterpret_cast<const char*>(registers_.data()), registers_.size()});
        return;
    }
    std::vector<std::uint64_t> hashes;
    for (auto hash : slots_)
        if (hash != 0) hashes.push_back(hash);
    std::ranges::sort(hashes);
    out.put(kExactKind);
    out.put_varint(hashes.size());
    for (auto hash : hashes) out.put(hash);
}

Result<DistinctCounter> DistinctCounter::read(ByteReader& in) {
    DistinctCounter counter;
    TRY(auto kind, in.get<std::uint8_t>());
    if (kind == kRegistersKind) {
        TRY(auto bytes, in.get_raw(kRegisters));
        counter.registers_.assign(bytes.begin(), bytes.end());
        if (std::ranges::any_of(counter.registers_, [](auto rank) { return rank > kRankMax; }))
            return fail(Code::kCorrupt, "distinct counter: a register is out of range");
        return counter;
    }
    if (kind != kExactKind) return fail(Code::kCorrupt, "distinct counter: unknown kind");
    TRY(auto count, in.get_varint());
    if (count > kDistinctExactMax)
        return fail(Code::kCorrupt, "distinct counter: too many exact values");
    for (std::uint64_t i = 0; i < count; ++i) {
        TRY(auto hash, in.get<std::uint64_t>());
        counter.insert(hash);
    }
    return counter;
}

}  // namespace logwood::exec
