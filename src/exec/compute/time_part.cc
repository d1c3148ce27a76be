// time:*(): parts of a time on local clocks. duration(): milliseconds.
#include <cmath>
#include <memory>
#include <optional>

#include "exec/plan/registry_values.h"
#include "exec/time/civil_time.h"
#include "exec/time/zone_argument.h"

namespace logwood::exec {
namespace {

using Part = double (*)(const CivilTime&);

class TimePartExpression final : public Expression {
 public:
    TimePartExpression(const lang::BoundCall& call, std::optional<TimeZone> zone, TimeZone of_query,
                       Part part, const char* (*name)(std::uint32_t))
        : field_(call.text("field")),
          zone_field_(call.text("timezoneField")),
          zone_(std::move(zone)),
          of_query_(std::move(of_query)),
          part_(part),
          name_(name) {}

    Result<Values> evaluate(Batch& batch) const override {
        TRY(auto times, batch.numbers(field_));
        auto zone_names = model::Column::missing(batch.rows());
        if (!zone_) {
            TRY(zone_names, batch.column(zone_field_));
        }
        ZoneTable zones;
        LocalClock clock(zone_ ? *zone_ : of_query_);
        std::string_view clock_zone;
        Values::Numbers out(times->size(), kNullNumber);
        for (std::size_t row = 0; row < out.size(); ++row) {
            double ms = (*times)[row];
            if (!(std::fabs(ms) < 9.2e12)) continue;
            if (auto name = zone_names[row]; !name.empty() && name != clock_zone) {
                auto* zone = zones.find(name);
                clock = LocalClock(zone ? *zone : of_query_);
                clock_zone = name;
            } else if (name.empty() && !clock_zone.empty()) {
                clock = LocalClock(of_query_);
                clock_zone = {};
            }
            auto time = UtcTime::from_ms(static_cast<std::int64_t>(std::floor(ms)));
            out[row] = part_(civil_of(clock.local(time)));
        }
        return name_ ? Values(names(out)) : Values::numbers(std::move(out));
    }

 private:
    model::Column names(const Values::Numbers& numbers) const {
        std::vector<std::string_view> texts(numbers.size(), model::kMissing);
        for (std::size_t row = 0; row < texts.size(); ++row)
            if (!is_null(numbers[row]))
                texts[row] = name_(static_cast<std::uint32_t>(numbers[row]));
        return model::Column::plain(std::move(texts), nullptr);
    }

    std::string field_;
    std::string zone_field_;
    std::optional<TimeZone> zone_;
    TimeZone of_query_;
    Part part_;
    const char* (*name_)(std::uint32_t);
};

lang::Checked<Compute> time_part(const lang::BoundCall& call, Compiler& compiler, Part part,
                                 const char* (*name)(std::uint32_t) = nullptr) {
    LANG_TRY(auto zone, zone_argument(call, "timezone"));
    auto of_query = TimeZone::find(compiler.options().time_zone);
    return Compute{call.text("as"),
                   std::make_unique<TimePartExpression>(
                       call, std::move(zone), of_query ? *of_query : TimeZone(), part, name)};
}

}  // namespace

#define LOGWOOD_TIME_PART(name, value)                                                         \
    lang::Checked<Compute> make_time_##name(const lang::BoundCall& call, Compiler& compiler) { \
        return time_part(call, compiler, [](const CivilTime& t) { return double(value); });    \
    }
LOGWOOD_TIME_PART(day_of_month, t.day)
LOGWOOD_TIME_PART(day_of_week, t.weekday())
LOGWOOD_TIME_PART(day_of_year, t.day_of_year())
LOGWOOD_TIME_PART(hour, t.hour)
LOGWOOD_TIME_PART(millisecond, t.nano / 1'000'000)
LOGWOOD_TIME_PART(minute, t.minute)
LOGWOOD_TIME_PART(month, t.month)
LOGWOOD_TIME_PART(second, t.second)
LOGWOOD_TIME_PART(week_of_year, iso_week_of(t).week)
LOGWOOD_TIME_PART(year, t.year)
#undef LOGWOOD_TIME_PART

lang::Checked<Compute> make_time_month_name(const lang::BoundCall& call, Compiler& compiler) {
    return time_part(
        call, compiler, [](const CivilTime& t) { return double(t.month); }, month_name);
}

lang::Checked<Compute> make_time_day_of_week_name(const lang::BoundCall& call, Compiler& compiler) {
    return time_part(
        call, compiler, [](const CivilTime& t) { return double(t.weekday()); }, weekday_name);
}

lang::Checked<Compute> make_duration(const lang::BoundCall& call, Compiler&) {
    auto ms = call.duration_ms("duration");
    if (!ms) return wrong_argument(call, "duration", "a duration such as 5min is needed");
    return Compute{call.text("as"), constant_expression(static_cast<double>(*ms))};
}

}  // namespace logwood::exec
