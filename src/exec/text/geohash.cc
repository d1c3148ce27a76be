#include "exec/text/geohash.h"

#include <cmath>

namespace logwood::exec {

bool geohash(std::string& out, double latitude, double longitude, int digits) {
    constexpr std::string_view kDigits = "0123456789bcdefghjkmnpqrstuvwxyz";
    constexpr int kBitsEach = 5;
    out.clear();
    if (!(std::fabs(latitude) <= 90 && std::fabs(longitude) <= 180)) return false;
    double low[] = {-180, -90};
    double high[] = {180, 90};
    const double value[] = {longitude, latitude};
    unsigned bits = 0;
    for (int bit = 0; bit < digits * kBitsEach; ++bit) {
        auto axis = static_cast<std::size_t>(bit % 2);
        auto middle = (low[axis] + high[axis]) / 2;
        bool is_upper = value[axis] >= middle;
        (is_upper ? low : high)[axis] = middle;
        bits = bits << 1 | (is_upper ? 1U : 0U);
        if (bit % kBitsEach != kBitsEach - 1) continue;
        out += kDigits[bits];
        bits = 0;
    }
    return true;
}

}  // namespace logwood::exec
