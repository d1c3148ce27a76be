#pragma once

#include <memory>
#include <string>

#include "async/file_system.h"
#include "segment/writer.h"

namespace logwood::store {

/// Writes a merged segment to a file of its own. Until commit() it has another name, which the
/// next start's clean-up removes.
class SegmentFileWriter {
 public:
    static Result<std::unique_ptr<SegmentFileWriter>> create(async::FileSystem& files,
                                                             const std::string& directory,
                                                             const std::string& name);

    /// Appends to the file; borrowed from the writer.
    segment::Sink sink();
    /// Reads all back and compares with the checksum of what was meant to be written (kCorrupt),
    /// syncs, and gives the file its name. The caller syncs the directory.
    Result<void> commit(std::uint64_t checksum);

 private:
    SegmentFileWriter(async::FileSystem& files, std::string path)
        : files_(files), path_(std::move(path)) {}
    Result<std::uint64_t> read_back() const;

    async::FileSystem& files_;
    std::string path_;
    std::unique_ptr<async::File> file_;
    std::uint64_t size_ = 0;
};

}  // namespace logwood::store
