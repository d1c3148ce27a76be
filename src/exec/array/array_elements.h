#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exec/columns/batch.h"
#include "exec/step/operator.h"

namespace logwood::exec {

/// Elements of the arrays of a batch as rows of their own, with the fields of the event that they
/// are in, and with the element as the field `variable` (for objects: its members as
/// `variable.member`).
struct ArrayElements {
    Batch batch;                         ///< One row an element; trace() starts here.
    std::vector<std::uint32_t> rows;     ///< The row of the event, ascending.
    std::vector<std::uint32_t> indices;  ///< In the array.
};
enum class ElementKind : std::uint8_t { kFlat, kObject };

/// kTooLarge when there are more than kBatchRowsMax elements.
Result<ArrayElements> array_elements(Batch& batch, std::string_view array,
                                     std::string_view variable, ElementKind kind);

/// The step that puts the elements in place of the events. `index_field` gets the index; empty:
/// nowhere.
OperatorPtr elements_step(std::string array, std::string variable, std::string index_field);

}  // namespace logwood::exec
