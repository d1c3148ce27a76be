#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace logwood::ingest {

/// Messages back to back; `ends[i]` is behind the i-th.
struct FramedMessages {
    std::string bytes;
    std::vector<std::size_t> ends;

    void add(std::string_view message) {
        bytes += message;
        ends.push_back(bytes.size());
    }
    /// Removes the first messages.
    void drop(std::size_t count) {
        auto size = count > 0 ? ends[count - 1] : 0;
        bytes.erase(0, size);
        ends.erase(ends.begin(), ends.begin() + static_cast<std::ptrdiff_t>(count));
        for (auto& end : ends) end -= size;
    }
    void clear() {
        bytes.clear();
        ends.clear();
    }
};

enum class Framing : std::uint8_t {
    kSyslog,  ///< RFC 6587: lines, or octet counts; told apart by how the stream begins.
    kNul,     ///< Each message ends with a zero byte (GELF over TCP).
};

/// Cuts a stream of bytes into messages, however it arrives. Without I/O; one thread.
///
/// Octet counting is when the stream begins with a number, a blank and `<`. Lines end with LF; CR
/// before it and zero bytes at the end are not part of them. Empty messages are nothing. A message
/// above the limit is cut there and its rest skipped.
class FrameSplitter {
 public:
    FrameSplitter(Framing framing, std::size_t message_bytes_max)
        : framing_(framing), message_bytes_max_(message_bytes_max) {}

    /// Adds the messages that end in these bytes. False when an octet count is none: where the
    /// next message begins is not known, so nothing can be read any more.
    bool feed(std::string_view bytes, FramedMessages& into);
    /// At the end of the stream: what has no end is a message too.
    void finish(FramedMessages& into);
    /// Messages that were cut.
    std::uint64_t cut() const { return cut_; }
    /// Bytes of the message under way.
    std::size_t pending() const { return begin_.size() + partial_.size(); }

 private:
    enum class Mode : std::uint8_t { kUnknown, kDelimited, kCounted };

    bool detect();
    bool feed_counted(std::string_view& bytes, FramedMessages& into);
    void feed_delimited(std::string_view& bytes, FramedMessages& into);
    void append(std::string_view bytes);
    void end_message(FramedMessages& into);

    Framing framing_;
    std::size_t message_bytes_max_;
    Mode mode_ = Mode::kUnknown;
    std::string begin_;       ///< Of the stream, until the mode is known.
    std::string partial_;     ///< Of the message under way.
    std::string count_;       ///< Digits read of an octet count.
    std::uint64_t left_ = 0;  ///< Bytes still to come of a counted message.
    bool is_cut_ = false;
    std::uint64_t cut_ = 0;
};

}  // namespace logwood::ingest
