// A record: a small head, a body that is compressed as a whole, a checksum at the very end.
//
//   magic u32 "LWRC" | version u8 | codec u8 | zero u16 | raw size u32 | stored body | xxh3-64 u64
//
// The checksum covers all before it and stands in the same place in every version, so that a
// damaged version byte is damage and not a new version. Version 2 is version 1 with a request key
// in front of the body; without a key version 1 is written, so that older programs go on reading
// the logs of those who use no keys. The body keeps each property of the events
// together (all shapes, all times, all lengths, all text), which zstd likes and which decodes in
// runs. `docs/formats/record.md` has the grammar.
#include "log/record.h"

#include <zstd.h>

#include <limits>
#include <memory>
#include <utility>

#include "base/bytes.h"
#include "log/limits.h"

namespace logwood::log {
namespace {

using model::EventBatch;

constexpr std::uint32_t kMagic = 0x4352574C;  // "LWRC"
constexpr std::uint8_t kVersionPlain = 1;
constexpr std::uint8_t kVersionKeyed = 2;
constexpr std::uint8_t kCodecPlain = 0;
constexpr std::uint8_t kCodecZstd = 1;
constexpr int kZstdLevel = 1;
constexpr std::size_t kHeadBytes = 12;
constexpr std::size_t kChecksumBytes = 8;
constexpr std::size_t kVarintBytesMax = 10;
/// Request key, repository, parser, ingest time, parser version, and counts.
constexpr std::size_t kFixedBytes = 16 + 16 + 16 + 8 + 4 + 6 * kVarintBytesMax;

std::unexpected<Error> corrupt(std::string_view what) {
    return fail(Code::kCorrupt, "record: " + std::string(what));
}

template <typename Id>
void put_id(ByteWriter& out, const Id& id) {
    out.put(id.high);
    out.put(id.low);
}

template <typename Id>
Result<Id> get_id(ByteReader& in) {
    TRY(auto high, in.get<std::uint64_t>());
    TRY(auto low, in.get<std::uint64_t>());
    return Id(Id128{high, low});
}

/// Writes varints of one byte without a call; nearly all are.
void put_small(std::string& body, ByteWriter& out, std::uint64_t value) {
    if (value < 0x80)
        body.push_back(static_cast<char>(value));
    else
        out.put_varint(value);
}

void encode_events(const EventBatch::Parts& parts, std::string& body) {
    ByteWriter out(body);
    out.put_varint(parts.fields.size());
    for (auto& name : parts.fields) out.put_string(name);
    out.put_varint(parts.shapes.size());
    for (auto& shape : parts.shapes) {
        out.put_varint(shape.size());
        for (auto field : shape) out.put_varint(field);
    }
    out.put_varint(parts.row_shapes.size());
    for (auto shape : parts.row_shapes) put_small(body, out, shape);
    std::uint64_t before = 0;
    for (auto time : parts.event_times) {
        auto now = static_cast<std::uint64_t>(time);
        out.put_signed_varint(static_cast<std::int64_t>(now - before));
        before = now;
    }
    std::uint32_t begin = 0;
    for (auto end : parts.value_ends) put_small(body, out, end - std::exchange(begin, end));
    out.put_raw(parts.bytes);
}

void encode_body(const model::Record& record, std::string& body) {
    ByteWriter out(body);
    if (!record.request_key.is_none()) put_id(out, record.request_key);
    put_id(out, record.repo);
    out.put(record.ingest_time.ns);
    put_id(out, record.parser);
    out.put(record.parser_version);
    out.put_varint(record.tags.entries().size());
    for (auto& [name, value] : record.tags.entries()) {
        out.put_string(name);
        out.put_string(value);
    }
    encode_events(record.events.parts(), body);
}

/// Reads a count of things that take at least `bytes_each`, so that it cannot make us allocate
/// more than the record could hold.
Result<std::size_t> get_count(ByteReader& in, std::size_t bytes_each = 1) {
    TRY(auto count, in.get_varint());
    if (count > in.remaining() / bytes_each) return corrupt("a count is above what is there");
    return static_cast<std::size_t>(count);
}

Result<std::uint32_t> get_u32(ByteReader& in) {
    TRY(auto value, in.get_varint());
    if (value > std::numeric_limits<std::uint32_t>::max()) return corrupt("a number is too large");
    return static_cast<std::uint32_t>(value);
}

/// Calls `take` with `count` varints of 32 bits; fast while they have one byte.
template <typename F>
Result<void> for_each_u32(std::string_view body, std::size_t& at, std::size_t count, F take) {
    for (std::size_t i = 0; i < count; ++i) {
        if (at < body.size() && static_cast<unsigned char>(body[at]) < 0x80) [[likely]] {
            take(static_cast<std::uint32_t>(body[at++]));
            continue;
        }
        ByteReader in(body.substr(at));
        TRY(auto value, get_u32(in));
        at += in.position();
        take(value);
    }
    return {};
}

Result<void> decode_names(ByteReader& in, EventBatch::Parts& parts) {
    TRY(auto fields, get_count(in));
    parts.fields.reserve(fields);
    for (std::size_t i = 0; i < fields; ++i) {
        TRY(auto name, in.get_string());
        parts.fields.emplace_back(name);
    }
    TRY(auto shapes, get_count(in));
    parts.shapes.reserve(shapes);
    for (std::size_t i = 0; i < shapes; ++i) {
        TRY(auto size, get_count(in));
        auto& shape = parts.shapes.emplace_back();
        shape.reserve(size);
        for (std::size_t j = 0; j < size; ++j) {
            TRY(auto field, get_u32(in));
            shape.push_back(field);
        }
    }
    return {};
}

Result<void> decode_rows(ByteReader& in, std::string_view body, EventBatch::Parts& parts) {
    TRY(auto rows, get_count(in, 2));
    auto at = in.position();
    parts.row_shapes.reserve(rows);
    std::size_t values = 0;
    bool is_known = true;
    TRY_OK(for_each_u32(body, at, rows, [&](std::uint32_t shape) {
        parts.row_shapes.push_back(shape);
        is_known = is_known && shape < parts.shapes.size();
        values += is_known ? parts.shapes[shape].size() : 0;
    }));
    if (!is_known) return corrupt("an event has an unknown shape");
    ByteReader times(body.substr(at));
    parts.event_times.reserve(rows);
    std::uint64_t time = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        TRY(auto step, times.get_signed_varint());
        time += static_cast<std::uint64_t>(step);
        parts.event_times.push_back(static_cast<std::int64_t>(time));
    }
    at += times.position();
    if (values > body.size() - at) return corrupt("more values than there is room for");
    parts.value_ends.reserve(values);
    std::uint64_t end = 0;
    TRY_OK(for_each_u32(body, at, values, [&](std::uint32_t size) {
        end += size;
        parts.value_ends.push_back(static_cast<std::uint32_t>(end));
    }));
    if (end != body.size() - at) return corrupt("the values do not fill the record");
    parts.bytes.assign(body.substr(at));
    return {};
}

Result<model::Record> decode_body(std::uint8_t version, std::string_view body) {
    ByteReader in(body);
    model::Record record;
    if (version == kVersionKeyed) {
        TRY(record.request_key, get_id<Id128>(in));
        if (record.request_key.is_none()) return corrupt("the request key is none");
    }
    TRY(record.repo, get_id<RepoId>(in));
    TRY(record.ingest_time.ns, in.get<std::int64_t>());
    TRY(record.parser, get_id<ParserId>(in));
    TRY(record.parser_version, in.get<std::uint32_t>());
    TRY(auto tags, get_count(in, 2));
    for (std::size_t i = 0; i < tags; ++i) {
        TRY(auto name, in.get_string());
        TRY(auto value, in.get_string());
        // set() drops one `#`, and a name may begin with one.
        record.tags.set("#" + std::string(name), value);
    }
    EventBatch::Parts parts;
    TRY_OK(decode_names(in, parts));
    TRY_OK(decode_rows(in, body, parts));
    TRY(record.events, EventBatch::make(std::move(parts)));
    return record;
}

/// Contexts are dear to make and belong to one thread.
ZSTD_CCtx* compressor() {
    thread_local std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                                                 ZSTD_freeCCtx);
    return context.get();
}
ZSTD_DCtx* decompressor() {
    thread_local std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                                 ZSTD_freeDCtx);
    return context.get();
}

