// Against the whole table, filled cell by cell.
#include "exec/text/edit_distance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace logwood::exec {
namespace {

std::size_t plain_distance(const std::string& a, const std::string& b, bool swaps) {
    std::vector<std::vector<std::size_t>> table(a.size() + 1,
                                                std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            auto& cell = table[i][j];
            if (i == 0 || j == 0) {
                cell = i + j;
                continue;
            }
            cell = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1,
                             table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (swaps && i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cell = std::min(cell, table[i - 2][j - 2] + 1);
        }
    }
    return table[a.size()][b.size()];
}

TEST(EditDistance, EqualsTheWholeTable) {
    std::mt19937 random(7);
    auto text = [&] {
        std::string out(random() % 12, ' ');
        for (auto& c : out) c = static_cast<char>('a' + random() % 3);
        return out;
    };
    for (int i = 0; i < 20'000; ++i) {
        auto a = text();
        auto b = text();
        EditDistanceOptions options{1 + random() % 12, false, random() % 2 == 0};
        auto expected =
            std::min(plain_distance(a, b, options.allows_transpositions), options.distance_max);
        ASSERT_EQ(edit_distance(a, b, options), expected)
            << a << " " << b << " " << options.distance_max;
    }
}

TEST(EditDistance, CountsCharactersNotBytes) {
    EXPECT_EQ(edit_distance("\u00e9t\u00e9", "ete", {}), 2U);
    EXPECT_EQ(edit_distance("\u00c9T\u00c9", "\u00e9t\u00e9", {100, true, true}), 0U);
}

}  // namespace
}  // namespace logwood::exec
