#include "search/spill_file.h"

#include <fmt/format.h>

namespace logwood::search {

Result<std::uint64_t> SpillFile::append(std::string_view bytes) {
    std::lock_guard lock(mutex_);
    if (size_ + bytes.size() > bytes_max_)
        return fail(Code::kTooLarge,
                    fmt::format("the query needs more than its limit of {} MiB of temporary disk "
                                "space: narrow it by filters or a shorter time",
                                bytes_max_ >> 20));
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
