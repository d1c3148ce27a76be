// Any bytes as a form: what is found lies inside the body.
#include <cstddef>
#include <string_view>

#include "api/multipart.h"

// Input: the content type up to a zero byte, then the body.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    auto type = input.substr(0, input.find('\0'));
    auto body = type.size() == input.size() ? std::string_view() : input.substr(type.size() + 1);
    auto found = logwood::api::find_form_file(type, body, "file");
    if (!found) return 0;
    ASSERT(found->offset <= body.size() && found->size <= body.size() - found->offset);
    return 0;
}
