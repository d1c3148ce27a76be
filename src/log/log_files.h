#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "async/file_system.h"
#include "log/log_frame.h"
#include "log/log_scan.h"

namespace logwood::log {

/// A file of a stream as far as it is durable: offsets [first, end). Records that `places` lacks
/// are lost.
struct LogFile {
    std::string path;
    std::uint64_t first = 0;
    std::uint64_t end = 0;
    std::vector<RecordPlace> places;
};

/// A hole in a stream: [from, to).
struct Hole {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
};

struct StreamFiles {
    std::vector<std::shared_ptr<LogFile>> files;  ///< In order; each begins where the one before
                                                  ///< ends, or behind a hole.
    std::vector<Hole> holes;                      ///< In order.
};

std::string directory_of(const StreamId& stream);
/// `<20 digits>.log`.
std::string file_name(std::uint64_t first_offset);

/// Reads the log's identity, or makes one from `fresh_id` for an empty directory. A lost identity
/// file is restored from the header of any log file. kCorrupt when there is none. Blocking.
Result<LogIdentity> load_identity(async::FileSystem& files, const std::string& directory,
                                  Id128 fresh_id);

/// Reads all files of a stream, in a directory that is made if need be; cuts and makes durable the
/// tail of the last one. Blocking.
Result<StreamFiles> recover_stream(async::FileSystem& files, const std::string& directory,
                                   const LogIdentity& identity, const StreamId& stream);

}  // namespace logwood::log
