#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exec/time/civil_time.h"
#include "exec/time/time_zone.h"

namespace logwood::exec {

/// A moment with its reading on local clocks.
struct LocalMoment {
    UtcTime utc;
    CivilTime local;
    std::int64_t offset_ns = 0;
    const TimeZone* zone = nullptr;
};
LocalMoment local_moment(UtcTime time, LocalClock& clock);

/// Appends what `%letter` of formatTime() stands for (`Y`, `m`, `T`, ...); false: no such letter.
bool append_time_part(std::string& out, char letter, const LocalMoment& moment);

/// A format of formatTime(), compiled: `%Y-%m-%d %T.%L`. Immutable, any thread.
class TimeFormat {
 public:
    /// kInvalidArgument with the byte position for an unknown directive or a lone `%` at the end.
    static Result<TimeFormat> compile(std::string_view format);
    void append(std::string& out, UtcTime time, LocalClock& clock) const;

 private:
    struct Part {
        std::string literal;
        char letter = 0;  ///< 0: the literal.
    };
    std::vector<Part> parts_;
};

}  // namespace logwood::exec
