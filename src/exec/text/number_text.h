#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "exec/columns/values.h"

namespace logwood::exec {

/// The text as a decimal or scientific number (reference 2.3), or null: the whole text counts, no
/// blanks, units, hex, `inf` or `nan`.
double parse_number(std::string_view text);

/// Integral doubles in full without fraction (`4`, `1322658945428`); others with the shortest
/// digits that read back equal: plain down to 10^-4, below with exponent (`9.8E-5`).
std::string format_number(double number);
void append_number(std::string& out, double number);

/// The 8 bytes of a double, bit for bit.
void write_number(ByteWriter& out, double number);
Result<double> read_number(ByteReader& in);

}  // namespace logwood::exec
