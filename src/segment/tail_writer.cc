// The tail's payload, all counts and lengths as varints; docs/formats/segment.md has the grammar.
#include "base/bytes.h"
#include "segment/tail.h"

namespace logwood::segment {
namespace {

void put_bounds(ByteWriter& out, const model::TimeBounds& bounds) {
    out.put_signed_varint(bounds.min_ns);
    out.put_signed_varint(bounds.max_ns);
}

void put_summary(ByteWriter& out, const Summary& summary) {
    out.put(summary.repo.high);
    out.put(summary.repo.low);
    out.put(static_cast<std::uint8_t>(summary.level));
    out.put_varint(summary.rows);
    out.put_varint(summary.raw_bytes);
    put_bounds(out, summary.event_times);
    put_bounds(out, summary.ingest_times);
    out.put_varint(summary.offsets.size());
    for (auto& range : summary.offsets) {
        out.put_varint(range.epoch.value);
        out.put_varint(range.partition.value);
        out.put_varint(range.first.value);
        out.put_varint(range.last.value - range.first.value);
    }
    out.put_varint(summary.days.size());
    for (auto& day : summary.days) {
        out.put_signed_varint(day.day);
        out.put_varint(day.rows);
        out.put_varint(day.raw_bytes);
    }
}

/// Pieces of one chunk follow one another, so their offsets need not be written.
void put_piece(ByteWriter& out, const Piece& piece) {
    out.put_varint(piece.chunk);
    out.put_varint(piece.bytes);
}

void put_field(ByteWriter& out, const TailField& field) {
    out.put_string(field.name);
    out.put(static_cast<std::uint8_t>((field.is_coded ? 1 : 0) | (field.integers ? 2 : 0) |
                                      (field.dictionary ? 4 : 0) | (field.counts.empty() ? 0 : 8)));
    out.put_varint(field.rows);
    if (field.integers) {
        out.put_signed_varint(field.integers->first);
        out.put_signed_varint(field.integers->second);
    }
    out.put_varint(field.dictionary_values);
    if (field.dictionary) put_piece(out, *field.dictionary);
    for (auto& text : field.listed) out.put_string(text);
    for (auto count : field.counts) out.put_varint(count);
}

void put_group(ByteWriter& out, const TailGroup& group) {
    out.put_varint(group.rows);
    out.put_varint(group.raw_bytes);
    out.put_varint(group.value_bytes);
    put_bounds(out, group.event_times);
    out.put_varint(group.chunk_bytes.size());
    for (auto bytes : group.chunk_bytes) out.put_varint(bytes);
    for (auto& frame : group.frames) put_piece(out, frame);
    out.put_varint(group.columns.size());
    FieldId next = 0;
    for (auto& column : group.columns) {
        out.put_varint(column.field - next);
        next = column.field + 1;
    }
    for (auto& column : group.columns) out.put(static_cast<std::uint8_t>(column.encoding));
    for (auto& column : group.columns) {
        if (column.encoding == Encoding::kConstant)
            out.put_varint(column.constant_code);
        else
            put_piece(out, column.piece);
    }
}

void put_shape(ByteWriter& out, const Shape& shape) {
    out.put_varint(shape.size());
    FieldId next = 0;
    for (auto field : shape) {
        out.put_varint(field - next);
        next = field + 1;
    }
}

}  // namespace

std::string write_tail(const Tail& tail) {
    std::string bytes;
    ByteWriter out(bytes);
    put_summary(out, tail.summary);
    out.put_varint(tail.sections.size());
    for (auto& section : tail.sections) {
        out.put(section.kind);
        out.put(section.flags);
        out.put_varint(section.offset);
        out.put_varint(section.bytes);
    }
    out.put_varint(tail.dictionary_chunk_bytes.size());
    for (auto size : tail.dictionary_chunk_bytes) out.put_varint(size);
    out.put_varint(tail.fields.size());
    for (auto& field : tail.fields) put_field(out, field);
    out.put_varint(tail.shapes.size());
    for (auto& shape : tail.shapes) put_shape(out, shape);
    out.put_varint(tail.tag_sets.size());
    for (auto& tags : tail.tag_sets) {
        out.put_varint(tags.entries().size());
        for (auto& [name, value] : tags.entries()) {
            out.put_string(name);
            out.put_string(value);
        }
    }
    out.put_varint(tail.groups.size());
    for (auto& group : tail.groups) put_group(out, group);
    return bytes;
}

}  // namespace logwood::segment
