#include "cli/file_tail.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "cli/limits.h"

namespace logwood::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// A program may write to a renamed file for a moment longer.
constexpr auto kRenamedGrace = std::chrono::seconds(2);
constexpr std::size_t kReadBytes = 256 << 10;

std::unexpected<Error> io_error(std::string_view what, const std::string& path) {
    return fail(Code::kIo,
                fmt::format("{} {}: {}", what, path, std::system_category().message(errno)));
}

Result<std::size_t> read_at(int fd, std::uint64_t offset, std::span<char> into) {
    std::size_t done = 0;
    while (done < into.size()) {
        auto got =
            ::pread(fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(Code::kIo, std::system_category().message(errno));
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

std::uint64_t size_of(int fd) {
    struct stat status{};
    return ::fstat(fd, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

/// Whether the file is the one of that identity, and long enough.
bool begins_alike(int fd, const FilePosition& position) {
    auto found = identify(fd, position.identity.first_bytes);
    return found && found->first_bytes == position.identity.first_bytes &&
           found->first_hash == position.identity.first_hash && size_of(fd) >= position.offset;
}

bool is_same_place(const FileIdentity& a, const FileIdentity& b) {
    return a.device == b.device && a.inode == b.inode;
}

struct Sibling {
    std::string path;
    std::filesystem::file_time_type time;
};

/// `app.log.1`, `app.log-20260102`: names that rotation gives, oldest content first.
std::vector<Sibling> renamed_siblings(const std::string& path) {
    namespace fs = std::filesystem;
    std::vector<Sibling> found;
    auto parent = fs::path(path).parent_path();
    auto name = fs::path(path).filename().string();
    std::error_code error;
    fs::directory_iterator at(parent.empty() ? fs::path(".") : parent, error);
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
        auto other = at->path().filename().string();
        bool is_one = other.size() > name.size() + 1 && other.starts_with(name) &&
                      (other[name.size()] == '.' || other[name.size()] == '-') &&
                      other[name.size() + 1] >= '0' && other[name.size() + 1] <= '9' &&
                      !other.ends_with(".gz") && !other.ends_with(".zst");
        std::error_code failed;
        if (!is_one || !at->is_regular_file(failed)) continue;
        auto time = at->last_write_time(failed);
        if (!failed) found.push_back({at->path().string(), time});
    }
    std::ranges::sort(found, {}, &Sibling::time);
    return found;
}

}  // namespace

Result<FileIdentity> identify(int fd, std::uint64_t first_bytes) {
    struct stat status{};
    if (::fstat(fd, &status) != 0) return fail(Code::kIo, std::system_category().message(errno));
    std::string first(std::min<std::uint64_t>(first_bytes, kFingerprintBytes), '\0');
    TRY(auto got, read_at(fd, 0, first));
    first.resize(got);
    return FileIdentity{.device = status.st_dev,
                        .inode = status.st_ino,
                        .first_bytes = got,
                        .first_hash = checksum64(first)};
}

struct FileTail::Open {
    Open(int descriptor, FilePosition at, bool current)
        : fd(descriptor), position(std::move(at)), is_current(current) {}
    Open(const Open&) = delete;
    ~Open() { ::close(fd); }

    int fd;
    FilePosition position;
    bool is_current;                               ///< Still to be found under the path.
    std::optional<Clock::time_point> quiet_since;  ///< Of a renamed file at its end.
    /// An event at the end, to which lines may yet belong: where they end now, and since when.
    std::uint64_t held_end = 0;
    Clock::time_point held_since;
};

FileTail::FileTail(std::string path, std::optional<FilePosition> known, EventCut cut)
    : path_(std::move(path)), known_(std::move(known)), cut_(std::move(cut)) {}
FileTail::~FileTail() = default;
FileTail::FileTail(FileTail&&) noexcept = default;

/// Opens what is under the path now, from its beginning; false when nothing is.
Result<bool> FileTail::open_path() {
    auto fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return false;
    if (fd < 0) return io_error("cannot open", path_);
    auto file = std::make_unique<Open>(fd, FilePosition{.path = path_, .id = random_id()}, true);
    struct stat status{};
    if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return fail(Code::kInvalidArgument, path_ + " is no regular file: it cannot be followed");
    TRY(file->position.identity, identify(fd, 0));
    char magic[4] = {};
    TRY(auto got, read_at(fd, 0, magic));
    std::string_view begins(magic, got);
    if (begins.starts_with("\x1f\x8b") || begins == "\x28\xb5\x2f\xfd")
        return fail(Code::kInvalidArgument, path_ + " is compressed: it cannot be followed");
    has_opened_ = true;
    files_.push_back(std::move(file));
    return true;
}

/// Goes on where an earlier run stopped, wherever that file is now.
Result<void> FileTail::start() {
    TRY(auto is_there, open_path());
    if (!known_) {
        is_started_ = is_there;
        return {};
    }
    is_started_ = true;
    auto known = *std::exchange(known_, std::nullopt);
    if (is_there) {
        auto& current = *files_.back();
        if (is_same_place(current.position.identity, known.identity) &&
            begins_alike(current.fd, known)) {
            current.position = known;
            return {};
        }
    }
    return find_renamed(known);
}

Result<void> FileTail::find_renamed(const FilePosition& known) {
    auto siblings = renamed_siblings(path_);
    std::optional<std::size_t> found;
    bool is_in_place = false;
    for (std::size_t i = 0; i < siblings.size() && !is_in_place; ++i) {
        auto fd = ::open(siblings[i].path.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) continue;
        auto file = std::make_unique<Open>(fd, known, false);
        if (!begins_alike(fd, known)) continue;
        TRY(auto identity, identify(fd, 0));
        is_in_place = is_same_place(identity, known.identity);
        if (is_in_place || (!found && known.identity.first_bytes > 0)) found = i;
    }
    if (!found && !files_.empty() && known.identity.first_bytes > 0 &&
        begins_alike(files_.back()->fd, known)) {
        // Copied to another file system: the same bytes in another place.
        auto place = files_.back()->position.identity;
        files_.back()->position = known;
        files_.back()->position.identity.device = place.device;
        files_.back()->position.identity.inode = place.inode;
        return {};
    }
    if (!found) {
        std::fprintf(stderr,
                     "logwood: %s: the file that was read up to byte %llu is gone; what stood "
                     "behind is not sent\n",
                     path_.c_str(), static_cast<unsigned long long>(known.offset));
        return {};
    }
    // The rest of it, then whole files that came after it.
    auto place = files_.end() - (files_.empty() ? 0 : 1);
    for (auto i = *found; i < siblings.size(); ++i) {
        auto fd = ::open(siblings[i].path.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) continue;
        auto position = i == *found ? known : FilePosition{.path = path_, .id = random_id()};
        auto file = std::make_unique<Open>(fd, std::move(position), false);
        if (i != *found) {
            TRY(file->position.identity, identify(fd, 0));
        }
        place = files_.insert(place, std::move(file)) + 1;
    }
    return {};
}

/// A file that begins otherwise, or is shorter than what was read, was written anew.
Result<void> FileTail::check_unchanged(Open& file) {
    if (begins_alike(file.fd, file.position)) return {};
    std::fprintf(stderr, "logwood: %s was cut or written anew; it is read from its beginning\n",
                 path_.c_str());
    file.position = FilePosition{.path = path_, .id = random_id()};
    file.held_end = 0;
    TRY(file.position.identity, identify(file.fd, 0));
    return {};
}

/// Bytes of the text that can be given out: whole events, and the last one when no more comes.
std::size_t FileTail::events_end(Open& file, std::string_view text, bool is_at_end) const {
    bool is_at_rest =
        is_at_end && file.quiet_since && Clock::now() - *file.quiet_since >= kRenamedGrace;
    auto lines = text.substr(0, text.rfind('\n') + 1);  // npos + 1 is 0.
    auto whole = cut_.whole_bytes(lines);
    if (whole > 0) return whole;
    if (is_at_rest) return text.size();
    if (!is_at_end || lines.empty()) return 0;
    auto end = file.position.offset + lines.size();
    if (std::exchange(file.held_end, end) != end) file.held_since = Clock::now();
    return Clock::now() - file.held_since >= kTailLinger ? lines.size() : 0;
}

Result<std::optional<TailPiece>> FileTail::read_piece(Open& file, std::size_t bytes_max) {
    TRY_OK(check_unchanged(file));
    auto& at = file.position;
    TailPiece piece{.position = at};
    auto size = size_of(file.fd);
    bool is_repeat = at.pending_end > at.offset && at.pending_end <= size;
    auto wanted = is_repeat ? at.pending_end - at.offset : std::uint64_t{bytes_max};
    std::size_t end = 0;
    while (true) {
        auto before = piece.text.size();
        auto step = std::min<std::uint64_t>(wanted - std::min<std::uint64_t>(wanted, before),
                                            is_repeat ? wanted : bytes_max);
        if (step == 0) step = kReadBytes;  // A line that is longer than a piece.
        piece.text.resize(before + step);
        TRY(auto got, read_at(file.fd, at.offset + before, std::span(piece.text).subspan(before)));
        piece.text.resize(before + got);
        bool is_at_end = got < step;
        end = is_repeat ? piece.text.size() : events_end(file, piece.text, is_at_end);
        if (end > 0 || is_at_end || is_repeat) break;
        if (piece.text.size() > kLineBytesMax)
            return fail(Code::kTooLarge, fmt::format("{}: {} has more than {} MiB", path_,
                                                     cut_.joins_lines() ? "an event" : "a line",
                                                     kLineBytesMax >> 20));
    }
    if (end == 0) return std::nullopt;
    piece.text.resize(end);
    piece.position.pending_end = at.offset + end;
    return piece;
}

/// At the end of the first file: whether there is another one to read.
Result<bool> FileTail::go_on() {
    auto& file = *files_.front();
    if (file.is_current) {
        struct stat status{};
        bool is_there = ::stat(path_.c_str(), &status) == 0;
        bool is_it = is_there && status.st_dev == file.position.identity.device &&
                     status.st_ino == file.position.identity.inode;
        // While nothing is under the path, the file may yet come back.
        if (!is_there || is_it) return false;
        file.is_current = false;
    }
    if (!file.quiet_since) file.quiet_since = Clock::now();
    // Files that were renamed before we came are at rest.
    bool is_at_rest = files_.size() > 1 || Clock::now() - *file.quiet_since >= kRenamedGrace;
    if (!is_at_rest) return false;
    if (files_.size() > 1 && Clock::now() - *file.quiet_since < kRenamedGrace) {
        file.quiet_since = Clock::now() - kRenamedGrace;
        return true;  // Once more, for a last line without an end.
    }
    files_.pop_front();
    if (!files_.empty()) return true;
    return open_path();
}

Result<std::optional<TailPiece>> FileTail::next(std::size_t bytes_max) {
    if (!is_started_ || files_.empty()) {
        if (is_started_) {
            TRY(auto is_there, open_path());
            if (!is_there) return std::nullopt;
        } else {
            TRY_OK(start());
        }
        if (files_.empty()) return std::nullopt;
    }
    while (true) {
        TRY(auto piece, read_piece(*files_.front(), bytes_max));
        if (piece) return piece;
        TRY(auto has_more, go_on());
        if (!has_more) return std::nullopt;
    }
}

bool FileTail::holds_event() const {
    return !files_.empty() && files_.front()->held_end > files_.front()->position.offset;
}

FilePosition FileTail::commit(const TailPiece& piece) {
    auto& file = *files_.front();
    file.position.offset = piece.position.pending_end;
    file.position.pending_end = 0;
    file.quiet_since.reset();
    if (file.position.identity.first_bytes < kFingerprintBytes)
        if (auto identity = identify(file.fd, file.position.offset))
            file.position.identity = *identity;
    return file.position;
}

}  // namespace logwood::cli
