// Any bytes are a parser's template or an error; what was read can be written and read again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "api/parser_yaml.h"

using namespace logwood;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto parser = api::parser_from_yaml({reinterpret_cast<const char*>(data), size});
    if (!parser) return 0;
    auto again = api::parser_from_yaml(api::parser_to_yaml(*parser));
    ASSERT(again.has_value() && *again == *parser);
    return 0;
}
