#include "segment/byte_source.h"

#include <cstring>
#include <utility>

namespace logwood::segment {
namespace {

class MemorySource final : public ByteSource {
 public:
    explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}

    std::uint64_t size() const override { return bytes_.size(); }
    Result<void> read_at(std::uint64_t offset, std::span<char> into) const override {
        if (offset > bytes_.size() || into.size() > bytes_.size() - offset)
            return fail(Code::kCorrupt, "segment ends too early");
        if (!into.empty()) std::memcpy(into.data(), bytes_.data() + offset, into.size());
        return {};
    }

 private:
    std::string bytes_;
};

}  // namespace

std::shared_ptr<const ByteSource> make_memory_source(std::string bytes) {
    return std::make_shared<MemorySource>(std::move(bytes));
}

}  // namespace logwood::segment
