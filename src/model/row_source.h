#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "model/column.h"
#include "model/coordinates.h"
#include "model/time_range.h"

namespace logwood::model {

/// A run of stored rows that a query reads by column: a record's batch, or a segment's row group.
///
/// Columns are decoded when asked for. Fields are those stored with the event, tags among them
/// (`#type`); `@timestamp`, `@timestamp.nanos`, `@ingesttimestamp`, `@id` and `#repo` are not
/// fields but views of the times, the coordinates and the repository. One thread at a time.
class RowSource {
 public:
    virtual ~RowSource() = default;

    virtual std::size_t rows() const = 0;
    virtual RepoId repo() const = 0;
    /// The field's column; Kind::kMissing when no row has it.
    virtual Result<Column> column(std::string_view field) const = 0;
    /// Texts that the field's values are drawn from, when they are known without decoding rows: a
    /// superset, and rows may still lack the field. Lets a filter rule out all rows first. The
    /// span's address is the same for all row groups of a segment, so results can be cached by it.
    virtual Result<std::optional<std::span<const std::string_view>>> dictionary(
        std::string_view /*field*/) const {
        return std::nullopt;
    }
    /// Names of all fields that at least one row has, in no special order; views live as long as
    /// the source.
    virtual Result<std::vector<std::string_view>> fields() const = 0;
    /// Bounds of the event times when they are known without decoding rows; may be wider.
    virtual std::optional<TimeBounds> time_bounds() const { return std::nullopt; }
    /// Nanoseconds since 1970, one a row; views live as long as the source.
    virtual Result<std::span<const std::int64_t>> event_times() const = 0;
    virtual Result<std::span<const std::int64_t>> ingest_times() const = 0;
    virtual Result<std::span<const Coordinates>> coordinates() const = 0;
};

}  // namespace logwood::model
