// format(), formatTime(), formatDuration(): texts out of numbers and times.
#include <algorithm>
#include <cmath>
#include <memory>

#include "exec/compute/row_function.h"
#include "exec/plan/registry_values.h"
#include "exec/text/number_text.h"
#include "exec/text/printf_format.h"
#include "exec/time/time_format.h"
#include "exec/time/zone_argument.h"

namespace logwood::exec {
namespace {

/// formatTime(unit=auto) takes smaller values for seconds (reference 3).
constexpr double kLargestSeconds = 100'000'000'000;

enum class TimeUnitChoice : std::uint8_t { kAuto, kSeconds, kMilliseconds };

class FormatTimeExpression final : public Expression {
 public:
    FormatTimeExpression(std::string field, TimeFormat format, TimeZone zone, TimeUnitChoice unit)
        : field_(std::move(field)),
          format_(std::move(format)),
          zone_(std::move(zone)),
          unit_(unit) {}

    Result<Values> evaluate(Batch& batch) const override {
        TRY(auto numbers, batch.numbers(field_));
        LocalClock clock(zone_);
        ColumnMaker maker(numbers->size());
        std::string text;
        for (double number : *numbers) {
            text.clear();
            bool has_text = !WorkLimit::is_over() && append(text, number, clock);
            maker.add(has_text ? std::string_view(text) : model::kMissing);
        }
        return Values(maker.finish());
    }
    bool list_fields(std::vector<std::string>& fields) const override {
        fields.push_back(field_);
        return true;
    }

 private:
    bool append(std::string& out, double number, LocalClock& clock) const {
        if (is_null(number)) return false;
        if (unit_ != TimeUnitChoice::kAuto && std::trunc(number) != number) return false;
        bool is_seconds = unit_ == TimeUnitChoice::kSeconds ||
                          (unit_ == TimeUnitChoice::kAuto && number <= kLargestSeconds);
        double ns = number * (is_seconds ? 1e9 : 1e6);
        if (!(std::fabs(ns) < 9.2e18)) return false;
        auto whole =
            is_seconds && std::trunc(number) != number
                ? static_cast<std::int64_t>(ns)
                : static_cast<std::int64_t>(number) * (is_seconds ? 1'000'000'000 : 1'000'000);
        format_.append(out, UtcTime{whole}, clock);
        return true;
    }

    std::string field_;
    TimeFormat format_;
    TimeZone zone_;
    TimeUnitChoice unit_;
};

/// `6h30m52s553ms`; nothing smaller than nanoseconds.
std::string duration_text(std::int64_t ns, std::uint64_t units_max) {
    constexpr std::pair<std::int64_t, const char*> kUnits[] = {{86'400'000'000'000, "d"},
                                                               {3'600'000'000'000, "h"},
                                                               {60'000'000'000, "m"},
                                                               {1'000'000'000, "s"},
                                                               {1'000'000, "ms"},
                                                               {1000, "us"},
                                                               {1, "ns"}};
    std::string out = ns < 0 ? "-" : "";
    auto rest = ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
    std::uint64_t used = 0;
    for (auto& [size, name] : kUnits) {
        auto count = rest / static_cast<std::uint64_t>(size);
        rest %= static_cast<std::uint64_t>(size);
        if (used > 0) ++used;
        if (count != 0) {
            used = std::max<std::uint64_t>(used, 1);
            if (units_max == 0 || used <= units_max) out += std::to_string(count) + name;
        }
    }
    return used == 0 ? "0" : out;
}

std::int64_t unit_ns(std::string_view unit) {
    constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {{"ns", 1},
                                                                    {"us", 1000},
                                                                    {"ms", 1'000'000},
                                                                    {"s", 1'000'000'000},
                                                                    {"m", 60'000'000'000},
                                                                    {"h", 3'600'000'000'000},
                                                                    {"d", 86'400'000'000'000}};
    for (auto& [name, ns] : kUnits)
        if (name == unit) return ns;
    return 1'000'000;
}

}  // namespace

lang::Checked<Compute> make_format(const lang::BoundCall& call, Compiler& compiler) {
    auto compiled = PrintfFormat::compile(call.text("format"));
    if (!compiled) return wrong_argument(call, "format", compiled.error().message);
    LANG_TRY(auto zone, zone_argument_or_query(call, "timezone", compiler));
    auto print = [format = std::move(*compiled), zone](std::span<const std::string_view> values,
                                                       std::string& out) {
        thread_local LocalClock clock{TimeZone()};
        if (clock.zone().name() != zone.name()) clock = LocalClock(zone);
        out.clear();
        format.append(out, values, clock);
        return std::string_view(out);
    };
    std::vector<ExpressionPtr> inputs;
    for (auto& field : call.fields("field")) inputs.push_back(field_expression(field));
    if (inputs.empty()) inputs.push_back(constant_expression(std::string()));
    return Compute{call.text("as"), row_function(std::move(inputs), Missing::kIsPassedOn, print)};
}

lang::Checked<Compute> make_format_time(const lang::BoundCall& call, Compiler& compiler) {
    auto format = TimeFormat::compile(call.text("format"));
    if (!format) return wrong_argument(call, "format", format.error().message);
    LANG_TRY(auto zone, zone_argument_or_query(call, "timezone", compiler));
    auto unit = call.text("unit");
    auto choice = unit == "seconds"        ? TimeUnitChoice::kSeconds
                  : unit == "milliseconds" ? TimeUnitChoice::kMilliseconds
                                           : TimeUnitChoice::kAuto;
    return Compute{call.text("as"),
                   std::make_unique<FormatTimeExpression>(call.text("field"), std::move(*format),
                                                          std::move(zone), choice)};
}

lang::Checked<Compute> make_format_duration(const lang::BoundCall& call, Compiler&) {
    auto field = call.text("field");
    auto unit = unit_ns(call.text("from"));
    auto precision = static_cast<std::uint64_t>(std::max(0.0, call.number("precision")));
    auto print = [unit, precision](std::string_view text, std::string& out) {
        double number = parse_number(text);
        bool fits =
            std::trunc(number) == number && std::fabs(number) * static_cast<double>(unit) < 9.2e18;
        if (!fits) return text;
        out = duration_text(static_cast<std::int64_t>(number) * unit, precision);
        return std::string_view(out);
    };
    return Compute{call.text("as", field), text_function(field, print)};
}

}  // namespace logwood::exec
