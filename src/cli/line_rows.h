#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/row_source.h"

namespace logwood::cli {

/// Lines of text as events that no parser has seen: `@rawstring` and a time. Nothing is copied.
std::unique_ptr<model::RowSource> make_line_rows(std::shared_ptr<const std::string> text,
                                                 std::vector<std::string_view> lines, UtcTime time,
                                                 std::uint64_t chunk);

}  // namespace logwood::cli