Result<std::string> decompress(std::string_view stored, std::size_t raw_size) {
    std::string body(raw_size, '\0');
    auto got =
        ZSTD_decompressDCtx(decompressor(), body.data(), body.size(), stored.data(), stored.size());
    if (ZSTD_isError(got)) return corrupt(ZSTD_getErrorName(got));
    if (got != raw_size) return corrupt("the body is shorter than its head says");
    return body;
}

}  // namespace

std::size_t record_raw_bytes(const model::Record& record) {
    auto& parts = record.events.parts();
    auto total = kFixedBytes + parts.bytes.size();
    for (auto& [name, value] : record.tags.entries())
        total += name.size() + value.size() + 2 * kVarintBytesMax;
    for (auto& name : parts.fields) total += name.size() + kVarintBytesMax;
    for (auto& shape : parts.shapes) total += 5 * (shape.size() + 1);
    // A shape, a time; lengths: 1 byte below 128, and no value is as short as its longer length.
    total += parts.row_shapes.size() * (5 + kVarintBytesMax);
    return total + parts.value_ends.size() + parts.bytes.size() / 127 * 4;
}

Result<std::string> encode_record(const model::Record& record) {
    auto& parts = record.events.parts();
    if (parts.bytes.size() > kRecordRawBytesMax)
        return fail(Code::kTooLarge, "record: " + std::to_string(parts.bytes.size()) +
                                         " bytes of values, at most " +
                                         std::to_string(kRecordRawBytesMax));
    std::string body;
    body.reserve(record_raw_bytes(record));
    encode_body(record, body);
    if (body.size() > kRecordRawBytesMax)
        return fail(Code::kTooLarge, "record: " + std::to_string(body.size()) +
                                         " raw bytes, at most " +
                                         std::to_string(kRecordRawBytesMax));
    auto bound = ZSTD_compressBound(body.size());
    std::string bytes(kHeadBytes + bound, '\0');
    auto stored = ZSTD_compressCCtx(compressor(), bytes.data() + kHeadBytes, bound, body.data(),
                                    body.size(), kZstdLevel);
    ASSERT(!ZSTD_isError(stored));
    bool is_smaller = stored < body.size();
    bytes.resize(kHeadBytes + (is_smaller ? stored : 0));
    if (!is_smaller) bytes += body;
    std::string head;
    ByteWriter out(head);
    out.put(kMagic);
    out.put(record.request_key.is_none() ? kVersionPlain : kVersionKeyed);
    out.put(is_smaller ? kCodecZstd : kCodecPlain);
    out.put(std::uint16_t{0});
    out.put(static_cast<std::uint32_t>(body.size()));
    bytes.replace(0, kHeadBytes, head);
    ByteWriter(bytes).put(checksum64(bytes));
    // Queues and caches count sizes, and logs that compress by 50 would hold 50 times as much.
    bytes.shrink_to_fit();
    return bytes;
}

