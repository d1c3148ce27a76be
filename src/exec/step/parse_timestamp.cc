// parseTimestamp(): a time by a pattern. findTimestamp(): the first one in a text.
#include "exec/plan/registry_values.h"
#include "exec/time/find_timestamp.h"
#include "exec/time/time_pattern.h"
#include "exec/time/timestamp_fields.h"

namespace logwood::exec {
namespace {

class ParseTimestampStep final : public Operator {
 public:
    ParseTimestampStep(TimestampArguments arguments, TimePattern pattern, UtcTime now)
        : arguments_(std::move(arguments)), pattern_(std::move(pattern)), now_(now) {}

    Result<void> run(Batch& batch) const override {
        auto now = batch.now().value_or(now_);
        return set_timestamps(
            batch, arguments_,
            [&](std::string_view text, const ZoneChoice& given) -> Result<ParsedTime> {
                auto parsed = pattern_.parse(text, given, now);
                if (!parsed)
                    return fail(std::move(parsed.error())
                                    .with_context("parseTimestamp of '" + arguments_.field + "'"));
                return parsed;
            });
    }

 private:
    TimestampArguments arguments_;
    TimePattern pattern_;
    UtcTime now_;
};

class FindTimestampStep final : public Operator {
 public:
    FindTimestampStep(TimestampArguments arguments, UtcTime now)
        : arguments_(std::move(arguments)), now_(now) {}

    Result<void> run(Batch& batch) const override {
        auto now = batch.now().value_or(now_);
        return set_timestamps(
            batch, arguments_,
            [&](std::string_view text, const ZoneChoice& given) -> Result<ParsedTime> {
                auto found = find_timestamp(text, given, now);
                if (!found)
                    return fail(Code::kInvalidArgument,
                                "findTimestamp: no time with a zone in '" + arguments_.field + "'");
                return std::move(found->parsed);
            });
    }

 private:
    TimestampArguments arguments_;
    UtcTime now_;
};

}  // namespace

lang::Checked<OperatorPtr> make_parse_timestamp(const lang::BoundCall& call, Compiler& compiler) {
    auto pattern = TimePattern::compile(call.text("format"), call.boolean("caseSensitive", true));
    if (!pattern) return wrong_argument(call, "format", pattern.error().message);
    LANG_TRY(auto arguments, TimestampArguments::read(call));
    return std::make_unique<ParseTimestampStep>(std::move(arguments), std::move(*pattern),
                                                compiler.options().now);
}

lang::Checked<OperatorPtr> make_find_timestamp(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto arguments, TimestampArguments::read(call));
    return std::make_unique<FindTimestampStep>(std::move(arguments), compiler.options().now);
}

}  // namespace logwood::exec
