// Bytes as a checkpoint file: as they are; and as a script that builds one and then changes bytes
// behind its checksums, which are put right again, so that every check is met.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "store/checkpoint_file.h"

namespace {

using namespace logwood;

/// A file that can be read alone.
class BytesFile final : public async::File {
 public:
    explicit BytesFile(std::string_view bytes) : bytes_(bytes) {}
    Result<std::size_t> read_at(std::uint64_t offset, std::span<char> buffer) const override {
        if (offset >= bytes_.size()) return 0;
        return bytes_.copy(buffer.data(), buffer.size(), offset);
    }
    Result<std::uint64_t> size() const override { return bytes_.size(); }
    Result<void> write_at(std::uint64_t, std::string_view) override { return refuse(); }
    Result<void> sync() override { return refuse(); }
    Result<void> truncate(std::uint64_t) override { return refuse(); }

 private:
    static Result<void> refuse() { return fail(Code::kUnsupported, "read only"); }
    std::string_view bytes_;
};

/// What is accepted must lie within the file, back to back, and build the same bytes again.
void check(std::string_view bytes) {
    BytesFile file(bytes);
    auto layout = store::read_checkpoint_layout(file);
    auto verified = store::verify_checkpoint(file);
    ASSERT(layout || !verified);
    if (!layout) return;
    store::CheckpointBuilder builder(layout->range);
    std::uint64_t end = 0;
    for (auto& section : layout->sections) {
        ASSERT(section.offset >= end && section.offset <= bytes.size());
        end = section.offset + section.length;
        ASSERT(end >= section.offset && end <= bytes.size());
        builder.add(section.repo, bytes.substr(section.offset, section.length));
    }
    if (!verified) return;
    ASSERT(verified->range == layout->range && verified->sections == layout->sections);
    ASSERT(std::move(builder).finish() == bytes);
}

template <class Number>
void overwrite(std::string& bytes, std::size_t offset, Number number) {
    std::string text;
    ByteWriter(text).put(number);
    bytes.replace(offset, text.size(), text);
}

constexpr std::size_t kHeaderBytes = 40;

/// Puts the checksums of header and directory right, where the file has its trailer's.
void repair(std::string& bytes, std::size_t directory) {
    overwrite(bytes, kHeaderBytes - 8, checksum64(std::string_view(bytes).substr(0, 32)));
    auto seed = checksum64(std::string_view(bytes).substr(0, 32));
    auto covered = std::string_view(bytes).substr(directory, bytes.size() - 16 - directory);
    overwrite(bytes, bytes.size() - 16, checksum64(covered, seed));
}

/// Input: up to 15 sections (length u8 each, then as many bytes), then changes (place u8 counted
/// from the directory's start or, above 127, from the header's, value u8).
void check_script(std::string_view input) {
    ByteReader in(input);
    store::CheckpointBuilder builder({.epoch = model::Epoch(1),
                                      .partition = model::PartitionId(2),
                                      .from = model::LogOffset(3),
                                      .to = model::LogOffset(4)});
    auto sections = in.get<std::uint8_t>();
    if (!sections) return;
    std::size_t directory = kHeaderBytes;
    for (unsigned i = 0; i < *sections % 16U; ++i) {
        auto length = in.get<std::uint8_t>();
        if (!length) break;
        auto text = *in.get_raw(std::min<std::size_t>(*length, in.remaining()));
        builder.add(RepoId(Id128{i, *length}), text);
        directory += text.size();
    }
    auto bytes = std::move(builder).finish();
    check(bytes);
    auto tail = bytes.size() - directory;
    while (in.remaining() >= 2) {
        std::size_t place = *in.get<std::uint8_t>();
        auto value = *in.get<std::uint8_t>();
        auto where = place > 127 ? place % kHeaderBytes : directory + place % tail;
        bytes[where] = static_cast<char>(value);
        repair(bytes, directory);
        check(bytes);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    check(input);
    check_script(input);
    return 0;
}
