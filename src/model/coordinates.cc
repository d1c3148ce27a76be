#include "model/coordinates.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace logwood::model {
namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kRepoDigits = 22;  // 62^22 > 2^128
constexpr std::size_t kPartitionDigits = 2;
constexpr unsigned kOffsetBits = 48;

__extension__ using Wide = unsigned __int128;

std::string base62(Wide value, std::size_t digits) {
    std::string text(digits, '0');
    for (auto at = digits; at-- > 0; value /= 62)
        text[at] = kDigits[static_cast<std::size_t>(value % 62)];
    return text;
}

Result<Wide> from_base62(std::string_view text) {
    Wide value = 0;
    for (char c : text) {
        auto digit = kDigits.find(c);
        if (digit == std::string_view::npos) return fail(Code::kInvalidArgument, "not an event id");
        value = value * 62 + digit;
    }
    return value;
}

}  // namespace

std::string event_id(RepoId repo, const Coordinates& at, UtcTime event_time) {
    auto wide = (static_cast<Wide>(repo.high) << 64) | repo.low;
    auto seconds =
        (event_time.ns - ((event_time.ns % 1'000'000'000) + 1'000'000'000) % 1'000'000'000) /
        1'000'000'000;
    return fmt::format(
        "{}{}_{}_{}_{}", base62(wide, kRepoDigits), base62(at.partition.value, kPartitionDigits),
        (static_cast<std::uint64_t>(at.epoch.value) << kOffsetBits) | at.offset.value, at.index,
        seconds);
}

Result<ParsedEventId> parse_event_id(std::string_view text) {
    auto bad = [] { return fail(Code::kInvalidArgument, "not an event id"); };
    constexpr auto kPrefix = kRepoDigits + kPartitionDigits;
    if (text.size() < kPrefix + 1 || text[kPrefix] != '_') return bad();
    TRY(auto repo, from_base62(text.substr(0, kRepoDigits)));
    TRY(auto partition, from_base62(text.substr(kRepoDigits, kPartitionDigits)));

    std::array<std::uint64_t, 2> numbers{};
    const char* from = text.data() + kPrefix + 1;
    const char* end = text.data() + text.size();
    for (auto& number : numbers) {
        auto [next, error] = std::from_chars(from, end, number);
        if (error != std::errc() || next == end || *next != '_') return bad();
        from = next + 1;
    }
    if (numbers[1] > 0xFFFFFFFF) return bad();
    ParsedEventId parsed;
    parsed.repo.high = static_cast<std::uint64_t>(repo >> 64);
    parsed.repo.low = static_cast<std::uint64_t>(repo);
    parsed.at.partition = PartitionId(static_cast<std::uint32_t>(partition));
    parsed.at.epoch = Epoch(static_cast<std::uint32_t>(numbers[0] >> kOffsetBits));
    parsed.at.offset = LogOffset(numbers[0] & ((std::uint64_t{1} << kOffsetBits) - 1));
    parsed.at.index = static_cast<std::uint32_t>(numbers[1]);
    return parsed;
}

}  // namespace logwood::model
