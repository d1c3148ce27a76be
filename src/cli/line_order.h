#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "exec/query.h"
#include "model/batch_source.h"

namespace logwood::cli {

/// Moves the rows behind those of `into`, under the names that are there.
void append_rows(exec::ResultRows from, exec::ResultRows& into);

/// The rows of records, one result a record, as one result in the order of the lines that the
/// records were parsed from. Records are told apart by their partition. Where a parser changed raw
/// texts the order of the records stays.
exec::ResultRows in_line_order(std::span<const std::string_view> lines,
                               std::span<const std::shared_ptr<const model::PlacedRecord>> records,
                               std::vector<exec::ResultRows> results);

}  // namespace logwood::cli
