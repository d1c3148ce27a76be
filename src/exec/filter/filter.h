#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "exec/columns/batch.h"

namespace logwood::exec {

/// What is known of a filter's answer before events are read.
enum class Verdict : std::uint8_t { kNever, kMaybe, kAlways };

/// Says which rows pass; changes nothing. Immutable, any thread.
class Filter {
 public:
    virtual ~Filter() = default;
    /// One byte a row of the batch.
    virtual Result<Mask> test(Batch& batch) const = 0;
    /// The answer for events whose `field` has `value`, as far as that decides it.
    virtual Verdict judge(std::string_view /*field*/, std::string_view /*value*/) const {
        return Verdict::kMaybe;
    }
    /// True when what it decides by is not there now (a parser's lookup file): rows pass then, also
    /// behind a NOT.
    virtual Result<bool> is_void() const { return false; }
    /// Relative price of a row, for ordering: 0 constants, 1 a dictionary look-up, 10 a regex, ...
    virtual int cost() const { return 5; }
};

using FilterPtr = std::unique_ptr<Filter>;

}  // namespace logwood::exec
