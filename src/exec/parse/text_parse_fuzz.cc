// Any bytes as pairs, CEF, LEEF and formats: fields or an error, never a crash.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exec/parse/cef_parse.h"
#include "exec/parse/kv_parse.h"
#include "exec/text/printf_format.h"
#include "exec/text/unicode_text.h"

namespace {

struct NullSink final : logwood::exec::FieldSink {
    void field(std::string_view name, std::string_view value) override {
        bytes += name.size() + value.size();
    }
    std::size_t bytes = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace logwood;
    using Padding = exec::KeyValueOptions::Padding;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    NullSink sink;
    for (auto padding : {Padding::kUnknown, Padding::kNo, Padding::kYes})
        exec::parse_key_values(text, {.padding = padding}, sink);
    (void)exec::parse_cef(text, {}, sink);
    (void)exec::parse_leef(text, {}, sink);
    std::string out;
    exec::LocalClock clock{exec::TimeZone()};
    std::string_view arguments[] = {text, "-12.5", "1710000000123"};
    if (auto format = exec::PrintfFormat::compile(text)) format->append(out, arguments, clock);
    exec::append_lower(out, text);
    if (exec::grapheme_count(text) > size) std::abort();
    return 0;
}
