#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json_text.h"

namespace logwood::api {

using logwood::append_json_string;

/// Appends one JSON document to a string, without blanks; commas are its business. Begin and end
/// calls must nest.
class JsonWriter {
 public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_array() { open('['); }
    void end_array() { close(']'); }
    /// Begins a member; its value must follow.
    void key(std::string_view name);

    void value(std::string_view text) {
        comma();
        append_json_string(out_, text);
    }
    void value(const char* text) { value(std::string_view(text)); }
    void value(bool flag) { raw(flag ? "true" : "false"); }
    template <std::integral T>
    void value(T number) {
        raw(std::to_string(number));
    }
    void null() { raw("null"); }
    /// A value that is JSON already.
    void raw(std::string_view json) {
        comma();
        out_ += json;
    }
    template <typename T>
    void member(std::string_view name, const T& member_value) {
        key(name);
        value(member_value);
    }

 private:
    void comma() {
        if (needs_comma_) out_ += ',';
        needs_comma_ = true;
    }
    void open(char bracket) {
        comma();
        out_ += bracket;
        needs_comma_ = false;
    }
    void close(char bracket) {
        out_ += bracket;
        needs_comma_ = true;
    }

    std::string& out_;
    bool needs_comma_ = false;
};

}  // namespace logwood::api
