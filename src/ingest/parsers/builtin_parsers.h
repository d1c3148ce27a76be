#pragma once

#include <span>
#include <string_view>

namespace logwood::ingest {

/// A parser that every repository has, unless it has one of its own of that name.
struct BuiltinParser {
    std::string_view name;
    std::string_view description;
    std::string_view script;  ///< Empty: nothing is done.
};
std::span<const BuiltinParser> builtin_parsers();
/// Null when there is none.
const BuiltinParser* find_builtin_parser(std::string_view name);

}  // namespace logwood::ingest
