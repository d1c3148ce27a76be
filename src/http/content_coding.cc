// Output that outgrows the first guess gets an address range of one byte above the limit at once.
// An allocation of that size is a mapping of its own, in which only written pages cost memory and
// which goes back when it is freed: a bomb costs the limit, once.
#include "http/content_coding.h"

#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "http/limits.h"

namespace logwood::http {
namespace {

constexpr std::size_t kFirstOutputBytes = 64U << 10;
constexpr int kGzipWindow = 15 + 16;  // zlib: 15 bits of window, gzip framing
constexpr int kZlibWindow = 15;
constexpr int kBareWindow = -15;
/// The shortest way to write much in snappy: three bytes that copy 64.
constexpr std::size_t kSnappyRatioMax = 22;

auto damaged() { return fail(Code::kInvalidArgument, "the compressed body is damaged"); }
auto too_large() { return fail(Code::kTooLarge, "the decompressed body is too large"); }

/// A string that is grown without zeroing, at most once.
class Output {
 public:
    Output(std::size_t first, std::size_t bytes_max) : bytes_max_(bytes_max) {
        resize(std::min(std::max(first, kFirstOutputBytes), bytes_max + 1));
    }
    char* free() { return bytes_.data() + used_; }
    std::size_t free_size() const { return bytes_.size() - used_; }
    void use(std::size_t size) { used_ += size; }
    /// Makes room; false when the limit was passed.
    bool grow() {
        if (free_size() > 0) return true;
        if (used_ > bytes_max_) return false;
        resize(bytes_max_ + 1);
        return true;
    }
    Result<std::string> take() {
        if (used_ > bytes_max_) return too_large();
        bytes_.resize(used_);
        return std::move(bytes_);
    }

 private:
    void resize(std::size_t size) {
        bytes_.resize_and_overwrite(size, [size](char*, std::size_t) { return size; });
    }

    std::string bytes_;
    std::size_t used_ = 0;
    std::size_t bytes_max_;
};

class Inflater {
 public:
    explicit Inflater(int window) { ok_ = inflateInit2(&stream_, window) == Z_OK; }
    Inflater(const Inflater&) = delete;
    ~Inflater() {
        if (ok_) inflateEnd(&stream_);
    }

    Result<std::string> run(std::string_view bytes, std::size_t bytes_max, bool many_members) {
        if (!ok_) return fail(Code::kUnavailable, "no memory to decompress");
        Output output(bytes.size() * 4, bytes_max);
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
        while (true) {
            if (!output.grow()) return too_large();
            auto room = output.free_size();
            stream_.next_out = reinterpret_cast<Bytef*>(output.free());
            stream_.avail_out = static_cast<uInt>(room);
            int status = inflate(&stream_, Z_NO_FLUSH);
            output.use(room - stream_.avail_out);
            if (status == Z_STREAM_END) {
                if (stream_.avail_in == 0) return output.take();
                if (!many_members || inflateReset(&stream_) != Z_OK) return damaged();
            } else if (status != Z_OK || (stream_.avail_in == 0 && stream_.avail_out != 0)) {
                return damaged();
            }
        }
    }

 private:
    z_stream stream_{};
    bool ok_ = false;
};

/// RFC 1950: deflate, a window of at most 2^7 units, a header divisible by 31.
bool has_zlib_header(std::string_view bytes) {
    if (bytes.size() < 2) return false;
    auto first = static_cast<unsigned char>(bytes[0]);
    auto second = static_cast<unsigned char>(bytes[1]);
    return (first & 15) == Z_DEFLATED && (first >> 4) <= 7 && (first * 256U + second) % 31 == 0;
}

Result<std::string> decompress_zstd(std::string_view bytes, std::size_t bytes_max) {
    std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
    if (!context) return fail(Code::kUnavailable, "no memory to decompress");
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kZstdWindowLogMax);
    Output output(bytes.size() * 4, bytes_max);
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    while (true) {
        if (!output.grow()) return too_large();
        ZSTD_outBuffer out{output.free(), output.free_size(), 0};
        auto before = in.pos;
        auto left = ZSTD_decompressStream(context.get(), &out, &in);
        output.use(out.pos);
        if (ZSTD_isError(left)) return damaged();
        bool is_stuck = in.pos == before && out.pos == 0;
        if (in.pos == in.size && left == 0) return output.take();
        if (is_stuck || (in.pos == in.size && out.pos < out.size)) return damaged();
    }
}

/// A block says its size in front, so that nothing is allocated for one that is too large or that
/// so few bytes cannot make.
Result<std::string> decompress_snappy(std::string_view bytes, std::size_t bytes_max) {
    std::size_t size = 0;
    if (!snappy::GetUncompressedLength(bytes.data(), bytes.size(), &size)) return damaged();
    if (size > bytes_max) return too_large();
    if (size / kSnappyRatioMax > bytes.size()) return damaged();
    std::string out;
    bool ok = true;
    out.resize_and_overwrite(size, [&](char* into, std::size_t) {
        ok = snappy::RawUncompress(bytes.data(), bytes.size(), into);
        return ok ? size : 0;
    });
    if (!ok) return damaged();
    return out;
}

}  // namespace

std::expected<Coding, Refusal> coding_of(std::string_view name) {
    if (name.empty() || equals_ignoring_case(name, "identity")) return Coding::kIdentity;
    if (equals_ignoring_case(name, "gzip") || equals_ignoring_case(name, "x-gzip"))
        return Coding::kGzip;
    // A client of GELF names both and sends the latter.
    if (equals_ignoring_case(name, "deflate") || equals_ignoring_case(name, "gzip,deflate"))
        return Coding::kDeflate;
    if (equals_ignoring_case(name, "zstd")) return Coding::kZstd;
    if (equals_ignoring_case(name, "snappy")) return Coding::kSnappy;
    return std::unexpected(Refusal{
        415, "The Content-Encoding is not supported. Expected: gzip, deflate, zstd, snappy"});
}

Result<std::string> decompress(Coding coding, std::string_view bytes, std::size_t bytes_max) {
    if (coding == Coding::kIdentity) {
        if (bytes.size() > bytes_max) return too_large();
        return std::string(bytes);
    }
    if (bytes.empty()) return damaged();
    switch (coding) {
        case Coding::kGzip:
            return Inflater(kGzipWindow).run(bytes, bytes_max, true);
        case Coding::kDeflate:
            return Inflater(has_zlib_header(bytes) ? kZlibWindow : kBareWindow)
                .run(bytes, bytes_max, false);
        case Coding::kSnappy:
            return decompress_snappy(bytes, bytes_max);
        default:
            return decompress_zstd(bytes, bytes_max);
    }
}

std::string compress_gzip(std::string_view bytes) {
    z_stream stream{};
    constexpr int kMemoryLevel = 8;
    ASSERT(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                        Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out;
    out.resize(deflateBound(&stream, bytes.size()));
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    ASSERT(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

bool accepts_gzip(std::string_view accept) {
    while (!accept.empty()) {
        auto comma = std::min(accept.find(','), accept.size());
        auto item = accept.substr(0, comma);
        accept.remove_prefix(std::min(comma + 1, accept.size()));
        item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
        auto name = item.substr(0, item.find_first_of("; "));
        if (!equals_ignoring_case(name, "gzip") && name != "*") continue;
        auto quality = item.find("q=");
        return quality == std::string_view::npos ||
               item.substr(quality + 2).find_first_of("123456789") != std::string_view::npos;
    }
    return false;
}

}  // namespace logwood::http
