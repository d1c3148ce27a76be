#pragma once

#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace logwood::cli {

/// Lines of an open file, some megabytes at a time.
class LineBatches {
 public:
    /// Takes over the file. `batch_bytes` is aimed at; a line longer than that is a batch alone.
    LineBatches(std::FILE* file, std::size_t batch_bytes);
    ~LineBatches();
    LineBatches(const LineBatches&) = delete;

    /// Whole lines, without their ends (`\n` or `\r\n`), empty ones left out; the last batch may
    /// end in a line without an end. Nothing at the end of the file. kIo when reading fails.
    Result<std::optional<std::vector<std::string>>> next();

 private:
    std::FILE* file_;
    std::size_t batch_bytes_;
    std::string rest_;
};

/// The text as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, and
/// `was_changed` is set.
void append_json_string(std::string& out, std::string_view text, bool& was_changed);

}  // namespace logwood::cli
