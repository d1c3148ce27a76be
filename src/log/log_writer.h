#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/file_system.h"
#include "log/log_frame.h"
#include "log/log_scan.h"

namespace logwood::log {

/// Appends groups of payloads to a stream's files, one group at a time. Blocking; one thread at a
/// time. Never goes on with a file after an error that leaves its content in doubt, and never
/// writes to a file that an earlier process made.
class LogWriter {
 public:
    LogWriter(async::FileSystem& files, std::string directory, LogIdentity identity,
              StreamId stream, std::uint64_t file_bytes);

    /// Where a group went.
    struct Written {
        std::string path;
        std::uint64_t file_first = 0;  ///< First offset of the file.
        std::vector<RecordPlace> places;
    };
    /// Writes the payloads as records `first`, `first` + 1, ... and returns once they are durable.
    /// `first` is also the stream's durable end. kNoSpace, kUnavailable: nothing of them will ever
    /// be there. kUnknownOutcome: the file was given up, the next call makes a new one.
    Result<Written> append(const std::vector<std::string_view>& payloads, std::uint64_t first);
    /// Begins an empty file, for records from the durable end `first` on, and gives its path. After
    /// an error nothing is lost: the next group needs a new file.
    Result<std::string> turn_over(std::uint64_t first);
    /// Syncs the last mark and closes the file.
    void finish();

 private:
    Result<void> start_file(std::uint64_t first);
    Result<void> write_group(std::string_view bytes);
    void write_mark(std::uint64_t durable_end);

    async::FileSystem& files_;
    std::string directory_;
    LogIdentity identity_;
    StreamId stream_;
    std::uint64_t seed_;
    std::uint64_t file_bytes_;

    std::unique_ptr<async::File> file_;  ///< Null when the next group needs a new file.
    std::string path_;
    std::uint64_t file_first_ = 0;
    std::uint64_t position_ = 0;  ///< Behind the last byte that counts.
};

}  // namespace logwood::log
