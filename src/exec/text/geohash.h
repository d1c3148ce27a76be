#pragma once

#include <string>
#include <string_view>

namespace logwood::exec {

inline constexpr int kGeohashDigitsMax = 12;

/// The standard base-32 geohash of a place in degrees, in `digits` digits; replaces `out`. False:
/// there is no such place.
bool geohash(std::string& out, double latitude, double longitude, int digits);

}  // namespace logwood::exec
