// Whatever the bytes, the string that is written is one valid JSON string.
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/json_writer.h"
#include "base/result.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string out;
    logwood::api::append_json_string(out, {reinterpret_cast<const char*>(data), size});
    boost::system::error_code error;
    auto parsed = boost::json::parse(out, error);
    ASSERT(!error && parsed.is_string());
    return 0;
}
