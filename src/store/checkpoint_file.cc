// A checkpoint file holds, for one range of a partition's log, one segment a repository:
//
//   header    magic "LWCKPT01", epoch u32, partition u32, from u64, to u64, checksum of these u64
//   sections  segment files, back to back
//   directory a section: repo high u64, repo low u64, offset u64, length u64, checksum u64
//   trailer   directory offset u64, sections u32, zero u32, checksum u64, magic "LWCKPTND"
//
// Numbers are little endian; the trailer's checksum covers the directory and the trailer's first 16
// bytes, seeded with the header's checksum, so that a trailer of another file does not fit.
#include "store/checkpoint_file.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "store/limits.h"

namespace logwood::store {
namespace {

constexpr std::string_view kMagic = "LWCKPT01";
constexpr std::string_view kEndMagic = "LWCKPTND";
constexpr std::size_t kHeaderBytes = 8 + 4 + 4 + 8 + 8 + 8;
constexpr std::size_t kEntryBytes = 5 * 8;
constexpr std::size_t kTrailerBytes = 8 + 4 + 4 + 8 + 8;

std::unexpected<Error> corrupt(std::string_view what) {
    return fail(Code::kCorrupt, fmt::format("checkpoint file: {}", what));
}

struct Header {
    CheckpointRange range;
    std::uint64_t checksum = 0;
};

Result<Header> decode_header(std::string_view bytes) {
    ByteReader reader(bytes);
    TRY(auto magic, reader.get_raw(kMagic.size()));
    if (magic.substr(0, 6) != kMagic.substr(0, 6)) return corrupt("not one");
    if (magic != kMagic) return fail(Code::kUnsupported, "checkpoint file: of a newer version");
    Header header;
    TRY(header.range.epoch.value, reader.get<std::uint32_t>());
    TRY(header.range.partition.value, reader.get<std::uint32_t>());
    TRY(header.range.from.value, reader.get<std::uint64_t>());
    TRY(header.range.to.value, reader.get<std::uint64_t>());
    TRY(header.checksum, reader.get<std::uint64_t>());
    if (header.checksum != checksum64(bytes.substr(0, kHeaderBytes - 8)))
        return corrupt("damaged header");
    return header;
}

Result<std::vector<CheckpointSection>> decode_directory(std::string_view bytes, std::uint64_t end) {
    std::vector<CheckpointSection> sections;
    std::uint64_t expected = kHeaderBytes;
    ByteReader reader(bytes);
    while (reader.remaining() > 0) {
        CheckpointSection section;
        TRY(section.repo.high, reader.get<std::uint64_t>());
        TRY(section.repo.low, reader.get<std::uint64_t>());
        TRY(section.offset, reader.get<std::uint64_t>());
        TRY(section.length, reader.get<std::uint64_t>());
        TRY(section.checksum, reader.get<std::uint64_t>());
        if (section.offset != expected || section.length > end - expected)
            return corrupt("sections do not follow each other");
        expected += section.length;
        sections.push_back(section);
    }
    if (expected != end) return corrupt("sections do not fill the file");
    return sections;
}

}  // namespace

CheckpointBuilder::CheckpointBuilder(const CheckpointRange& range) {
    layout_.range = range;
    ByteWriter writer(bytes_);
    writer.put_raw(kMagic);
    writer.put(range.epoch.value);
    writer.put(range.partition.value);
    writer.put(range.from.value);
    writer.put(range.to.value);
    writer.put(checksum64(bytes_));
}

void CheckpointBuilder::add(RepoId repo, std::string_view segment_bytes) {
    layout_.sections.push_back({.repo = repo,
                                .offset = bytes_.size(),
                                .length = segment_bytes.size(),
                                .checksum = checksum64(segment_bytes)});
    bytes_ += segment_bytes;
}

std::string CheckpointBuilder::finish() && {
    auto header_checksum = checksum64(std::string_view(bytes_).substr(0, kHeaderBytes - 8));
    auto directory_offset = bytes_.size();
    ByteWriter writer(bytes_);
    for (auto& section : layout_.sections) {
        writer.put(section.repo.high);
        writer.put(section.repo.low);
        writer.put(section.offset);
        writer.put(section.length);
        writer.put(section.checksum);
    }
    writer.put(std::uint64_t{directory_offset});
    writer.put(static_cast<std::uint32_t>(layout_.sections.size()));
    writer.put(std::uint32_t{0});
    writer.put(checksum64(std::string_view(bytes_).substr(directory_offset), header_checksum));
    writer.put_raw(kEndMagic);
    return std::move(bytes_);
}

std::string checkpoint_name(const CheckpointRange& range, std::uint64_t term) {
    return fmt::format("{}-{}-{}-{}-{}.ckpt", range.epoch.value, range.partition.value,
                       range.from.value, range.to.value, term);
}

Result<CheckpointLayout> read_checkpoint_layout(const async::File& file) {
    TRY(auto size, file.size());
    if (size < kHeaderBytes + kTrailerBytes) return corrupt("cut off");
    TRY(auto head, async::read_exactly(file, 0, kHeaderBytes));
    TRY(auto header, decode_header(head));

    auto trailer_offset = size - kTrailerBytes;
    TRY(auto trailer, async::read_exactly(file, trailer_offset, kTrailerBytes));
    if (!trailer.ends_with(kEndMagic)) return corrupt("cut off");
    ByteReader reader(trailer);
    TRY(auto directory_offset, reader.get<std::uint64_t>());
    TRY(auto sections, reader.get<std::uint32_t>());
    TRY(auto zero, reader.get<std::uint32_t>());
    TRY(auto checksum, reader.get<std::uint64_t>());
    if (zero != 0 || sections > kSectionsMax || directory_offset < kHeaderBytes ||
        directory_offset + std::uint64_t{sections} * kEntryBytes != trailer_offset)
        return corrupt("damaged trailer");
    TRY(auto directory, async::read_exactly(file, directory_offset, sections * kEntryBytes));
    if (checksum != checksum64(directory + trailer.substr(0, 16), header.checksum))
        return corrupt("damaged directory");
    TRY(auto entries, decode_directory(directory, directory_offset));
    return CheckpointLayout{.range = header.range, .sections = std::move(entries)};
}

Result<CheckpointLayout> verify_checkpoint(const async::File& file) {
    TRY(auto layout, read_checkpoint_layout(file));
    for (auto& section : layout.sections) {
        TRY(auto bytes, async::read_exactly(file, section.offset, section.length));
        if (checksum64(bytes) != section.checksum) return corrupt("damaged section");
    }
    return layout;
}

}  // namespace logwood::store
