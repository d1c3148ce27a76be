#include "search/spill_file.h"

#include <fmt/format.h>

#include "search/limits.h"

namespace logwood::search {

Result<std::uint64_t> SpillFile::append(std::string_view bytes) {
    std::lock_guard lock(mutex_);
    if (size_ + bytes.size() > kSpillBytesMax)
        return fail(Code::kTooLarge,
                    fmt::format("the query needs more than its limit of {} GiB of temporary disk "
                                "space: narrow it by filters or a shorter time",
                                kSpillBytesMax >> 30));
    TRY(auto space, files_.space(directory_));
    if (space.free_bytes < bytes.size() + space.capacity_bytes / kSpillFreeShare)
        return fail(Code::kTooLarge,
                    "the query does not fit into memory, and the disk is too full for its "
                    "temporary data: narrow it by filters or a shorter time");
    if (!file_) {
        TRY(auto file, files_.open(path_, async::OpenMode::kCreate));
        TRY_OK(files_.remove(path_));
        file_ = std::move(file);
    }
    TRY_OK(file_->write_at(size_, bytes));
    auto position = size_;
    size_ += bytes.size();
    return position;
}

Result<std::string> SpillFile::read(std::uint64_t position, std::size_t size) const {
    return async::read_exactly(*file_, position, size);
}

}  // namespace logwood::search
