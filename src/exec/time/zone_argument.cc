// Time zones given in the text of a query, or in fields of events.
#include "exec/time/zone_argument.h"

#include "exec/limits.h"

namespace logwood::exec {

lang::Checked<std::optional<TimeZone>> zone_argument(const lang::BoundCall& call,
                                                     std::string_view parameter) {
    auto name = call.text(parameter);
    if (name.empty()) return std::nullopt;
    auto zone = TimeZone::find(name);
    if (!zone) return wrong_argument(call, parameter, zone.error().message);
    return *zone;
}

lang::Checked<TimeZone> zone_argument_or_query(const lang::BoundCall& call,
                                               std::string_view parameter, Compiler& compiler) {
    LANG_TRY(auto zone, zone_argument(call, parameter));
    if (zone) return *zone;
    auto of_query = TimeZone::find(compiler.options().time_zone);
    return of_query ? *of_query : TimeZone();
}

const TimeZone* ZoneTable::find(std::string_view name) {
    auto known = zones_.find(name);
    if (known == zones_.end()) {
        if (name.size() > kZoneNameBytesMax || zones_.size() >= kZonesRememberedMax) return nullptr;
        auto zone = TimeZone::find(name);
        known = zones_.emplace(name, zone ? std::optional(*zone) : std::nullopt).first;
    }
    return known->second ? &*known->second : nullptr;
}

}  // namespace logwood::exec
