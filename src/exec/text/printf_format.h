#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exec/time/time_zone.h"

namespace logwood::exec {

/// The text of format(): `%[n$|<][flags][width][.precision][h]type` (reference 3, format()).
/// Immutable, any thread.
class PrintfFormat {
 public:
    /// kInvalidArgument with the byte position of the specifier that is wrong.
    static Result<PrintfFormat> compile(std::string_view format);
    /// Appends the text with these arguments. One that is missing, or no number where one is
    /// wanted, prints as `null`.
    void append(std::string& out, std::span<const std::string_view> arguments,
                LocalClock& clock) const;

 private:
    struct Spec {
        std::string literal;  ///< Before the specifier.
        char type = 0;        ///< 0: the literal only.
        char time_letter = 0;
        std::uint32_t argument = 0;
        std::uint32_t width = 0;
        int precision = -1;
        bool is_left = false;
        bool has_plus = false;
        bool has_blank = false;
        bool is_alternate = false;
        bool has_zeros = false;
        bool has_groups = false;
        bool is_half = false;
    };
    class SpecReader;
    static void put(std::string& out, const Spec& spec, std::string_view argument,
                    LocalClock& clock);

    std::vector<Spec> specs_;
};

}  // namespace logwood::exec
