#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/event_cut.h"

namespace logwood::cli {

/// Bytes that are read once, from the beginning. One thread at a time.
class Input {
 public:
    virtual ~Input() = default;
    /// Fills the beginning of `into` with what is there; waits for at least one byte. 0 at the end.
    /// kCorrupt when compressed bytes are damaged or cut off. An interrupt is the end too.
    virtual Result<std::size_t> read(std::span<char> into) = 0;
    /// False when read() would wait for longer than that.
    virtual bool is_ready(int /*wait_ms*/) const { return true; }
};

/// Opens a file, or standard input for `-`. Gzip and zstd are known by their first bytes and
/// unpacked. kNotFound, kInvalidArgument for directories, kIo.
Result<std::unique_ptr<Input>> open_input(const std::string& path);

/// Cuts an input into runs of whole events.
class TextChunks {
 public:
    /// `chunk_bytes` is aimed at; an event longer than that is a chunk alone.
    TextChunks(std::unique_ptr<Input> input, std::size_t chunk_bytes, EventCut cut = {})
        : input_(std::move(input)), chunk_bytes_(chunk_bytes), cut_(std::move(cut)) {}

    /// Whole lines with their ends; only the last chunk may end in a line without one. What came
    /// from a pipe is given out when nothing follows for a moment. nullopt at the end of the input;
    /// kTooLarge for an event above kLineBytesMax.
    Result<std::optional<std::string>> next();

 private:
    Result<std::size_t> read_more(std::string& text);

    std::unique_ptr<Input> input_;
    std::size_t chunk_bytes_;
    EventCut cut_;
    std::string rest_;
};

/// Calls take(line) for each line that is not empty, without its end (`\n` or `\r\n`).
template <typename Take>
void for_each_line(std::string_view text, Take take) {
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) take(line);
    }
}

/// All of an input that is small; kTooLarge above `bytes_max`.
Result<std::string> read_all(const std::string& path, std::size_t bytes_max);

}  // namespace logwood::cli
