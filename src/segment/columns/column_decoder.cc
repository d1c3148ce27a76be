#include "segment/columns/column_decoder.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "segment/columns/hex_layout.h"
#include "segment/columns/integer_stream.h"
#include "segment/columns/string_list.h"
#include "segment/columns/text_layout.h"

namespace logwood::segment {
namespace {

std::unexpected<Error> damaged(std::string_view what) {
    return fail(Code::kCorrupt, fmt::format("column: {}", what));
}

Result<void> to_codes(const std::vector<std::int64_t>& integers, std::size_t dictionary_size,
                      std::vector<std::uint32_t>& codes) {
    codes.reserve(integers.size());
    for (auto integer : integers) {
        if (static_cast<std::uint64_t>(integer) >= dictionary_size)
            return damaged("code out of range");
        codes.push_back(static_cast<std::uint32_t>(integer));
    }
    return {};
}

Result<void> decode_codes(ByteReader& reader, std::size_t count, std::size_t dictionary_size,
                          DecodedColumn& column) {
    TRY(auto used_count, reader.get_varint());
    if (used_count > count) return damaged("more codes than rows");
    std::vector<std::uint32_t> used;
    if (used_count != 0) {
        TRY(auto integers, read_integers(reader, used_count));
        TRY_OK(to_codes(integers, dictionary_size, used));
        dictionary_size = used.size();
    }
    TRY(auto integers, read_integers(reader, count));
    TRY_OK(to_codes(integers, dictionary_size, column.codes));
    if (!used.empty())
        for (auto& code : column.codes) code = used[code];
    return {};
}

Result<void> decode_runs(ByteReader& reader, std::size_t count, std::size_t dictionary_size,
                         DecodedColumn& column) {
    TRY(auto runs, reader.get_varint());
    if (runs > count) return damaged("more runs than rows");
    TRY(auto integers, read_integers(reader, runs));
    TRY(auto lengths, read_integers(reader, runs));
    std::vector<std::uint32_t> codes;
    TRY_OK(to_codes(integers, dictionary_size, codes));
    column.codes.reserve(count);
    for (std::size_t run = 0; run < runs; ++run) {
        auto length = static_cast<std::uint64_t>(lengths[run]);
        if (length > count - column.codes.size()) return damaged("runs are too long");
        column.codes.insert(column.codes.end(), length, codes[run]);
    }
    if (column.codes.size() != count) return damaged("runs are too short");
    return {};
}

struct Patches {
    std::vector<std::int64_t> rows;
    std::vector<std::string_view> texts;
};

Result<Patches> read_patches(ByteReader& reader, std::size_t count) {
    Patches patches;
    TRY(auto patched, reader.get_varint());
    if (patched > count) return damaged("more patches than rows");
    if (patched == 0) return patches;
    TRY(patches.rows, read_integers(reader, patched));
    TRY(patches.texts, read_strings(reader, patched));
    for (auto row : patches.rows)
        if (static_cast<std::uint64_t>(row) >= count) return damaged("patch out of range");
    return patches;
}

/// The rendered texts, and what the patches borrow from.
struct Rendered {
    std::string bytes;
    std::shared_ptr<const void> source;
};

void place_texts(std::shared_ptr<const Rendered> rendered, std::span<const std::size_t> ends,
                 const Patches& patches, DecodedColumn& column) {
    column.texts.reserve(ends.size());
    std::size_t begin = 0;
    for (auto end : ends) {
        column.texts.push_back(std::string_view(rendered->bytes).substr(begin, end - begin));
        begin = end;
    }
    for (std::size_t i = 0; i < patches.rows.size(); ++i)
        column.texts[static_cast<std::size_t>(patches.rows[i])] = patches.texts[i];
    column.owner = std::move(rendered);
}

Result<void> decode_mapped(ByteReader& reader, std::size_t count, std::shared_ptr<const void> owner,
                           DecodedColumn& column) {
    TRY(auto layout, read_layout(reader));
    TRY(auto patches, read_patches(reader, count));
    TRY(auto integers, read_integers(reader, count));
    auto rendered = std::make_shared<Rendered>();
    rendered->source = std::move(owner);
    std::vector<std::size_t> ends;
    ends.reserve(count);
    for (auto integer : integers) {
        layout->render(integer, rendered->bytes);
        ends.push_back(rendered->bytes.size());
    }
    place_texts(std::move(rendered), ends, patches, column);
    return {};
}

Result<void> decode_hex(ByteReader& reader, std::size_t count, std::shared_ptr<const void> owner,
                        DecodedColumn& column) {
    TRY(auto layout, HexLayout::read(reader));
    TRY(auto patches, read_patches(reader, count));
    TRY(auto packed, reader.get_raw(count * layout.packed_bytes()));
    auto rendered = std::make_shared<Rendered>();
    rendered->source = std::move(owner);
    rendered->bytes.reserve(count * layout.text_bytes());
    std::vector<std::size_t> ends;
    ends.reserve(count);
    for (std::size_t row = 0; row < count; ++row) {
        layout.render(packed.substr(row * layout.packed_bytes(), layout.packed_bytes()),
                      rendered->bytes);
        ends.push_back(rendered->bytes.size());
    }
    place_texts(std::move(rendered), ends, patches, column);
    return {};
}

}  // namespace

Result<DecodedColumn> decode_column(Encoding encoding, std::string_view bytes, std::size_t count,
                                    std::size_t dictionary_size,
                                    std::shared_ptr<const void> owner) {
    ByteReader reader(bytes);
    DecodedColumn column;
    column.has_codes = has_codes(encoding);
    switch (encoding) {
        case Encoding::kDictionary:
            TRY_OK(decode_codes(reader, count, dictionary_size, column));
            break;
        case Encoding::kRunLength:
            TRY_OK(decode_runs(reader, count, dictionary_size, column));
            break;
        case Encoding::kMapped:
            TRY_OK(decode_mapped(reader, count, std::move(owner), column));
            break;
        case Encoding::kHex:
            TRY_OK(decode_hex(reader, count, std::move(owner), column));
            break;
        case Encoding::kStrings: {
            TRY(column.texts, read_strings(reader, count));
            column.owner = std::move(owner);
            break;
        }
        case Encoding::kConstant:
        default:
            return fail(Code::kUnsupported, fmt::format("column: unknown encoding {}",
                                                        static_cast<unsigned>(encoding)));
    }
    if (reader.remaining() != 0) return damaged("bytes left over");
    return column;
}

}  // namespace logwood::segment
