#include "cli/input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/limits.h"
#include "cli/terminal.h"

namespace logwood::cli {
namespace {

constexpr std::size_t kPieceBytes = 256 << 10;
constexpr int kInterruptLookMs = 200;
constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";

std::string text_of_errno() { return std::system_category().message(errno); }

/// A descriptor, and what was read of it to find out what it is.
class FileInput final : public Input {
 public:
    FileInput(int fd, bool may_wait) : fd_(fd), may_wait_(may_wait) {}
    FileInput(const FileInput&) = delete;
    ~FileInput() override {
        if (fd_ != STDIN_FILENO) ::close(fd_);
    }

    Result<std::size_t> read(std::span<char> into) override {
        if (!first_.empty()) {
            auto taken = std::min(into.size(), first_.size());
            std::memcpy(into.data(), first_.data(), taken);
            first_.erase(0, taken);
            return taken;
        }
        return read_descriptor(into);
    }

    bool is_ready(int wait_ms) const override {
        if (!may_wait_ || !first_.empty()) return true;
        pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
        return ::poll(&waiting, 1, wait_ms) != 0;
    }

    /// Whether the input begins with these bytes; reads no more than it takes to know.
    Result<bool> begins_with(std::string_view magic) {
        while (first_.size() < magic.size() && magic.starts_with(first_)) {
            std::array<char, 4096> piece;
            TRY(auto got, read_descriptor(piece));
            if (got == 0) break;
            first_.append(piece.data(), got);
        }
        return first_.starts_with(magic);
    }

 private:
    Result<std::size_t> read_descriptor(std::span<char> into) const {
        while (!is_interrupted()) {
            // A signal may reach another thread than the one that waits.
            pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
            if (may_wait_ && ::poll(&waiting, 1, kInterruptLookMs) == 0) continue;
            auto got = ::read(fd_, into.data(), into.size());
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) return fail(Code::kIo, "cannot be read: " + text_of_errno());
        }
        return 0;
    }

    int fd_;
    bool may_wait_;
    std::string first_;
};

/// Compressed bytes of another input, a piece at a time.
class PackedBytes {
 public:
    explicit PackedBytes(std::unique_ptr<Input> packed)
        : packed_(std::move(packed)), buffer_(kPieceBytes) {}

    /// What is not used up yet; empty at the end.
    Result<std::span<char>> get() {
        if (left_.empty()) {
            TRY(auto got, packed_->read(buffer_));
            left_ = std::span(buffer_).first(got);
        }
        return left_;
    }
    void use(std::size_t bytes) { left_ = left_.subspan(bytes); }
    bool is_ready(int wait_ms) const { return !left_.empty() || packed_->is_ready(wait_ms); }

 private:
    std::unique_ptr<Input> packed_;
    std::vector<char> buffer_;
    std::span<char> left_;
};

class GzipInput final : public Input {
 public:
    explicit GzipInput(std::unique_ptr<Input> packed) : packed_(std::move(packed)) {
        ASSERT(inflateInit2(&stream_, 15 + 16) == Z_OK);
    }
    ~GzipInput() override { inflateEnd(&stream_); }

    Result<std::size_t> read(std::span<char> into) override {
        while (true) {
            TRY(auto in, packed_.get());
            if (in.empty() && is_between_members_) return 0;
            if (in.empty()) return fail(Code::kCorrupt, "gzip: cut off");
            if (is_between_members_) inflateReset(&stream_);
            is_between_members_ = false;
            stream_.next_in = reinterpret_cast<Bytef*>(in.data());
            stream_.avail_in = static_cast<uInt>(in.size());
            stream_.next_out = reinterpret_cast<Bytef*>(into.data());
            stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(into.size(), 1U << 30));
            auto before = stream_.avail_out;
            auto status = inflate(&stream_, Z_NO_FLUSH);
            if (status != Z_OK && status != Z_STREAM_END)
                return fail(Code::kCorrupt, "gzip: the bytes are damaged");
            packed_.use(in.size() - stream_.avail_in);
            is_between_members_ = status == Z_STREAM_END;
            if (before != stream_.avail_out) return before - stream_.avail_out;
        }
    }
    bool is_ready(int wait_ms) const override { return packed_.is_ready(wait_ms); }

 private:
    PackedBytes packed_;
    z_stream stream_{};
    bool is_between_members_ = false;
};

class ZstdInput final : public Input {
 public:
    explicit ZstdInput(std::unique_ptr<Input> packed)
        : packed_(std::move(packed)), stream_(ZSTD_createDStream()) {
        ASSERT(stream_ != nullptr);
    }
    ~ZstdInput() override { ZSTD_freeDStream(stream_); }

