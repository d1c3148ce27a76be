#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "exec/columns/field_sink.h"

namespace logwood::exec {

struct JsonFlattenOptions {
    enum class Nulls : std::uint8_t { kKeep, kDiscard, kEmpty };
    std::string_view prefix;     ///< Stands before every name, as it is.
    Nulls nulls = Nulls::kKeep;  ///< kKeep: the text `null`.
    bool exclude_empty = false;  ///< Leaves out empty texts.
};

/// Flattens JSON texts to fields: `a.b` for members, `a[0]` for elements, `[0]` at the top.
/// Numbers keep their spelling; booleans are `true` and `false`; empty objects and arrays give
/// nothing; a key may come twice. Escapes of lone surrogates become U+FFFD. One thread at a time.
class JsonFlattener {
 public:
    JsonFlattener();
    ~JsonFlattener();
    JsonFlattener(JsonFlattener&&) noexcept;

    /// The text must be one object or array. kInvalidArgument with the byte position for anything
    /// else: bad syntax, bad UTF-8, more than kJsonDepthMax levels, text behind the end. Fields
    /// before the error have been given to the sink by then.
    Result<void> flatten(std::string_view json, const JsonFlattenOptions& options, FieldSink& sink);

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace logwood::exec
