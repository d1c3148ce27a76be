#include "model/coordinates.h"

#include <array>
#include <charconv>
#include <span>

namespace logwood::model {
namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kRepoDigits = 22;  // 62^22 > 2^128
constexpr std::size_t kPartitionDigits = 2;
constexpr unsigned kOffsetBits = 48;

__extension__ using Wide = unsigned __int128;

void write_base62(Wide value, std::span<char> digits) {
    for (auto at = digits.size(); at-- > 0; value /= 62)
        digits[at] = kDigits[static_cast<std::size_t>(value % 62)];
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

EventIdText::EventIdText(RepoId repo) {
    auto wide = (static_cast<Wide>(repo.high) << 64) | repo.low;
    write_base62(wide, std::span(text_).first(kRepoDigits));
}

std::string_view EventIdText::render(const Coordinates& at, UtcTime event_time) {
    write_base62(at.partition.value, std::span(text_).subspan(kRepoDigits, kPartitionDigits));
    auto seconds = event_time.ns / 1'000'000'000 - (event_time.ns % 1'000'000'000 < 0);
    auto* end = text_.data() + kRepoDigits + kPartitionDigits;
    auto add = [&](auto number) {
        *end++ = '_';
        end = std::to_chars(end, text_.data() + text_.size(), number).ptr;
    };
    add((static_cast<std::uint64_t>(at.epoch.value) << kOffsetBits) | at.offset.value);
    add(at.index);
    add(seconds);
    return {text_.data(), end};
}

std::string event_id(RepoId repo, const Coordinates& at, UtcTime event_time) {
    return std::string(EventIdText(repo).render(at, event_time));
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
