#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/bytes.h"
#include "segment/limits.h"
#include "segment/tail.h"

namespace logwood::segment {
namespace {

std::unexpected<Error> damaged(std::string_view what) {
    return fail(Code::kCorrupt, fmt::format("tail: {}", what));
}

/// A count of things that take at least one byte each.
Result<std::size_t> get_count(ByteReader& in) {
    TRY(auto count, in.get_varint());
    if (count > in.remaining()) return damaged("count is too large");
    return count;
}

Result<std::uint32_t> get_u32(ByteReader& in) {
    TRY(auto value, in.get_varint());
    if (value > UINT32_MAX) return damaged("number is too large");
    return static_cast<std::uint32_t>(value);
}

Result<void> get_bounds(ByteReader& in, model::TimeBounds& bounds) {
    TRY(bounds.min_ns, in.get_signed_varint());
    TRY(bounds.max_ns, in.get_signed_varint());
    return {};
}

Result<void> get_summary(ByteReader& in, Summary& summary) {
    TRY(summary.repo.high, in.get<std::uint64_t>());
    TRY(summary.repo.low, in.get<std::uint64_t>());
    TRY(auto level, in.get<std::uint8_t>());
    summary.level = static_cast<Level>(level);
    TRY(summary.rows, in.get_varint());
    TRY(summary.raw_bytes, in.get_varint());
    TRY_OK(get_bounds(in, summary.event_times));
    TRY_OK(get_bounds(in, summary.ingest_times));
    TRY(auto offsets, get_count(in));
    for (std::size_t i = 0; i < offsets; ++i) {
        auto& range = summary.offsets.emplace_back();
        TRY(range.epoch.value, get_u32(in));
        TRY(range.partition.value, get_u32(in));
        TRY(range.first.value, in.get_varint());
        TRY(auto length, in.get_varint());
        range.last.value = range.first.value + length;
    }
    TRY(auto days, get_count(in));
    for (std::size_t i = 0; i < days; ++i) {
        auto& day = summary.days.emplace_back();
        TRY(auto number, in.get_signed_varint());
        day.day = static_cast<std::int32_t>(number);
        if (day.day != number) return damaged("day out of range");
        TRY(day.rows, in.get_varint());
        TRY(day.raw_bytes, in.get_varint());
    }
    return {};
}

/// Reads pieces of chunks, whose offsets follow from their order.
class PieceReader {
 public:
    explicit PieceReader(std::size_t chunks) : ends_(chunks) {}

    Result<Piece> get(ByteReader& in) {
        Piece piece;
        TRY(piece.chunk, get_u32(in));
        TRY(piece.bytes, get_u32(in));
        if (piece.chunk >= ends_.size()) return damaged("piece of an unknown chunk");
        piece.offset = ends_[piece.chunk];
        if (piece.bytes > kChunkRawBytesMax - piece.offset) return damaged("chunk is too large");
        ends_[piece.chunk] += piece.bytes;
        return piece;
    }

