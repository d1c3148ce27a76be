// Any text parses, checks and formats without a crash, and what is formatted parses to itself.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lang/check.h"
#include "lang/format.h"
#include "lang/parser.h"
#include "lang/relative_time.h"

using namespace logwood;
using namespace logwood::lang;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)parse_time_point(text, UtcTime::from_ms(1'715'778'855'678));
    (void)named_groups(text);
    auto query = parse(text);
    if (!query) {
        (void)render(query.error(), text);
        return 0;
    }
    ASSERT(format_text(text).has_value());
    auto once = format(*query);
    auto again = parse(once);
    if (again) {
        ASSERT(format(*again) == once);
    } else {
        // Quoting and naming make text longer and groups deeper, never wrong.
        ASSERT(again.error().code == Code::kTooLarge);
    }
    CheckOptions options;
    options.allow_missing_arguments = true;
    options.saved_query = [](std::string_view name) { return std::string(name); };
    if (auto checked = check(*std::move(query), options); checked) {
        (void)format(checked->pipeline);
    } else {
        (void)render(checked.error(), text);
    }
    return 0;
}