Result<model::Record> decode_record(std::string_view bytes) {
    if (bytes.size() < kHeadBytes + kChecksumBytes) return corrupt("shorter than its head");
    auto covered = bytes.substr(0, bytes.size() - kChecksumBytes);
    ByteReader tail(bytes.substr(covered.size()));
    TRY(auto checksum, tail.get<std::uint64_t>());
    if (checksum != checksum64(covered)) return corrupt("wrong checksum");
    ByteReader head(covered);
    TRY(auto magic, head.get<std::uint32_t>());
    TRY(auto version, head.get<std::uint8_t>());
    TRY(auto codec, head.get<std::uint8_t>());
    TRY(auto zero, head.get<std::uint16_t>());
    TRY(auto raw_size, head.get<std::uint32_t>());
    if (magic != kMagic) return corrupt("not a record");
    if ((version != kVersionPlain && version != kVersionKeyed) || zero != 0)
        return fail(Code::kUnsupported,
                    "record: version " + std::to_string(version) + " is newer than this program");
    if (raw_size > kRecordRawBytesMax) return corrupt("larger than a record may be");
    auto stored = covered.substr(kHeadBytes);
    if (codec == kCodecPlain) {
        if (raw_size != stored.size())
            return corrupt("the body has another size than the head says");
        return decode_body(version, stored);
    }
    if (codec != kCodecZstd)
        return fail(Code::kUnsupported, "record: unknown codec " + std::to_string(codec));
    TRY(auto body, decompress(stored, raw_size));
    return decode_body(version, body);
}

}  // namespace logwood::log