 private:
    std::vector<std::uint32_t> ends_;
};

Result<TailField> get_field(ByteReader& in, PieceReader& pieces) {
    TailField field;
    TRY(field.name, in.get_string());
    TRY(auto flags, in.get<std::uint8_t>());
    if (flags > 15) return fail(Code::kUnsupported, "tail: unknown flags of a field");
    field.is_coded = (flags & 1) != 0;
    TRY(field.rows, in.get_varint());
    if ((flags & 2) != 0) {
        TRY(auto least, in.get_signed_varint());
        TRY(auto most, in.get_signed_varint());
        field.integers = {least, most};
    }
    TRY(field.dictionary_values, get_u32(in));
    if (field.dictionary_values > kDictionaryValuesMax) return damaged("dictionary is too large");
    if ((flags & 4) != 0) {
        TRY(field.dictionary, pieces.get(in));
    } else {
        if (field.dictionary_values > in.remaining()) return damaged("value list is too long");
        for (std::size_t i = 0; i < field.dictionary_values; ++i) {
            TRY(auto text, in.get_string());
            field.listed.emplace_back(text);
        }
    }
    if ((flags & 8) != 0) {
        for (std::size_t i = 0; i < field.listed.size(); ++i) {
            TRY(auto count, in.get_varint());
            field.counts.push_back(count);
        }
    }
    return field;
}

Result<Shape> get_shape(ByteReader& in, std::size_t fields) {
    TRY(auto count, get_count(in));
    Shape shape;
    shape.reserve(count);
    std::uint64_t next = 0;
    for (std::size_t i = 0; i < count; ++i) {
        TRY(auto gap, get_u32(in));
        next += gap;
        if (next >= fields) return damaged("field of a shape out of range");
        shape.push_back(static_cast<FieldId>(next++));
    }
    return shape;
}

Result<void> get_columns(ByteReader& in, const std::vector<TailField>& fields, PieceReader& pieces,
                         std::vector<TailColumn>& columns) {
    TRY(auto ids, get_shape(in, fields.size()));
    for (auto id : ids) columns.push_back({.field = id});
    for (auto& column : columns) {
        TRY(auto encoding, in.get<std::uint8_t>());
        column.encoding = static_cast<Encoding>(encoding);
    }
    for (auto& column : columns) {
        if (column.encoding == Encoding::kConstant) {
            TRY(column.constant_code, get_u32(in));
            if (column.constant_code >= fields[column.field].dictionary_values)
                return damaged("constant out of range");
        } else {
            TRY(column.piece, pieces.get(in));
        }
    }
    return {};
}

Result<TailGroup> get_group(ByteReader& in, const std::vector<TailField>& fields) {
    TailGroup group;
    TRY(group.rows, get_u32(in));
    if (group.rows == 0 || group.rows > kRowGroupRowsMax) return damaged("rows out of range");
    TRY(group.raw_bytes, in.get_varint());
    TRY(group.value_bytes, in.get_varint());
    TRY_OK(get_bounds(in, group.event_times));
    TRY(auto chunks, get_count(in));
    for (std::size_t i = 0; i < chunks; ++i) {
        TRY(auto bytes, get_u32(in));
        group.chunk_bytes.push_back(bytes);
    }
    PieceReader pieces(chunks);
    for (auto& frame : group.frames) {
        TRY(frame, pieces.get(in));
    }
    TRY_OK(get_columns(in, fields, pieces, group.columns));
    return group;
}

Result<std::vector<model::TagSet>> get_tag_sets(ByteReader& in) {
    TRY(auto count, get_count(in));
    std::vector<model::TagSet> sets(count);
    for (auto& tags : sets) {
        TRY(auto entries, get_count(in));
        for (std::size_t i = 0; i < entries; ++i) {
            TRY(auto name, in.get_string());
            TRY(auto value, in.get_string());
            tags.set(name, value);
        }
    }
    if (!std::ranges::is_sorted(sets)) return damaged("tag sets are not sorted");
    return sets;
}

Result<void> check_rows(const Tail& tail) {
    std::uint64_t rows = 0;
    for (auto& group : tail.groups) rows += group.rows;
    if (rows != tail.summary.rows) return damaged("row groups do not add up");
    std::unordered_set<std::string_view> names;
    for (auto& field : tail.fields)
        if (!names.insert(field.name).second) return damaged("field name twice");
    return {};
}

}  // namespace

Result<Tail> read_tail(std::string_view bytes) {
    ByteReader in(bytes);
    Tail tail;
    TRY_OK(get_summary(in, tail.summary));
    TRY(auto sections, get_count(in));
    for (std::size_t i = 0; i < sections; ++i) {
        auto& section = tail.sections.emplace_back();
        TRY(section.kind, in.get<std::uint8_t>());
        TRY(section.flags, in.get<std::uint8_t>());
        TRY(section.offset, in.get_varint());
        TRY(section.bytes, in.get_varint());
    }
    TRY(auto dictionary_chunks, get_count(in));
    for (std::size_t i = 0; i < dictionary_chunks; ++i) {
        TRY(auto size, get_u32(in));
        tail.dictionary_chunk_bytes.push_back(size);
    }
    PieceReader dictionary_pieces(dictionary_chunks);
    TRY(auto fields, get_count(in));
    for (std::size_t i = 0; i < fields; ++i) {
        TRY(auto field, get_field(in, dictionary_pieces));
        tail.fields.push_back(std::move(field));
    }
    TRY(auto shapes, get_count(in));
    for (std::size_t i = 0; i < shapes; ++i) {
        TRY(auto shape, get_shape(in, fields));
        tail.shapes.push_back(std::move(shape));
    }
    TRY(tail.tag_sets, get_tag_sets(in));
    TRY(auto groups, get_count(in));
    for (std::size_t i = 0; i < groups; ++i) {
        TRY(auto group, get_group(in, tail.fields));
        tail.groups.push_back(std::move(group));
    }
    if (in.remaining() != 0) return damaged("bytes left over");
    TRY_OK(check_rows(tail));
    return tail;
}

}  // namespace logwood::segment
