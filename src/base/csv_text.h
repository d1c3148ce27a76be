#pragma once

#include <string>
#include <string_view>

namespace logwood {

/// Appends `text` as one cell of a line of CSV: in quotes where RFC 4180 demands them.
void append_csv_cell(std::string& out, std::string_view text);

}  // namespace logwood
