#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "exec/columns/row_table.h"

namespace logwood::exec {

/// Two queries of correlate(), by number, and a field of each: their values are equal.
struct CorrelateLink {
    std::size_t query = 0;
    std::string field;
    std::size_t other = 0;
    std::string other_field;
};

/// What makes a constellation of events, one of each query.
struct ConstellationRules {
    std::size_t queries = 0;
    std::size_t root = 0;
    std::vector<CorrelateLink> links;
    bool is_sequence = false;              ///< Events come in the order of the queries, ...
    std::vector<std::string> sequence_by;  ///< ... by these fields, or by time.
    std::int64_t jitter_ns = 0;            ///< By so much an event may come too early.
    std::optional<std::int64_t> within_ns;
    std::uint64_t per_root_max = 1;
    bool uses_once = false;  ///< An event is in one constellation only.
};

/// The events that one query matches: fields, and the place of each in the total order.
struct CorrelateEvents {
    RowTable rows;
    std::vector<model::OrderKey> orders;  ///< Ascending.
};

struct Constellations {
    /// By query: its event in each constellation, as a row of the query's table.
    std::vector<std::vector<std::uint32_t>> rows;
    bool is_cut = false;  ///< There are more than kCorrelateRowsMax.
};

/// Finds the constellations, by the order of their root events. kTooLarge when too many events
/// fit each other. One table a query.
Result<Constellations> find_constellations(const ConstellationRules& rules,
                                           const std::vector<CorrelateEvents>& events);

}  // namespace logwood::exec
