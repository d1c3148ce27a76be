// Three rows of the usual table, of which only the cells near the diagonal are filled: those
// further away than the largest distance cannot be part of a smaller one.
#include "exec/text/edit_distance.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "exec/text/unicode_text.h"

namespace logwood::exec {
namespace {

std::vector<std::uint32_t> characters_of(std::string_view text, bool lower) {
    std::string lowered;
    if (lower) {
        append_lower(lowered, text);
        text = lowered;
    }
    std::vector<std::uint32_t> out;
    for (std::size_t at = 0; at < text.size();) out.push_back(next_code_point(text, at));
    return out;
}

}  // namespace

std::size_t edit_distance(std::string_view a_text, std::string_view b_text,
                          const EditDistanceOptions& options) {
    auto a = characters_of(a_text, options.ignores_case);
    auto b = characters_of(b_text, options.ignores_case);
    auto most = options.distance_max;
    auto difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (difference >= most) return most;
    std::vector<std::size_t> before_last(b.size() + 1, most);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1, most);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = std::min(j, most);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto begin = i > most ? i - most : 1;
        auto end = std::min(b.size(), i + most);
        row[begin - 1] = begin == 1 ? std::min(i, most) : most;
        auto least = row[begin - 1];
        for (auto j = begin; j <= end; ++j) {
            auto change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            auto best = std::min({change, row[j - 1] + 1, last[j] + 1, most});
            bool is_swap = options.allows_transpositions && i > 1 && j > 1 &&
                           a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap) best = std::min(best, before_last[j - 2] + 1);
            row[j] = best;
            least = std::min(least, best);
        }
        if (end < b.size()) row[end + 1] = most;
        bool is_hopeless = least >= most && !options.allows_transpositions;
        if (is_hopeless) return most;
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return std::min(last[b.size()], most);
}

}  // namespace logwood::exec
