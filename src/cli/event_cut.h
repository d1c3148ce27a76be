#pragma once

#include <string>
#include <string_view>

#include "exec/text/regex.h"

namespace logwood::cli {

/// Which lines are an event: each one by itself, or a line in which a regex is found together with
/// those that follow it, up to the next such line. Copies share the regex; any thread.
class EventCut {
 public:
    /// Every line is an event.
    EventCut() = default;
    /// The same for an empty regex; kInvalidArgument for one that does not compile.
    static Result<EventCut> beginning_with(const std::string& regex);

    bool joins_lines() const { return begins_ != nullptr; }
    /// Whether an event begins with the line; its end may be there or not.
    bool begins(std::string_view line) const;
    /// Bytes of the events in a text of whole lines that no further line belongs to: all but the
    /// last one where lines are joined.
    std::size_t whole_bytes(std::string_view text) const;

    /// Calls take(event) for each event that is not empty, without the end of its last line (`\n`
    /// or `\r\n`). The text begins with a line.
    template <typename Take>
    void for_each(std::string_view text, Take take) const;

 private:
    exec::RegexPtr begins_;
};

// --- implementation ------------------------------------------------------------------------------

template <typename Take>
void EventCut::for_each(std::string_view text, Take take) const {
    auto end_of_line = [&](std::size_t at) {
        auto end = text.find('\n', at);
        return end == text.npos ? text.size() : end + 1;
    };
    for (std::size_t begin = 0; begin < text.size();) {
        auto end = end_of_line(begin);
        while (joins_lines() && end < text.size()) {
            auto next = end_of_line(end);
            if (begins(text.substr(end, next - end))) break;
            end = next;
        }
        auto event = text.substr(begin, end - begin);
        begin = end;
        if (event.ends_with('\n')) event.remove_suffix(1);
        if (event.ends_with('\r')) event.remove_suffix(1);
        if (!event.empty()) take(event);
    }
}

}  // namespace logwood::cli
