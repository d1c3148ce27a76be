#include "ingest/listeners/frame_splitter.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "ingest/limits.h"

namespace logwood::ingest {
namespace {

/// Digits of an octet count: 9,999,999 bytes are far above what anybody takes.
constexpr std::size_t kCountDigitsMax = 7;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

/// Looks at the stream's begin; false while it is too short to tell.
bool FrameSplitter::detect() {
    if (framing_ == Framing::kNul) {
        mode_ = Mode::kDelimited;
        return true;
    }
    std::size_t at = 0;
    while (at < begin_.size() && at <= kCountDigitsMax && is_digit(begin_[at])) ++at;
    bool may_be_count = at > 0 && at <= kCountDigitsMax && begin_[0] != '0';
    if (at == begin_.size() && (at == 0 || may_be_count)) return false;
    if (may_be_count && begin_[at] == ' ') {
        if (at + 1 == begin_.size()) return false;
        mode_ = begin_[at + 1] == '<' ? Mode::kCounted : Mode::kDelimited;
    } else {
        mode_ = Mode::kDelimited;
    }
    return true;
}

bool FrameSplitter::feed(std::string_view bytes, FramedMessages& into) {
    std::string first;
    if (mode_ == Mode::kUnknown) {
        begin_ += bytes;
        if (!detect()) return true;
        first = std::exchange(begin_, {});
        bytes = first;
    }
    while (!bytes.empty()) {
        if (mode_ == Mode::kDelimited)
            feed_delimited(bytes, into);
        else if (!feed_counted(bytes, into))
            return false;
    }
    return true;
}

void FrameSplitter::append(std::string_view bytes) {
    auto room = message_bytes_max_ - partial_.size();
    if (bytes.size() > room && !std::exchange(is_cut_, true)) ++cut_;
    partial_ += bytes.substr(0, room);
}

void FrameSplitter::end_message(FramedMessages& into) {
    std::string_view message(partial_);
    while (!message.empty() &&
           (message.back() == '\0' || message.back() == '\n' || message.back() == '\r'))
        message.remove_suffix(1);
    if (!message.empty()) into.add(message);
    partial_.clear();
    if (partial_.capacity() > kListenerPartialBytesKept) partial_.shrink_to_fit();
    is_cut_ = false;
}

void FrameSplitter::feed_delimited(std::string_view& bytes, FramedMessages& into) {
    auto end = bytes.find(framing_ == Framing::kNul ? '\0' : '\n');
    append(bytes.substr(0, end));
    if (end == std::string_view::npos) {
        bytes = {};
        return;
    }
    end_message(into);
    bytes.remove_prefix(end + 1);
}

bool FrameSplitter::feed_counted(std::string_view& bytes, FramedMessages& into) {
    if (left_ > 0) {
        auto part = bytes.substr(0, left_);
        append(part);
        left_ -= part.size();
        bytes.remove_prefix(part.size());
        if (left_ == 0) end_message(into);
        return true;
    }
    char c = bytes.front();
    bytes.remove_prefix(1);
    if (is_digit(c) && count_.size() < kCountDigitsMax) {
        count_ += c;
        return true;
    }
    // Some senders end counted messages too.
    if (count_.empty() && (c == '\n' || c == '\r' || c == '\0')) return true;
    if (c != ' ' || count_.empty()) return false;
    std::from_chars(count_.data(), count_.data() + count_.size(), left_);
    count_.clear();
    return true;
}

void FrameSplitter::finish(FramedMessages& into) {
    append(std::exchange(begin_, {}));
    end_message(into);
}

}  // namespace logwood::ingest
