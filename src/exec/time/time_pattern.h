#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exec/time/parsed_time.h"

namespace logwood::exec {

/// A format of parseTimestamp(), compiled. Immutable, any thread.
///
/// Either a pattern of Java's DateTimeFormatter (documented with that class): letters `y u M L d D
/// H k K h a m s S n E Q X x Z z V O v p`, texts in quotes, optional sections in brackets; or, in
/// any case, `millis`, `milliseconds`, `unixTimeMillis`, `seconds`, `unixtime`, `unixTimeSeconds`,
/// `micros`, `nanos`. More is taken than Java takes where that cannot be misread: any of an
/// offset's spellings for any of its letters, 1 to 9 digits of a fraction, names short or long.
class TimePattern {
 public:
    /// kInvalidArgument with the byte position for what is no pattern.
    static Result<TimePattern> compile(std::string_view pattern, bool case_sensitive = true);

    /// The whole text must fit. A missing year is that of `now`, or the year before when the time
    /// would lie more than 8 days ahead; a missing time of day is midnight. kInvalidArgument with
    /// the byte position where the text stops fitting, or with what is missing (date, zone).
    Result<ParsedTime> parse(std::string_view text, const ZoneChoice& zones, UtcTime now) const;

 private:
    enum class Kind : std::uint8_t {
        kLiteral,
        kNumber,
        kFraction,
        kMonthName,
        kWeekdayName,
        kHalfDay,
        kOffset,
        kZone,
        kPad,       ///< Blanks that fill up the number behind it.
        kOptional,  ///< The nodes up to `end` may be missing.
    };
    struct Node {
        Kind kind = Kind::kLiteral;
        char letter = 0;
        std::uint8_t digits_min = 0;
        std::uint8_t digits_max = 0;
        std::uint8_t reserved = 0;  ///< Digits that belong to numbers right behind this one.
        std::uint32_t end = 0;
        std::string literal;
    };
    struct Fields;
    struct Reader;
    class PatternCompiler;

    Result<ParsedTime> resolve(Fields& fields, const ZoneChoice& zones, UtcTime now) const;

    std::int64_t epoch_unit_ns_ = 0;  ///< Not 0: no pattern but a number of these.
    bool case_sensitive_ = true;
    std::vector<Node> nodes_;
};

}  // namespace logwood::exec
