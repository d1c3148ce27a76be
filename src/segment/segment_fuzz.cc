// Bytes from outside, by the first byte: a whole segment; or what lies behind its checksums, so
// that the decoders are reached without finding an xxh3 by chance.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "segment/columns/column_decoder.h"
#include "segment/frame.h"
#include "segment/reader.h"
#include "segment/tail.h"

using namespace logwood;
using namespace logwood::segment;

namespace {

void read_all(std::string_view bytes) {
    auto reader = Reader::open(make_memory_source(std::string(bytes)));
    if (!reader) return;
    if (!(*reader)->verify()) return;
    for (std::size_t i = 0; i < (*reader)->row_groups().size(); ++i) {
        auto group = (*reader)->row_group(i);
        for (auto name : group->fields().value())
            ASSERT(group->column(name)->rows() == group->rows());
    }
}

/// What is read must be written back to something that reads the same.
void round_trip_tail(std::string_view bytes) {
    auto tail = read_tail(bytes);
    if (!tail) return;
    auto again = read_tail(write_tail(*tail));
    ASSERT(again && *again == *tail);
}

void decode(Encoding encoding, std::size_t count, std::string_view bytes) {
    constexpr std::size_t kDictionaryValues = 100;
    auto column = decode_column(encoding, bytes, count, kDictionaryValues, nullptr);
    if (!column) return;
    ASSERT((column->has_codes ? column->codes.size() : column->texts.size()) == count);
    for (auto code : column->codes) ASSERT(code < kDictionaryValues);
    std::size_t total = 0;
    for (auto text : column->texts)
        for (auto c : text) total += static_cast<unsigned char>(c);
    ASSERT(total < SIZE_MAX);
}

void read_frames(std::size_t rows, std::string_view bytes) {
    Tail tail;
    tail.fields.resize(10);
    tail.shapes = {{0, 1}, {2, 9}};
    tail.tag_sets.resize(3);
    auto shapes = read_shapes(bytes, rows, tail);
    if (shapes) ASSERT(shapes->row_shapes.size() == rows && shapes->row_tags.size() == rows);
    auto coordinates = read_coordinates(bytes, rows);
    if (coordinates) ASSERT(coordinates->row_indexes.size() == rows);
    auto times = read_times(bytes, rows);
    if (times) ASSERT(times->size() == rows);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    auto rest = bytes.substr(2);
    auto count = std::size_t{data[1]} + 1;
    switch (data[0] % 10) {
        case 0:
            read_all(bytes.substr(1));
            break;
        case 1:
            round_trip_tail(rest);
            break;
        case 2:
            read_frames(count, rest);
            break;
        default:
            decode(static_cast<Encoding>(data[0] % 10 - 2), count, rest);
    }
    return 0;
}
