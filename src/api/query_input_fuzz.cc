// Any body gives a query input or an error with a text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "api/query_input_json.h"
#include "base/result.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto input = logwood::api::read_query_input({reinterpret_cast<const char*>(data), size});
    ASSERT(input || !input.error().message.empty());
    return 0;
}
