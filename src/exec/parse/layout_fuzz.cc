// Any bytes as XML and JSON to be laid out: an error, or a text that can be laid out again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "exec/parse/json_layout.h"
#include "exec/parse/xml_layout.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace logwood::exec;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    std::string xml;
    std::string again;
    if (lay_out_xml(xml, text, {}) && !lay_out_xml(again, xml, {})) std::abort();
    std::string json;
    again.clear();
    if (lay_out_json(json, text, 2) && (!lay_out_json(again, json, 2) || again != json))
        std::abort();
    return 0;
}
