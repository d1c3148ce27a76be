#include "exec/text/find_text.h"

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace logwood::exec {
namespace {

#ifdef __AVX2__
/// Longer needles are left to memmem(), whose worst case does not grow with them.
constexpr std::size_t kAnchoredBytesMax = 32;

/// memmem() for needles of 2 to kAnchoredBytesMax bytes: looks at 32 places at once for their first
/// and last byte, and only where both are right at all between them.
const char* find_anchored(std::string_view text, std::string_view needle) {
    const auto first = _mm256_set1_epi8(needle.front());
    const auto last = _mm256_set1_epi8(needle.back());
    auto load = [](const char* at) {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    };
    auto* at = text.data();
    auto* end = at + text.size();
    for (; static_cast<std::size_t>(end - at) >= needle.size() + 31; at += 32) {
        auto both = _mm256_and_si256(_mm256_cmpeq_epi8(load(at), first),
                                     _mm256_cmpeq_epi8(load(at + needle.size() - 1), last));
        for (auto places = static_cast<std::uint32_t>(_mm256_movemask_epi8(both)); places != 0;
             places &= places - 1) {
            auto* place = at + std::countr_zero(places);
            if (std::memcmp(place + 1, needle.data() + 1, needle.size() - 2) == 0) return place;
        }
    }
    auto rest = static_cast<std::size_t>(end - at);
    return static_cast<const char*>(memmem(at, rest, needle.data(), needle.size()));
}
#endif

const char* find_exact(std::string_view text, std::string_view needle) {
#ifdef __AVX2__
    if (needle.size() >= 2 && needle.size() <= kAnchoredBytesMax)
        return find_anchored(text, needle);
#endif
    return static_cast<const char*>(memmem(text.data(), text.size(), needle.data(), needle.size()));
}

}  // namespace

std::string fold(std::string_view text) {
    std::string folded(text);
    for (auto& c : folded) c = fold(c);
    return folded;
}

bool same_text(std::string_view text, std::string_view other, bool ignore_case) {
    if (text.size() != other.size()) return false;
    if (!ignore_case) return std::memcmp(text.data(), other.data(), text.size()) == 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (fold(text[i]) != other[i]) return false;
    return true;
}

std::size_t find_text(std::string_view text, std::string_view needle, std::size_t from,
                      bool ignore_case) {
    if (from > text.size() || needle.size() > text.size() - from) return std::string_view::npos;
    if (needle.empty()) return from;
    if (!ignore_case) {
        auto* found = find_exact(text.substr(from), needle);
        return found ? static_cast<std::size_t>(found - text.data()) : std::string_view::npos;
    }
    auto last = text.size() - needle.size();
    auto lower = needle[0];
    auto upper = lower >= 'a' && lower <= 'z' ? static_cast<char>(lower - 32) : lower;
    for (auto at = from; at <= last; ++at) {
        if (text[at] != lower && text[at] != upper) continue;
        if (same_text(text.substr(at, needle.size()), needle, true)) return at;
    }
    return std::string_view::npos;
}

}  // namespace logwood::exec
