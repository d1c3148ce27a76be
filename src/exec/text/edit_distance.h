#pragma once

#include <cstddef>
#include <string_view>

namespace logwood::exec {

struct EditDistanceOptions {
    std::size_t distance_max = 100;  ///< Greater distances count as this.
    bool ignores_case = false;
    /// Swapping neighbours counts as one change (optimal string alignment).
    bool allows_transpositions = true;
};

/// How many characters to insert, remove or change to get from one text to the other. Takes time
/// for one text's length times the largest distance.
std::size_t edit_distance(std::string_view a, std::string_view b,
                          const EditDistanceOptions& options);

}  // namespace logwood::exec
