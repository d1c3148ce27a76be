#include "exec/columns/event_times.h"

#include <cmath>

namespace logwood::exec {

Result<std::vector<std::int64_t>> event_times(Batch& batch) {
    if (batch.is_stored("@timestamp") || !batch.source()) {
        TRY(auto times, batch.times());
        return std::vector<std::int64_t>(times.begin(), times.end());
    }
    TRY(auto numbers, batch.numbers("@timestamp"));
    std::vector<std::int64_t> times;
    times.reserve(numbers->size());
    for (auto ms : *numbers)
        times.push_back(std::fabs(ms) < 9.2e12 ? UtcTime::from_ms(std::int64_t(ms)).ns
                                               : UtcTime::min().ns);
    return times;
}

}  // namespace logwood::exec
