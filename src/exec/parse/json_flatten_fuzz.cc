// Any bytes: an error or fields, never a crash; all texts given are those of valid UTF-8 input.
#include <simdjson.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exec/parse/json_flatten.h"

namespace {

struct CheckSink final : logwood::exec::FieldSink {
    void field(std::string_view name, std::string_view value) override {
        if (!simdjson::validate_utf8(name.data(), name.size()) ||
            !simdjson::validate_utf8(value.data(), value.size()))
            std::abort();
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static logwood::exec::JsonFlattener flattener;
    CheckSink sink;
    (void)flattener.flatten({reinterpret_cast<const char*>(data), size}, {}, sink);
    return 0;
}
