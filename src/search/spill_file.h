#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "async/file_system.h"
#include "exec/aggregate/spill_space.h"

namespace logwood::search {

/// A SpillSpace in a file that is made with the first bytes and has no name from then on: whatever
/// ends the process, nothing of it stays. A disk that is nearly full is left to those who keep
/// events on it. `files` outlives it.
class SpillFile final : public exec::SpillSpace {
 public:
    /// `directory` must be there; `name` is no other file's.
    SpillFile(async::FileSystem& files, std::string directory, const std::string& name)
        : files_(files), directory_(std::move(directory)), path_(directory_ + "/" + name) {}

    Result<std::uint64_t> append(std::string_view bytes) override;
    Result<std::string> read(std::uint64_t position, std::size_t size) const override;

 private:
    async::FileSystem& files_;
    std::string directory_;
    std::string path_;
    std::mutex mutex_;  ///< Appends; readers see only what an append returned.
    std::unique_ptr<async::File> file_;
    std::uint64_t size_ = 0;
};

}  // namespace logwood::search
