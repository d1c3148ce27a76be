#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace logwood::async {

/// An open file. Reads may come from any thread at once; writes and sync from one at a time.
class File {
 public:
    virtual ~File() = default;

    /// Reads up to buffer.size() bytes at `offset`; fewer only at the end of the file.
    virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<char> buffer) const = 0;
    /// Writes all of `bytes` at `offset`; after an error any part of them may be there.
    virtual Result<void> write_at(std::uint64_t offset, std::string_view bytes) = 0;
    /// Makes content and length durable. After an error the file's unsynced content is undefined
    /// and a second sync() proves nothing: discard or seal it, never retry.
    virtual Result<void> sync() = 0;
    virtual Result<std::uint64_t> size() const = 0;
    virtual Result<void> truncate(std::uint64_t size) = 0;
};

enum class OpenMode : std::uint8_t {
    kRead,       ///< Must exist.
    kCreate,     ///< Must not exist; read and write.
    kReadWrite,  ///< Must exist.
};

struct SpaceInfo {
    std::uint64_t capacity_bytes = 0;
    std::uint64_t free_bytes = 0;  ///< Free to this process.
};

/// The file system, as a seam: blocking calls, any thread. Names are `/`-separated paths.
///
/// A new, renamed or removed entry is durable only after sync_dir() of its directory.
class FileSystem {
 public:
    virtual ~FileSystem() = default;

    virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
    /// Replaces `to` atomically if it exists.
    virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
    /// kNotFound when there is no such file.
    virtual Result<void> remove(const std::string& path) = 0;
    /// Creates the directory and its parents, durably; no error if it is there.
    virtual Result<void> create_directories(const std::string& path) = 0;
    /// Names (not paths) of the entries, sorted; kNotFound when there is no such directory.
    virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
    virtual Result<bool> exists(const std::string& path) = 0;
    virtual Result<void> sync_dir(const std::string& path) = 0;
    virtual Result<SpaceInfo> space(const std::string& path) = 0;
};

std::unique_ptr<FileSystem> make_posix_file_system();

/// Reads a whole file; kTooLarge above `bytes_max`.
Result<std::string> read_file(FileSystem& files, const std::string& path, std::uint64_t bytes_max);
/// Reads exactly `size` bytes; kCorrupt when the file ends before.
Result<std::string> read_exactly(const File& file, std::uint64_t offset, std::size_t size);
/// Replaces `directory/name` so that after a crash either the old or the new content is there:
/// write to `name.tmp`, sync, rename, sync the directory. On error the `.tmp` is removed.
Result<void> replace_file(FileSystem& files, const std::string& directory, const std::string& name,
                          std::string_view content);

}  // namespace logwood::async
