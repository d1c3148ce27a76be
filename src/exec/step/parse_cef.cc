// parseCEF(), parseLEEF(): lines of security products.
#include <map>
#include <memory>
#include <optional>

#include "exec/columns/field_collector.h"
#include "exec/parse/cef_parse.h"
#include "exec/plan/registry_values.h"
#include "exec/time/find_timestamp.h"
#include "exec/time/time_pattern.h"
#include "exec/time/zone_argument.h"

namespace logwood::exec {
namespace {

/// Runs one of the parsers of cef_parse.h.
template <typename Options, Result<void> (*Parse)(std::string_view, const Options&, FieldSink&)>
class ParseHeaderStep final : public Operator {
 public:
    ParseHeaderStep(std::string field, Options options)
        : field_(std::move(field)), options_(std::move(options)) {}

    Result<void> run(Batch& batch) const override {
        FieldCollector collector;
        auto parse = [this](std::string_view text, FieldCollector& into) {
            return Parse(text, options_, into);
        };
        model::Column errors;
        TRY_OK(parse_field(batch, field_, collector, parse, false, &errors));
        return batch.set_errors(errors);
    }

 private:
    std::string field_;
    Options options_;
};

/// Sets `@timestamp` from `devTime`, by `devTimeFormat` where the event has one.
class DeviceTimeStep final : public Operator {
 public:
    DeviceTimeStep(OperatorPtr parse, std::string prefix, TimeZone zone, UtcTime now)
        : parse_(std::move(parse)), prefix_(std::move(prefix)), zone_(std::move(zone)), now_(now) {}

    Result<void> run(Batch& batch) const override {
        TRY_OK(parse_->run(batch));
        TRY(auto texts, batch.column(prefix_ + "devTime"));
        TRY(auto formats, batch.column(prefix_ + "devTimeFormat"));
        if (texts.kind() == model::Column::Kind::kMissing) return {};
        auto now = batch.now().value_or(now_);
        std::map<std::string_view, std::optional<TimePattern>> patterns;
        Values::Numbers ms(batch.rows(), kNullNumber);
        Values::Numbers nanos(batch.rows(), kNullNumber);
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            if (model::is_missing(texts[row])) continue;
            auto parsed = read(texts[row], formats[row], patterns, now);
            if (!parsed) continue;
            ms[row] = static_cast<double>(parsed->time.ms());
            nanos[row] = static_cast<double>(parsed->time.sub_ms_ns());
        }
        TRY_OK(batch.assign("@timestamp", Values::numbers(std::move(ms))));
        return batch.assign("@timestamp.nanos", Values::numbers(std::move(nanos)));
    }

 private:
    std::optional<ParsedTime> read(std::string_view text, std::string_view format,
                                   std::map<std::string_view, std::optional<TimePattern>>& patterns,
                                   UtcTime now) const {
        ZoneChoice zones{.otherwise = &zone_};
        if (format.empty()) {
            auto found = find_timestamp(text, zones, now);
            return found ? std::optional(std::move(found->parsed)) : std::nullopt;
        }
        auto known = patterns.find(format);
        if (known == patterns.end()) {
            auto made = TimePattern::compile(format);
            known = patterns.emplace(format, made ? std::optional(*made) : std::nullopt).first;
        }
        if (!known->second) return std::nullopt;
        auto parsed = known->second->parse(text, zones, now);
        return parsed ? std::optional(*parsed) : std::nullopt;
    }

    OperatorPtr parse_;
    std::string prefix_;
    TimeZone zone_;
    UtcTime now_;
};

}  // namespace

lang::Checked<OperatorPtr> make_parse_leef(const lang::BoundCall& call, Compiler& compiler) {
    auto delimiter = call.text("delimiter", "\t");
    if (delimiter.size() != 1)
        return wrong_argument(call, "delimiter", "the delimiter must be one character");
    LANG_TRY(auto zone, zone_argument(call, "timezone"));
    LeefOptions options{call.text("headerprefix"), call.text("prefix"), delimiter[0]};
    auto prefix = options.prefix;
    OperatorPtr parse = std::make_unique<ParseHeaderStep<LeefOptions, parse_leef>>(
        call.text("field"), std::move(options));
    if (!call.boolean("parsetime", true)) return parse;
    return std::make_unique<DeviceTimeStep>(std::move(parse), std::move(prefix),
                                            zone.value_or(TimeZone()), compiler.options().now);
}

lang::Checked<OperatorPtr> make_parse_cef(const lang::BoundCall& call, Compiler&) {
    CefOptions options{call.text("headerprefix"), call.text("prefix"), call.text("labelprefix"),
                       call.boolean("keeplabels")};
    return std::make_unique<ParseHeaderStep<CefOptions, parse_cef>>(call.text("field"),
                                                                    std::move(options));
}

}  // namespace logwood::exec
