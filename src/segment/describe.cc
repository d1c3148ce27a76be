#include "segment/describe.h"

#include <algorithm>
#include <map>
#include <span>

#include "segment/reader_impl.h"

namespace logwood::segment {
namespace {

/// Splits the stored bytes of chunks among the pieces in them.
class Shares {
 public:
    explicit Shares(std::span<const std::uint32_t> chunk_bytes) : chunk_bytes_(chunk_bytes) {}

    void add(const Piece& piece, std::uint64_t& cost) { pieces_.push_back({piece, &cost}); }
    void settle() {
        std::map<std::uint32_t, std::uint64_t> used;
        for (auto& [piece, cost] : pieces_) used[piece.chunk] += piece.bytes;
        for (auto& [piece, cost] : pieces_) {
            if (piece.chunk >= chunk_bytes_.size()) continue;
            std::uint64_t stored = chunk_bytes_[piece.chunk];
            auto all = used[piece.chunk];
            *cost += piece.bytes == 0 || all == 0 ? stored : stored * piece.bytes / all;
        }
    }

 private:
    struct Share {
        Piece piece;
        std::uint64_t* cost;
    };
    std::span<const std::uint32_t> chunk_bytes_;
    std::vector<Share> pieces_;
};

}  // namespace

Description describe(const Reader& reader) {
    auto& impl = reader.impl();
    auto& tail = impl.tail;
    Description description;
    description.shapes = tail.shapes.size();
    description.tag_sets = tail.tag_sets.size();
    description.group_offsets = impl.group_offsets;
    description.fields.resize(tail.fields.size());
    Shares dictionaries(tail.dictionary_chunk_bytes);
    for (std::size_t i = 0; i < tail.fields.size(); ++i) {
        auto& field = description.fields[i];
        field.name = tail.fields[i].name;
        field.rows = tail.fields[i].rows;
        field.dictionary_values = tail.fields[i].dictionary_values;
        if (auto& piece = tail.fields[i].dictionary)
            dictionaries.add(*piece, field.dictionary_bytes);
    }
    dictionaries.settle();
    for (auto& group : tail.groups) {
        Shares shares(group.chunk_bytes);
        shares.add(group.frames[static_cast<std::size_t>(Frame::kTimes)], description.frames.times);
        shares.add(group.frames[static_cast<std::size_t>(Frame::kShapes)],
                   description.frames.shapes);
        shares.add(group.frames[static_cast<std::size_t>(Frame::kCoordinates)],
                   description.frames.coordinates);
        for (auto& column : group.columns) {
            auto& field = description.fields[column.field];
            if (std::ranges::find(field.encodings, column.encoding) == field.encodings.end())
                field.encodings.push_back(column.encoding);
            if (column.encoding != Encoding::kConstant)
                shares.add(column.piece, field.column_bytes);
        }
        shares.settle();
    }
    description.dictionaries_offset =
        impl.dictionary_offsets.empty() ? 0 : impl.dictionary_offsets.front();
    description.dictionary_chunks = tail.dictionary_chunk_bytes.size();
    for (auto bytes : tail.dictionary_chunk_bytes) description.dictionary_bytes += bytes;
    return description;
}

std::string_view name_of(Encoding encoding) {
    switch (encoding) {
        case Encoding::kConstant:
            return "constant";
        case Encoding::kDictionary:
            return "dictionary";
        case Encoding::kRunLength:
            return "run-length";
        case Encoding::kMapped:
            return "mapped";
        case Encoding::kHex:
            return "hex";
        case Encoding::kStrings:
            return "strings";
    }
    return "unknown";
}

}  // namespace logwood::segment
