#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/event_cut.h"
#include "cli/ingest_checkpoint.h"

namespace logwood::cli {

/// Whole events of a followed file, and where they end in it.
struct TailPiece {
    std::string text;
    FilePosition position;  ///< With pending_end behind the text.
};

/// Follows a path: the file that is there, as it grows, and those that take its place. A file that
/// was renamed is read to its end first; one that was cut is read anew. One thread at a time.
///
/// A line is given out when its end is there, or when its file will get no more. Where lines are
/// joined, an event is when the next one begins, or when nothing was written for kTailLinger.
class FileTail {
 public:
    /// `known` is where an earlier run stopped. Files that were renamed since are looked for under
    /// names such as `app.log.1` and `app.log-20260102`.
    FileTail(std::string path, std::optional<FilePosition> known, EventCut cut = {});
    ~FileTail();
    FileTail(FileTail&&) noexcept;

    /// At most about `bytes_max` of the next events; nullopt when there are none now. The same
    /// piece comes until commit(). kTooLarge for an event above kLineBytesMax; kInvalidArgument for
    /// compressed files and directories.
    Result<std::optional<TailPiece>> next(std::size_t bytes_max);
    /// The piece is acknowledged; gives the position after it.
    FilePosition commit(const TailPiece& piece);
    /// Whether the path has had a file so far.
    bool has_opened() const { return has_opened_; }
    /// Whether an event is there that next() will give out without more being written.
    bool holds_event() const;
    const std::string& path() const { return path_; }

 private:
    struct Open;

    Result<void> start();
    Result<bool> open_path();
    Result<void> find_renamed(const FilePosition& known);
    Result<bool> go_on();
    Result<std::optional<TailPiece>> read_piece(Open& file, std::size_t bytes_max);
    Result<void> check_unchanged(Open& file);
    std::size_t events_end(Open& file, std::string_view text, bool is_at_end) const;

    std::string path_;
    std::optional<FilePosition> known_;
    EventCut cut_;
    bool has_opened_ = false;
    bool is_started_ = false;
    std::deque<std::unique_ptr<Open>> files_;  ///< Oldest first; the last may be the current one.
};

/// The identity of an open file, of whose first bytes at most `first_bytes` count.
Result<FileIdentity> identify(int fd, std::uint64_t first_bytes);

}  // namespace logwood::cli
