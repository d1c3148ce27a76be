#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exec/query.h"

namespace logwood::api {

/// How an export writes its rows. One export each; any thread, one at a time.
class ExportFormat {
 public:
    virtual ~ExportFormat() = default;

    virtual std::string_view content_type() const = 0;
    /// True when begin() must be told the columns, as the first rows have no order of their own.
    virtual bool needs_columns(const exec::ResultRows& /*first*/) const { return false; }
    /// What stands before the first row, given the first rows; null when there are none. `columns`
    /// are all fields that occur, for a format that needs them.
    virtual std::string begin(const exec::ResultRows* first,
                              const std::vector<std::string>& columns) = 0;
    /// Rows [begin, end) of one batch, appended to `out`.
    virtual void append(std::string& out, const exec::ResultRows& rows, std::size_t begin,
                        std::size_t end) = 0;
    virtual std::string end() const { return {}; }
};

/// The format that an Accept header asks for: JSON, NDJSON, CSV, or plain text for all else.
std::unique_ptr<ExportFormat> choose_export_format(std::string_view accept);

}  // namespace logwood::api
