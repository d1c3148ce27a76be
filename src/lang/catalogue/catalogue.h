#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lang/catalogue/signature.h"

namespace logwood::lang {

/// A signature in writing. Parameters are `name|alias!*: type(choices) = default`, separated by
/// `; `: `!` marks a required one, `*` the one that may go without its name.
struct CatalogueEntry {
    std::string_view name;
    FunctionKind kind;
    std::uint16_t traits;
    std::string_view parameters;
};

/// The language's functions, by family; each family is one file.
std::span<const CatalogueEntry> aggregate_catalogue();
std::span<const CatalogueEntry> array_catalogue();
std::span<const CatalogueEntry> math_and_time_catalogue();
std::span<const CatalogueEntry> table_catalogue();
std::span<const CatalogueEntry> text_catalogue();

}  // namespace logwood::lang
