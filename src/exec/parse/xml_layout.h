#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logwood::exec {

struct XmlLayoutOptions {
    std::size_t step = 2;    ///< Blanks a level.
    std::size_t width = 80;  ///< An element goes on one line when it fits in.
};

/// Appends the document with its elements laid out on lines. Blanks round texts are dropped; the
/// declaration, a document type and processing instructions are left out. kInvalidArgument as
/// read_xml(); nothing is appended then.
Result<void> lay_out_xml(std::string& out, std::string_view document,
                         const XmlLayoutOptions& options);

}  // namespace logwood::exec
