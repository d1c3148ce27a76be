#include "api/json_writer.h"

namespace logwood::api {

void JsonWriter::key(std::string_view name) {
    comma();
    append_json_string(out_, name);
    out_ += ':';
    needs_comma_ = false;
}

}  // namespace logwood::api
