#include "store/file_source.h"

#include <utility>

namespace logwood::store {
namespace {

class FileSource final : public segment::ByteSource {
 public:
    FileSource(std::shared_ptr<const async::File> file, std::uint64_t offset, std::uint64_t length)
        : file_(std::move(file)), offset_(offset), length_(length) {}

    std::uint64_t size() const override { return length_; }
    Result<void> read_at(std::uint64_t offset, std::span<char> into) const override {
        if (offset > length_ || into.size() > length_ - offset)
            return fail(Code::kCorrupt, "segment: a read reaches behind its end");
        TRY(auto got, file_->read_at(offset_ + offset, into));
        if (got != into.size()) return fail(Code::kCorrupt, "segment: its file is cut off");
        return {};
    }

 private:
    std::shared_ptr<const async::File> file_;
    std::uint64_t offset_;
    std::uint64_t length_;
};

}  // namespace

std::shared_ptr<const segment::ByteSource> make_file_source(std::shared_ptr<const async::File> file,
                                                            std::uint64_t offset,
                                                            std::uint64_t length) {
    return std::make_shared<FileSource>(std::move(file), offset, length);
}

}  // namespace logwood::store
