// A time read from a text becomes three fields.
#include "exec/time/timestamp_fields.h"

#include <unordered_map>
#include <vector>

#include "exec/columns/column_maker.h"

namespace logwood::exec {
namespace {

using model::Column;

/// The fields of all rows, being made.
struct Made {
    explicit Made(std::size_t rows)
        : ms(rows, kNullNumber), nanos(rows, kNullNumber), zones(rows), errors(rows) {}

    void add(std::size_t row, const Result<ParsedTime>& parsed) {
        if (parsed) {
            ms[row] = static_cast<double>(parsed->time.ms());
            nanos[row] = static_cast<double>(parsed->time.sub_ms_ns());
        } else {
            has_errors = true;
        }
        zones.add(parsed ? std::string_view(parsed->zone) : model::kMissing);
        errors.add(parsed ? model::kMissing : std::string_view(parsed.error().message));
    }
    void add_missing() {
        zones.add(model::kMissing);
        errors.add(model::kMissing);
    }

    Values::Numbers ms;
    Values::Numbers nanos;
    ColumnMaker zones;
    ColumnMaker errors;
    bool has_errors = false;
};

}  // namespace

lang::Checked<TimestampArguments> TimestampArguments::read(const lang::BoundCall& call) {
    TimestampArguments made;
    made.field = call.text("field");
    made.as = call.text("as");
    made.zone_as = call.text("timezoneAs");
    made.zone_field = call.text("timezoneField");
    made.adds_errors = call.boolean("addErrors", true);
    LANG_TRY(made.zone, zone_argument(call, "timezone"));
    return made;
}

Result<void> set_timestamps(Batch& batch, const TimestampArguments& arguments,
                            const ReadTime& read) {
    TRY(auto texts, batch.column(arguments.field));
    if (texts.kind() == Column::Kind::kMissing) return {};
    Column zone_names = Column::missing(batch.rows());
    if (!arguments.zone) {
        TRY(zone_names, batch.column(arguments.zone_field));
    }
    ZoneTable zones;
    // Columns of few texts: what each reads as, so long as the zone of the row before is the same.
    bool is_repeating = texts.kind() != Column::Kind::kPlain;
    std::unordered_map<std::string_view, Result<ParsedTime>> known;
    std::string_view known_zone;
    Made made(batch.rows());
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        auto text = texts[row];
        if (model::is_missing(text)) {
            made.add_missing();
            continue;
        }
        auto zone_name = zone_names[row];
        ZoneChoice given{.always = arguments.zone ? &*arguments.zone : nullptr};
        if (!zone_name.empty()) given.otherwise = zones.find(zone_name);
        if (!is_repeating) {
            made.add(row, read(text, given));
            continue;
        }
        if (zone_name != known_zone) known.clear();
        known_zone = zone_name;
        auto found = known.find(text);
        if (found == known.end()) found = known.emplace(text, read(text, given)).first;
        made.add(row, found->second);
    }
    TRY_OK(batch.assign(arguments.as, Values::numbers(std::move(made.ms))));
    TRY_OK(batch.assign(arguments.as + ".nanos", Values::numbers(std::move(made.nanos))));
    if (!arguments.zone_as.empty())
        TRY_OK(batch.assign(arguments.zone_as, Values(made.zones.finish())));
    if (!arguments.adds_errors || !made.has_errors) return {};
    return batch.set_errors(made.errors.finish());
}

}  // namespace logwood::exec
