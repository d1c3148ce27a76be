#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/file_system.h"
#include "base/result.h"

namespace logwood::cli {

/// What tells a file from others, whatever its name: where it lies, and how it begins.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t first_bytes = 0;  ///< How many of the first bytes `first_hash` covers.
    std::uint64_t first_hash = 0;
    friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// How far a file has been sent.
struct FilePosition {
    std::string path;  ///< As it was given; the file may have another name by now.
    std::string id;    ///< Made up when it was first seen; part of the keys of its requests.
    FileIdentity identity;
    std::uint64_t offset = 0;  ///< Everything before is acknowledged.
    /// Everything from `offset` to here is under way: it must be sent again as just this piece.
    std::uint64_t pending_end = 0;
    friend bool operator==(const FilePosition&, const FilePosition&) = default;
};

/// The positions of the files that are followed, in a file that survives kill and power cut.
class IngestCheckpoint {
 public:
    /// Reads the file, or begins anew when there is none. An empty path keeps nothing. kConflict
    /// when another process uses it or it belongs to another repository; kCorrupt when it cannot be
    /// read.
    static Result<IngestCheckpoint> open(std::string path, std::string repo);
    ~IngestCheckpoint();
    IngestCheckpoint(IngestCheckpoint&&) noexcept;

    /// Drawn when the checkpoint began: keys of different ones never meet.
    const std::string& id() const { return id_; }
    std::optional<FilePosition> find(const std::string& path) const;
    /// Replaces the position of its path; save() makes it durable.
    void set(const FilePosition& position);
    /// Replaces the file, durably, if anything changed.
    Result<void> save();

 private:
    IngestCheckpoint(std::string path, std::string repo);
    Result<void> lock();
    Result<void> load();

    std::string path_;
    std::string repo_;
    std::string id_;
    std::unique_ptr<async::FileSystem> files_;
    std::vector<FilePosition> positions_;
    bool is_changed_ = false;
    int lock_fd_ = -1;
};

/// 32 random hex digits.
std::string random_id();

}  // namespace logwood::cli
