#include "segment/columns/string_list.h"

#include "segment/columns/integer_stream.h"

namespace logwood::segment {

void append_strings(std::span<const std::string_view> texts, std::string& out) {
    std::vector<std::int64_t> lengths;
    lengths.reserve(texts.size());
    std::size_t total = 0;
    for (auto text : texts) {
        lengths.push_back(static_cast<std::int64_t>(text.size()));
        total += text.size();
    }
    IntegerStream(lengths).append_planes(out);
    out.reserve(out.size() + total);
    for (auto text : texts) out += text;
}

Result<std::vector<std::string_view>> read_strings(ByteReader& reader, std::size_t count) {
    TRY(auto lengths, read_integers(reader, count));
    std::vector<std::string_view> texts;
    texts.reserve(count);
    for (auto length : lengths) {
        TRY(auto text, reader.get_raw(static_cast<std::size_t>(length)));
        texts.push_back(text);
    }
    return texts;
}

}  // namespace logwood::segment
