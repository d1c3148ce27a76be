#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>

namespace logwood {

using Duration = std::chrono::nanoseconds;
using namespace std::chrono_literals;

/// A point in civil time: nanoseconds since 1970-01-01 UTC (years 1677 to 2262).
struct UtcTime {
    std::int64_t ns = 0;

    static constexpr UtcTime from_ms(std::int64_t ms) { return {ms * 1'000'000}; }
    /// Rounds down, also before 1970.
    constexpr std::int64_t ms() const { return ns / 1'000'000 - (ns % 1'000'000 < 0); }
    /// The nanoseconds below the millisecond, 0 to 999,999.
    constexpr std::int64_t sub_ms_ns() const { return ((ns % 1'000'000) + 1'000'000) % 1'000'000; }

    static constexpr UtcTime min() { return {std::numeric_limits<std::int64_t>::min()}; }
    static constexpr UtcTime max() { return {std::numeric_limits<std::int64_t>::max()}; }
    friend constexpr auto operator<=>(UtcTime, UtcTime) = default;
    friend constexpr UtcTime operator+(UtcTime t, Duration d) { return {t.ns + d.count()}; }
    friend constexpr UtcTime operator-(UtcTime t, Duration d) { return {t.ns - d.count()}; }
    friend constexpr Duration operator-(UtcTime a, UtcTime b) { return Duration(a.ns - b.ns); }
};

/// A point on a clock that never jumps; only differences mean something.
struct MonoTime {
    std::int64_t ns = 0;

    static constexpr MonoTime never() { return {std::numeric_limits<std::int64_t>::max()}; }
    friend constexpr auto operator<=>(MonoTime, MonoTime) = default;
    friend constexpr MonoTime operator+(MonoTime t, Duration d) { return {t.ns + d.count()}; }
    friend constexpr Duration operator-(MonoTime a, MonoTime b) { return Duration(a.ns - b.ns); }
};

}  // namespace logwood