    Result<std::size_t> read(std::span<char> into) override {
        while (true) {
            TRY(auto piece, packed_.get());
            // Output may still wait inside when all input is used up.
            if (piece.empty() && is_between_frames_) return 0;
            ZSTD_inBuffer in{piece.data(), piece.size(), 0};
            ZSTD_outBuffer out{into.data(), into.size(), 0};
            auto status = ZSTD_decompressStream(stream_, &out, &in);
            if (ZSTD_isError(status)) return fail(Code::kCorrupt, "zstd: the bytes are damaged");
            packed_.use(in.pos);
            is_between_frames_ = status == 0;
            if (out.pos > 0) return out.pos;
            if (piece.empty()) return fail(Code::kCorrupt, "zstd: cut off");
        }
    }
    bool is_ready(int wait_ms) const override { return packed_.is_ready(wait_ms); }

 private:
    PackedBytes packed_;
    ZSTD_DStream* stream_;
    bool is_between_frames_ = false;
};

Result<std::unique_ptr<FileInput>> open_plain(const std::string& path) {
    auto fd = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        auto code = errno == ENOENT ? Code::kNotFound : Code::kIo;
        return fail(code, fmt::format("cannot open {}: {}", path, text_of_errno()));
    }
    struct stat status{};
    bool is_known = ::fstat(fd, &status) == 0;
    auto file = std::make_unique<FileInput>(fd, !is_known || !S_ISREG(status.st_mode));
    if (is_known && S_ISDIR(status.st_mode))
        return fail(Code::kInvalidArgument, fmt::format("{} is a directory", path));
    return file;
}

}  // namespace

Result<std::unique_ptr<Input>> open_input(const std::string& path) {
    TRY(auto file, open_plain(path));
    auto named = [&](Error error) { return fail(std::move(error).with_context(path)); };
    auto is_gzip = file->begins_with(kGzipMagic);
    if (!is_gzip) return named(std::move(is_gzip).error());
    if (*is_gzip) return std::make_unique<GzipInput>(std::move(file));
    auto is_zstd = file->begins_with(kZstdMagic);
    if (!is_zstd) return named(std::move(is_zstd).error());
    if (*is_zstd) return std::make_unique<ZstdInput>(std::move(file));
    return file;
}

Result<std::size_t> TextChunks::read_more(std::string& text) {
    auto before = text.size();
    auto wanted = before < chunk_bytes_ ? chunk_bytes_ - before : chunk_bytes_;
    Result<std::size_t> got = 0;
    text.resize_and_overwrite(before + wanted, [&](char* bytes, std::size_t) {
        got = input_->read({bytes + before, wanted});
        return before + got.value_or(0);
    });
    return got;
}

Result<std::optional<std::string>> TextChunks::next() {
    auto text = std::exchange(rest_, {});
    auto lines_end = text.rfind('\n') + 1;  // npos + 1 is 0.
    std::size_t events_end = 0;
    while (events_end == 0) {
        auto before = text.size();
        TRY(auto got, read_more(text));
        if (got == 0) break;
        auto found = std::string_view(text).substr(before).rfind('\n');
        if (found != std::string::npos) lines_end = before + found + 1;
        auto lines = std::string_view(text).substr(0, lines_end);
        if (text.size() >= chunk_bytes_) events_end = cut_.whole_bytes(lines);
        if (events_end == 0 && lines_end > 0 && !input_->is_ready(kPipeLingerMs))
            events_end = lines_end;
        if (events_end == 0 && text.size() > kLineBytesMax)
            return fail(Code::kTooLarge, fmt::format("{} has more than {} MiB",
                                                     cut_.joins_lines() ? "an event" : "a line",
                                                     kLineBytesMax >> 20));
    }
    if (text.empty()) return std::nullopt;
    if (events_end == 0) events_end = text.size();
    rest_ = text.substr(events_end);
    text.resize(events_end);
    return text;
}

Result<std::string> read_all(const std::string& path, std::size_t bytes_max) {
    TRY(auto input, open_input(path));
    std::string text;
    while (true) {
        auto before = text.size();
        text.resize(before + kPieceBytes);
        TRY(auto got, input->read(std::span(text).subspan(before)));
        text.resize(before + got);
        if (got == 0) return text;
        if (text.size() > bytes_max)
            return fail(Code::kTooLarge, fmt::format("{} has more than {} bytes", path, bytes_max));
    }
}

}  // namespace logwood::cli
