#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logwood::api {

/// A file in a `multipart/form-data` body.
struct FormFile {
    std::string file_name;
    std::size_t offset = 0;  ///< Where in the body its bytes begin.
    std::size_t size = 0;
};

/// Finds the part of that name which is a file (RFC 7578). malformed() when the content type names
/// no boundary, the body is not framed by it, or there is no such part.
Result<FormFile> find_form_file(std::string_view content_type, std::string_view body,
                                std::string_view part_name);

}  // namespace logwood::api
