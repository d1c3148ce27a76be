#pragma once

#include <cstdint>
#include <string_view>

#include "exec/columns/field_sink.h"

namespace logwood::exec {

struct KeyValueOptions {
    enum class Padding : std::uint8_t {
        kUnknown,  ///< Blanks may stand around separators, or not.
        kNo,       ///< `a=b` only.
        kYes,      ///< `a = b` only; `a=b` is a word.
    };
    char separator = '=';
    Padding padding = Padding::kUnknown;
    bool exclude_empty = false;
};

/// Finds `key=value` pairs: `k=v`, `k="v w"`, `k='v w'`, `"k k"=v`. An unquoted value goes to the
/// next blank and loses `,` and `;` at its end; what is no pair is skipped, and so is a pair whose
/// quote has no end. Values are views of the text; quotes inside quotes keep their backslash.
void parse_key_values(std::string_view text, const KeyValueOptions& options, FieldSink& sink);

}  // namespace logwood::exec
