// Recovery. The name of a file says where the one before it ends, whatever lies behind that in it:
// a file that was sealed after an error stays sealed. Only the last file may have a torn tail.
//
// What lies in the last file beyond the durable end it knows of may be in the page cache only, with
// an fsync that failed before this process began: the kernel then holds it for clean, and an fsync
// now would prove nothing. So those bytes are written once more before they are synced.
#include "log/log_files.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "log/limits.h"

namespace logwood::log {
namespace {

constexpr std::string_view kIdentityName = "identity";
constexpr std::string_view kSuffix = ".log";
constexpr std::string_view kTemporarySuffix = ".tmp";
constexpr std::size_t kNameDigits = 20;
constexpr std::uint32_t kIdentityMagic = 0x494C574C;  // "LWLI"
constexpr std::uint32_t kIdentityVersion = 1;
constexpr std::size_t kIdentityBytesMax = 4096;
/// Enough for a file's header: its payload is 25 bytes and the topic.
constexpr std::size_t kHeaderBytesMax = 4096;

std::optional<std::uint64_t> first_offset_in(std::string_view name) {
    if (name.size() != kNameDigits + kSuffix.size() || !name.ends_with(kSuffix))
        return std::nullopt;
    std::uint64_t first = 0;
    auto [end, error] = std::from_chars(name.data(), name.data() + kNameDigits, first);
    if (error != std::errc() || end != name.data() + kNameDigits) return std::nullopt;
    return first;
}

Result<LogIdentity> decode_identity(std::string_view bytes) {
    ByteReader in(bytes);
    TRY(auto magic, in.get<std::uint32_t>());
    TRY(auto version, in.get<std::uint32_t>());
    TRY(auto high, in.get<std::uint64_t>());
    TRY(auto low, in.get<std::uint64_t>());
    TRY(auto epoch, in.get<std::uint32_t>());
    auto covered = bytes.substr(0, in.position());
    TRY(auto checksum, in.get<std::uint64_t>());
    if (magic != kIdentityMagic || checksum != checksum64(covered) || in.remaining() != 0)
        return fail(Code::kCorrupt, "identity of the log is damaged");
    if (version != kIdentityVersion)
        return fail(Code::kUnsupported,
                    "log of version " + std::to_string(version) + " is newer than this program");
    return LogIdentity{.id = {high, low}, .epoch = model::Epoch(epoch)};
}

std::string encode_identity(const LogIdentity& identity) {
    std::string bytes;
    ByteWriter out(bytes);
    out.put(kIdentityMagic);
    out.put(kIdentityVersion);
    out.put(identity.id.high);
    out.put(identity.id.low);
    out.put(identity.epoch.value);
    out.put(checksum64(bytes));
    return bytes;
}

Result<std::optional<FileOwner>> read_owner(async::FileSystem& files, const std::string& path) {
    TRY(auto file, files.open(path, async::OpenMode::kRead));
    std::string head(kHeaderBytesMax, '\0');
    TRY(auto got, file->read_at(0, head));
    return owner_of(std::string_view(head).substr(0, got));
}

/// The identity that the stream files below `directory` name, or a fresh one when there are none.
Result<LogIdentity> identity_from_files(async::FileSystem& files, const std::string& directory,
                                        Id128 fresh_id) {
    bool has_files = false;
    TRY(auto names, files.list(directory));
    for (auto& name : names) {
        auto inner = files.list(directory + "/" + name);
        if (!inner) continue;  // Not a directory.
        for (auto& file : *inner) {
            if (!first_offset_in(file)) continue;
            has_files = true;
            auto path = directory + "/" + name + "/" + file;
            TRY(auto owner, read_owner(files, path));
            if (owner) return owner->identity;
        }
    }
    if (has_files)
        return fail(Code::kCorrupt,
                    "the log in '" + directory + "' has lost its identity: no header is readable");
    return LogIdentity{.id = fresh_id, .epoch = model::Epoch(0)};
}

/// First offsets of the stream's files, sorted. Removes files whose making was cut short.
Result<std::vector<std::uint64_t>> list_files(async::FileSystem& files,
                                              const std::string& directory) {
    std::vector<std::uint64_t> firsts;
    TRY(auto names, files.list(directory));
    for (auto& name : names) {
        if (name.ends_with(kTemporarySuffix)) {
            TRY_OK(files.remove(directory + "/" + name));
        } else if (auto first = first_offset_in(name)) {
            firsts.push_back(*first);
        }
    }
    std::ranges::sort(firsts);
    return firsts;
}

/// Everything about one file that recovery works on.
struct Recovery {
    async::FileSystem& files;
    const LogIdentity& identity;
    const StreamId& stream;
    LogFile& file;
    std::string header;
    std::string bytes;
    FileScan scan;
};

Result<void> read_and_scan(Recovery& at) {
    TRY(at.bytes, async::read_file(at.files, at.file.path, kFileBytesMax));
    if (auto owner = owner_of(at.bytes);
        owner && (owner->identity != at.identity || owner->stream != at.stream))
        return fail(Code::kCorrupt, "'" + at.file.path + "' belongs to another log");
    at.header = file_header(at.identity, at.stream, model::LogOffset(at.file.first));
    auto seed = seed_of(at.identity, at.stream);
    TRY(at.scan, scan_frames(at.bytes, at.header.size(), at.file.first, seed));
    return {};
}

/// Position of the first frame that only an fsync we did not see could have made durable.
std::size_t position_of_unproven(const FileScan& scan, std::size_t size) {
    for (auto& place : scan.records)
        if (place.offset >= scan.durable_end_seen) return place.position;
    return size;
}

/// Makes the last file's tail durable, and notes that it is.
Result<void> settle_tail(Recovery& at) {
    auto size = cut_torn_tail(at.scan, at.bytes.size());
    auto unproven = position_of_unproven(at.scan, size);
    at.file.end = at.scan.end();
    if (size == at.bytes.size() && unproven == size) return {};
    TRY(auto file, at.files.open(at.file.path, async::OpenMode::kReadWrite));
    TRY_OK(file->truncate(size));
    auto tail = std::string_view(at.bytes).substr(unproven, size - unproven);
    TRY_OK(file->write_at(unproven, tail));
    TRY_OK(file->sync());
    std::string mark;
    put_frame(mark, {.kind = FrameKind::kMark, .offset = at.file.end, .durable_end = at.file.end},
              seed_of(at.identity, at.stream));
    // Only a hint for the next recovery: a full disk must not keep the log from opening.
    if (file->write_at(size, mark)) (void)file->sync();
    return {};
}

void note_holes(const LogFile& file, std::vector<Hole>& holes) {
    auto expected = file.first;
    for (auto& place : file.places) {
        if (place.offset > expected) holes.push_back({expected, place.offset});
        expected = place.offset + 1;
    }
    if (expected < file.end) holes.push_back({expected, file.end});
}

}  // namespace

std::string directory_of(const StreamId& stream) {
    return stream.topic + "-" + std::to_string(stream.partition.value);
}

std::string file_name(std::uint64_t first_offset) {
    auto digits = std::to_string(first_offset);
    return std::string(kNameDigits - digits.size(), '0') + digits + std::string(kSuffix);
}

Result<LogIdentity> load_identity(async::FileSystem& files, const std::string& directory,
                                  Id128 fresh_id) {
    TRY_OK(files.create_directories(directory));
    std::string name(kIdentityName);
    auto bytes = async::read_file(files, directory + "/" + name, kIdentityBytesMax);
    if (bytes) {
        auto identity = decode_identity(*bytes);
        if (identity || identity.error().code != Code::kCorrupt) return identity;
    } else if (bytes.error().code != Code::kNotFound) {
        return fail(bytes.error());
    }
    TRY(auto identity, identity_from_files(files, directory, fresh_id));
    TRY_OK(async::replace_file(files, directory, name, encode_identity(identity)));
    return identity;
}

Result<StreamFiles> recover_stream(async::FileSystem& files, const std::string& directory,
                                   const LogIdentity& identity, const StreamId& stream) {
    TRY_OK(files.create_directories(directory));
    TRY(auto firsts, list_files(files, directory));
    StreamFiles result;
    for (std::size_t i = 0; i < firsts.size(); ++i) {
        auto& file = *result.files.emplace_back(std::make_shared<LogFile>());
        file.path = directory + "/" + file_name(firsts[i]);
        file.first = firsts[i];
        Recovery at{files, identity, stream, file, {}, {}, {}};
        TRY_OK(read_and_scan(at));
        if (i + 1 < firsts.size()) {
            file.end = firsts[i + 1];
            std::erase_if(at.scan.records, [&](auto& place) { return place.offset >= file.end; });
        } else {
            TRY_OK(settle_tail(at));
        }
        file.places = std::move(at.scan.records);
        note_holes(file, result.holes);
    }
    return result;
}

}  // namespace logwood::log
