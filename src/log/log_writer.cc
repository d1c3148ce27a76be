// A file gets its name only when its header is durable (written as `.tmp`, synced, renamed, the
// directory synced). From the rename on the file before it ends where this one begins, so a group
// is never written to an older file again.
#include "log/log_writer.h"

#include <utility>

#include "async/failpoint.h"
#include "log/log_files.h"

namespace logwood::log {

LogWriter::LogWriter(async::FileSystem& files, std::string directory, LogIdentity identity,
                     StreamId stream, std::uint64_t file_bytes)
    : files_(files),
      directory_(std::move(directory)),
      identity_(identity),
      stream_(std::move(stream)),
      seed_(seed_of(identity_, stream_)),
      file_bytes_(file_bytes) {}

Result<void> LogWriter::start_file(std::uint64_t first) {
    finish();
    auto path = directory_ + "/" + file_name(first);
    auto temporary = path + ".tmp";
    auto removed = files_.remove(temporary);
    if (!removed && removed.error().code != Code::kNotFound) return removed;
    auto header = file_header(identity_, stream_, model::LogOffset(first));
    TRY(auto file, files_.open(temporary, async::OpenMode::kCreate));
    TRY_OK(file->write_at(0, header));
    TRY_OK(file->sync());
    TRY_OK(files_.rename(temporary, path));
    async::failpoint("log.after_rename_before_dirsync");
    TRY_OK(files_.sync_dir(directory_));
    file_ = std::move(file);
    path_ = std::move(path);
    file_first_ = first;
    position_ = header.size();
    return {};
}

Result<void> LogWriter::write_group(std::string_view bytes) {
    auto written = file_->write_at(position_, bytes);
    if (!written && written.error().code == Code::kNoSpace) {
        // Durably undone, it never appears; any doubt about that is kUnknownOutcome below.
        auto undone = file_->truncate(position_);
        if (undone) undone = file_->sync();
        if (undone) return written;
    }
    async::failpoint("log.after_write_before_sync");
    if (written && !async::failpoint_switch("ack_before_fsync")) written = file_->sync();
    if (written) return {};
    file_ = nullptr;
    return fail(Code::kUnknownOutcome, "the log's disk failed: " + written.error().message);
}

void LogWriter::write_mark(std::uint64_t durable_end) {
    std::string mark;
    put_frame(mark, {.kind = FrameKind::kMark, .offset = durable_end, .durable_end = durable_end},
              seed_);
    // Without it the next recovery knows less; what was half written is overwritten.
    if (file_->write_at(position_, mark)) position_ += mark.size();
}

Result<LogWriter::Written> LogWriter::append(const std::vector<std::string_view>& payloads,
                                             std::uint64_t first) {
    if (!file_ || position_ >= file_bytes_) {
        if (auto started = start_file(first); !started) {
            auto code =
                started.error().code == Code::kNoSpace ? Code::kNoSpace : Code::kUnavailable;
            return fail(code, "the log cannot make a file: " + started.error().message);
        }
    }
    Written result{.path = path_, .file_first = file_first_, .places = {}};
    std::size_t size = 0;
    for (auto payload : payloads) size += kFrameHeadBytes + payload.size();
    std::string group;
    group.reserve(size);
    for (auto payload : payloads) {
        auto offset = first + result.places.size();
        auto begin = group.size();
        put_frame(group, {.offset = offset, .durable_end = first, .payload = payload}, seed_);
        result.places.push_back({.offset = offset,
                                 .position = static_cast<std::uint32_t>(position_ + begin),
                                 .size = static_cast<std::uint32_t>(group.size() - begin)});
    }
    TRY_OK(write_group(group));
    position_ += group.size();
    write_mark(first + payloads.size());
    return result;
}

Result<std::string> LogWriter::turn_over(std::uint64_t first) {
    TRY_OK(start_file(first));
    return path_;
}

void LogWriter::finish() {
    // Everything acknowledged is durable; this is for the mark alone.
    if (auto file = std::exchange(file_, nullptr)) (void)file->sync();
}

}  // namespace logwood::log
