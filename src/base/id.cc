#include "base/id.h"

#include <fmt/format.h>

#include <charconv>

namespace logwood {

std::string Id128::to_string() const { return fmt::format("{:016x}{:016x}", high, low); }

Result<Id128> Id128::parse(std::string_view text) {
    if (text.size() != 32)
        return fail(Code::kInvalidArgument, fmt::format("id `{}` is not 32 hex digits", text));
    Id128 id;
    for (auto [half, target] :
         {std::pair{text.substr(0, 16), &id.high}, {text.substr(16), &id.low}}) {
        auto [end, error] = std::from_chars(half.data(), half.data() + half.size(), *target, 16);
        if (error != std::errc() || end != half.data() + half.size())
            return fail(Code::kInvalidArgument, fmt::format("id `{}` is not 32 hex digits", text));
    }
    return id;
}

}  // namespace logwood
