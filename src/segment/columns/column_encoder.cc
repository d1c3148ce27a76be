// Which encoding: one value -> constant. Few distinct values, or most of them known to the field's
// dictionary -> codes. Else, whatever layout a sample shows, if all but a few values follow it (the
// rest goes to a patch list). Else texts. See docs/formats/segment.md for the bytes.
#include "segment/columns/column_encoder.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "base/bytes.h"
#include "segment/columns/hex_layout.h"
#include "segment/columns/integer_stream.h"
#include "segment/columns/string_list.h"
#include "segment/columns/text_layout.h"

namespace logwood::segment {
namespace {

/// Columns with so few distinct values take codes whatever the number of rows.
constexpr std::size_t kFewDistinct = 16;
/// A column whose values follow a layout takes codes up to this share of distinct values.
constexpr std::size_t kRowsPerDistinct = 4;
/// A run-length column has at least this many rows a run.
constexpr std::size_t kRowsPerRun = 16;
constexpr std::size_t kSample = 32;
/// A sample may hold one value in so many that does not follow the layout.
constexpr std::size_t kRowsPerStranger = 8;
/// Patches cost a position and a text each: 1 in 20.
constexpr std::size_t kRowsPerPatch = 20;

using Codes = std::vector<std::uint32_t>;

std::optional<Codes> codes_of(const ColumnValues& values, Dictionary& dictionary) {
    Codes codes;
    codes.reserve(values.distinct.size());
    for (auto text : values.distinct) {
        auto code = dictionary.insert(text);
        if (!code) return std::nullopt;
        codes.push_back(*code);
    }
    return codes;
}

std::size_t known_to(const Dictionary& dictionary, const ColumnValues& values) {
    return static_cast<std::size_t>(std::ranges::count_if(
        values.distinct, [&](auto text) { return dictionary.find(text).has_value(); }));
}

std::size_t bytes_for(std::uint64_t largest) {
    return (static_cast<std::size_t>(std::bit_width(largest)) + 7) / 8;
}

void append_both(const std::vector<std::int64_t>& integers, EncodedColumn& column) {
    IntegerStream stream(integers);
    column.incompressible = column.bytes;
    stream.append_bits(column.incompressible);
    stream.append_planes(column.bytes);
}

std::size_t count_runs(const std::vector<std::uint32_t>& ids) {
    std::size_t runs = 1;
    for (std::size_t i = 1; i < ids.size(); ++i) runs += ids[i] != ids[i - 1];
    return runs;
}

void encode_runs(const ColumnValues& values, EncodedColumn& column) {
    column.encoding = Encoding::kRunLength;
    std::vector<std::int64_t> codes;
    std::vector<std::int64_t> lengths;
    for (std::size_t i = 0; i < values.ids.size(); ++i) {
        if (i == 0 || values.ids[i] != values.ids[i - 1]) {
            codes.push_back(column.codes[values.ids[i]]);
            lengths.push_back(0);
        }
        ++lengths.back();
    }
    ByteWriter(column.bytes).put_varint(codes.size());
    IntegerStream(codes).append_planes(column.bytes);
    IntegerStream(lengths).append_planes(column.bytes);
}

/// Codes of a large dictionary are stored as positions in the list of those that occur, when that
/// makes them a byte narrower.
void encode_codes(const ColumnValues& values, EncodedColumn& column) {
    column.encoding = Encoding::kDictionary;
    auto local = column.codes;
    auto largest = *std::ranges::max_element(local);
    if (bytes_for(values.distinct.size() - 1) < bytes_for(largest)) {
        std::vector<std::int64_t> used(local.begin(), local.end());
        std::ranges::sort(used);
        for (auto& code : local)
            code = static_cast<std::uint32_t>(std::ranges::lower_bound(used, code) - used.begin());
        ByteWriter(column.bytes).put_varint(used.size());
        IntegerStream(used).append_planes(column.bytes);
    } else {
        ByteWriter(column.bytes).put_varint(0);
    }
    std::vector<std::int64_t> integers;
    integers.reserve(values.ids.size());
    for (auto id : values.ids) integers.push_back(local[id]);
    append_both(integers, column);
}

/// Texts that do not follow the layout, by row.
class Patches {
 public:
    explicit Patches(const ColumnValues& values)
        : values_(values), is_patched_(values.distinct.size()) {}

    void add(std::size_t id) { is_patched_[id] = true; }
    /// False when there are too many.
    bool collect() {
        for (std::size_t row = 0; row < values_.ids.size(); ++row) {
            if (!is_patched_[values_.ids[row]]) continue;
            rows_.push_back(static_cast<std::int64_t>(row));
            texts_.push_back(values_.distinct[values_.ids[row]]);
        }
        return rows_.size() * kRowsPerPatch <= values_.ids.size();
    }
    void append(std::string& out) const {
        ByteWriter(out).put_varint(rows_.size());
        if (rows_.empty()) return;
        IntegerStream(rows_).append_planes(out);
        append_strings(texts_, out);
    }

