#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "async/file_system.h"
#include "exec/spill_space.h"

namespace logwood::search {

/// A SpillSpace in a file that is made with the first bytes and has no name from then on: whatever
/// ends the process, nothing of it stays. `files` outlives it.
class SpillFile final : public exec::SpillSpace {
 public:
    /// `directory` must be there; `name` is no other file's. Others use the rest of the disk, so
    /// that a query gets at most `bytes_max`.
    SpillFile(async::FileSystem& files, const std::string& directory, const std::string& name,
              std::uint64_t bytes_max)
        : files_(files), path_(directory + "/" + name), bytes_max_(bytes_max) {}

    Result<std::uint64_t> append(std::string_view bytes) override;
    Result<std::string> read(std::uint64_t position, std::size_t size) const override;

 private:
    async::FileSystem& files_;
    std::string path_;
    std::uint64_t bytes_max_;
    std::mutex mutex_;  ///< Appends; readers see only what an append returned.
    std::unique_ptr<async::File> file_;
    std::uint64_t size_ = 0;
};

}  // namespace logwood::search
