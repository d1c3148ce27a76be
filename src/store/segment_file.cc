#include "store/segment_file.h"

#include "async/failpoint.h"
#include "base/bytes.h"

namespace logwood::store {
namespace {

constexpr std::string_view kUnfinished = ".tmp";

}  // namespace

Result<std::unique_ptr<SegmentFileWriter>> SegmentFileWriter::create(async::FileSystem& files,
                                                                     const std::string& directory,
                                                                     const std::string& name) {
    std::unique_ptr<SegmentFileWriter> writer(new SegmentFileWriter(files, directory + "/" + name));
    TRY(writer->file_,
        files.open(writer->path_ + std::string(kUnfinished), async::OpenMode::kCreate));
    return writer;
}

segment::Sink SegmentFileWriter::sink() {
    return [this](std::string_view bytes) -> Result<void> {
        TRY_OK(file_->write_at(size_, bytes));
        async::failpoint("store.mid_merge_write");
        size_ += bytes.size();
        return {};
    };
}

/// A merged segment is at most some tens of MB: it is read back whole.
Result<std::uint64_t> SegmentFileWriter::read_back() const {
    TRY(auto bytes, async::read_exactly(*file_, 0, size_));
    return checksum64(bytes);
}

Result<void> SegmentFileWriter::commit(std::uint64_t checksum) {
    TRY_OK(file_->sync());
    TRY(auto found, read_back());
    if (found != checksum) return fail(Code::kCorrupt, "segment file: reads back differently");
    async::failpoint("store.after_merge_sync_before_rename");
    return files_.rename(path_ + std::string(kUnfinished), path_);
}

}  // namespace logwood::store