 private:
    const ColumnValues& values_;
    std::vector<bool> is_patched_;
    std::vector<std::int64_t> rows_;
    std::vector<std::string_view> texts_;
};

std::span<const std::string_view> sample_of(const ColumnValues& values) {
    return std::span(values.distinct).first(std::min(kSample, values.distinct.size()));
}

bool encode_mapped(const ColumnValues& values, Level level, EncodedColumn& column) {
    auto sample = sample_of(values);
    std::unique_ptr<TextLayout> layout;
    if (level == Level::kMerged)
        layout = guess_layout(sample);
    else
        layout = kIntegerLayout.guess(sample);
    if (!layout) return false;
    std::vector<std::int64_t> integers(values.distinct.size());
    Patches patches(values);
    std::string rendered;
    std::size_t failures = 0;
    for (std::size_t id = 0; id < integers.size(); ++id) {
        rendered.clear();
        auto text = values.distinct[id];
        auto fits = layout->parse(text, integers[id]);
        if (fits) layout->render(integers[id], rendered);
        if (fits && rendered == text) continue;
        if (++failures * kRowsPerPatch > values.ids.size()) return false;
        integers[id] = id == 0 ? 0 : integers[id - 1];
        patches.add(id);
    }
    if (!patches.collect()) return false;
    column.encoding = Encoding::kMapped;
    ByteWriter head(column.bytes);
    layout->describe(head);
    patches.append(column.bytes);
    std::vector<std::int64_t> rows;
    rows.reserve(values.ids.size());
    for (auto id : values.ids) rows.push_back(integers[id]);
    append_both(rows, column);
    return true;
}

bool encode_hex(const ColumnValues& values, EncodedColumn& column) {
    auto layout = HexLayout::guess(values.distinct.front());
    if (!layout) return false;
    std::string packed;
    std::size_t strangers = 0;
    for (auto text : sample_of(values)) strangers += !layout->pack(text, packed);
    if (strangers * kRowsPerStranger > sample_of(values).size()) return false;
    packed.clear();
    Patches patches(values);
    std::size_t failures = 0;
    for (std::size_t id = 0; id < values.distinct.size(); ++id) {
        if (layout->pack(values.distinct[id], packed)) continue;
        if (++failures * kRowsPerPatch > values.ids.size()) return false;
        packed.append(layout->packed_bytes(), '\0');
        patches.add(id);
    }
    if (!patches.collect()) return false;
    column.encoding = Encoding::kHex;
    ByteWriter head(column.bytes);
    layout->describe(head);
    patches.append(column.bytes);
    for (auto id : values.ids)
        column.bytes.append(packed, id * layout->packed_bytes(), layout->packed_bytes());
    return true;
}

void encode_strings(const ColumnValues& values, EncodedColumn& column) {
    column.encoding = Encoding::kStrings;
    std::vector<std::string_view> rows;
    rows.reserve(values.ids.size());
    for (auto id : values.ids) rows.push_back(values.distinct[id]);
    append_strings(rows, column.bytes);
}

bool encode_with_codes(const ColumnValues& values, Dictionary& dictionary, EncodedColumn& column) {
    auto codes = codes_of(values, dictionary);
    if (!codes) return false;
    column.codes = *std::move(codes);
    if (values.distinct.size() == 1) {
        column.encoding = Encoding::kConstant;
        column.constant_code = column.codes.front();
    } else if (count_runs(values.ids) * kRowsPerRun <= values.ids.size()) {
        encode_runs(values, column);
    } else {
        encode_codes(values, column);
    }
    return true;
}

}  // namespace

EncodedColumn encode_column(const ColumnValues& values, Dictionary& dictionary, Level level) {
    EncodedColumn column;
    auto rows = values.ids.size();
    auto distinct = values.distinct.size();
    auto is_few = distinct <= kFewDistinct || distinct * kRowsPerDistinct <= rows;
    if (is_few && encode_with_codes(values, dictionary, column)) return column;
    if (encode_mapped(values, level, column)) return column;
    if (level == Level::kMerged && encode_hex(values, column)) return column;
    auto repeats =
        !is_few && (distinct * 2 <= rows || known_to(dictionary, values) * 2 >= distinct);
    if (repeats && encode_with_codes(values, dictionary, column)) return column;
    encode_strings(values, column);
    return column;
}

}  // namespace logwood::segment
