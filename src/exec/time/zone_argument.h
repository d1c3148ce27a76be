#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "exec/plan/compiler.h"
#include "exec/time/time_zone.h"

namespace logwood::exec {

/// The zone that an argument names; nullopt when it was not given (or is empty).
lang::Checked<std::optional<TimeZone>> zone_argument(const lang::BoundCall& call,
                                                     std::string_view parameter);
/// The same, but the query's zone when not given.
lang::Checked<TimeZone> zone_argument_or_query(const lang::BoundCall& call,
                                               std::string_view parameter, Compiler& compiler);

/// Looks each name of a zone up once. One thread.
class ZoneTable {
 public:
    /// Null: no such zone.
    const TimeZone* find(std::string_view name);

 private:
    std::map<std::string, std::optional<TimeZone>, std::less<>> zones_;
};

}  // namespace logwood::exec
