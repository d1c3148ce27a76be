// zstd for both levels: level 1 for mini-segments, which are written on the way of the data, level
// 3 with long-distance matching for large chunks of merged segments, where repeats lie megabytes
// apart. Neither uses threads or anything else that could make equal input give different bytes.
#include "segment/columns/codec.h"

#include <fmt/format.h>
#include <lz4.h>
#include <zstd.h>

namespace logwood::segment {
namespace {

constexpr int kMiniLevel = 1;
constexpr int kMergedLevel = 3;
/// Below this the ordinary window sees everything.
constexpr std::size_t kLongDistanceBytesMin = 2 << 20;
constexpr int kLongDistanceWindowLog = 24;

struct FreeDecoder {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

}  // namespace

struct Compressor::Context {
    ZSTD_CCtx* zstd = ZSTD_createCCtx();
    ~Context() { ZSTD_freeCCtx(zstd); }
};

Compressor::Compressor(Level level) : level_(level), context_(std::make_unique<Context>()) {}
Compressor::~Compressor() = default;

Codec Compressor::compress(std::string_view raw, std::string& out) {
    auto* zstd = context_->zstd;
    auto is_mini = level_ == Level::kMini;
    auto is_long = !is_mini && raw.size() >= kLongDistanceBytesMin;
    ZSTD_CCtx_reset(zstd, ZSTD_reset_session_and_parameters);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, is_mini ? kMiniLevel : kMergedLevel);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_contentSizeFlag, 0);
    if (is_long) {
        ZSTD_CCtx_setParameter(zstd, ZSTD_c_enableLongDistanceMatching, 1);
        ZSTD_CCtx_setParameter(zstd, ZSTD_c_windowLog, kLongDistanceWindowLog);
    }
    out.resize(ZSTD_compressBound(raw.size()));
    auto size = ZSTD_compress2(zstd, out.data(), out.size(), raw.data(), raw.size());
    ASSERT(!ZSTD_isError(size));
    if (size + raw.size() / 32 >= raw.size()) {
        out.assign(raw);
        return Codec::kNone;
    }
    out.resize(size);
    return Codec::kZstd;
}

Result<std::string> decompress(Codec codec, std::string_view stored, std::size_t raw_bytes) {
    auto damaged = [] { return fail(Code::kCorrupt, "compressed bytes do not decompress"); };
    switch (codec) {
        case Codec::kNone:
            if (stored.size() != raw_bytes) return damaged();
            return std::string(stored);
        case Codec::kZstd: {
            thread_local std::unique_ptr<ZSTD_DCtx, FreeDecoder> zstd(ZSTD_createDCtx());
            // Not filled with zeros before: for large chunks that costs as much as decompression.
            std::string raw;
            std::size_t size = 0;
            raw.resize_and_overwrite(raw_bytes, [&](char* out, std::size_t room) {
                size = ZSTD_decompressDCtx(zstd.get(), out, room, stored.data(), stored.size());
                return ZSTD_isError(size) ? 0 : size;
            });
            if (ZSTD_isError(size) || size != raw_bytes) return damaged();
            return raw;
        }
        case Codec::kLz4: {
            std::string raw(raw_bytes, '\0');
            if (raw_bytes > LZ4_MAX_INPUT_SIZE || stored.size() > LZ4_MAX_INPUT_SIZE)
                return damaged();
            auto size =
                LZ4_decompress_safe(stored.data(), raw.data(), static_cast<int>(stored.size()),
                                    static_cast<int>(raw_bytes));
            if (size < 0 || static_cast<std::size_t>(size) != raw_bytes) return damaged();
            return raw;
        }
    }
    return fail(Code::kUnsupported, fmt::format("unknown codec {}", static_cast<unsigned>(codec)));
}

}  // namespace logwood::segment
