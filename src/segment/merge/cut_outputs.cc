#include <algorithm>
#include <map>
#include <optional>

#include "segment/day.h"
#include "segment/limits.h"
#include "segment/merge/merge.h"

namespace logwood::segment {

std::vector<Output> cut_outputs(std::span<const std::shared_ptr<const Reader>> inputs) {
    std::map<std::int32_t, DaySize> days;
    model::TimeBounds arrival;
    for (auto& input : inputs) {
        arrival.add(input->summary().ingest_times);
        for (auto& size : input->summary().days) {
            days[size.day].rows += size.rows;
            days[size.day].raw_bytes += size.raw_bytes;
        }
    }
    auto future = std::int64_t{day_of(arrival.max_ns)} + kFutureDays;
    std::vector<Output> outputs;
    std::map<std::int32_t, std::size_t> months;
    std::optional<std::size_t> future_output;
    for (auto& [day, size] : days) {
        auto index = outputs.size();
        if (day > future)
            index = future_output.value_or(index), future_output = index;
        else if (size.raw_bytes < kDayOutputRawBytesMin)
            index = months.try_emplace(month_of(day), index).first->second;
        if (index == outputs.size()) outputs.emplace_back();
        auto& output = outputs[index];
        output.days.push_back(day);
        output.rows += size.rows;
        output.raw_bytes += size.raw_bytes;
    }
    return outputs;
}

}  // namespace logwood::segment
