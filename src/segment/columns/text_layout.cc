#include "segment/columns/text_layout.h"

#include <fmt/format.h>

namespace logwood::segment {
namespace {

const LayoutEntry* const kLayouts[] = {&kIntegerLayout, &kDecimalLayout, &kTimestampLayout,
                                       &kIpv4Layout};

}  // namespace

std::unique_ptr<TextLayout> guess_layout(std::span<const std::string_view> sample) {
    if (sample.empty()) return nullptr;
    for (auto* entry : kLayouts)
        if (auto layout = entry->guess(sample)) return layout;
    return nullptr;
}

Result<std::unique_ptr<TextLayout>> read_layout(ByteReader& reader) {
    TRY(auto kind, reader.get<std::uint8_t>());
    for (auto* entry : kLayouts)
        if (entry->kind == kind) return entry->read(reader);
    return fail(Code::kUnsupported, fmt::format("unknown text layout {}", kind));
}

}  // namespace logwood::segment
