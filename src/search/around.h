#pragma once

#include <memory>
#include <string>

#include "exec/query.h"
#include "search/query_input.h"

namespace logwood::search {

/// The texts of the two queries that find the neighbours of an event: some more than are wanted,
/// for events of the same millisecond, of which only the rows tell which side they are on.
std::string older_neighbours(const std::string& query, const Around& around);
std::string newer_neighbours(const std::string& query, const Around& around);

/// One result, newest first, of what the two queries found: the event itself if it is there, and on
/// each side as many events as are wanted.
exec::ResultRows combine_neighbours(const exec::ResultRows& older, const exec::ResultRows& newer,
                                    const Around& around);

}  // namespace logwood::search
