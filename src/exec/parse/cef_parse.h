#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "exec/columns/field_sink.h"

namespace logwood::exec {

struct CefOptions {
    std::string header_prefix = "cef.";
    std::string prefix = "cef.ext.";
    std::string label_prefix = "cef.label.";
    bool keeps_labels = false;
};

/// Parses an ArcSight CEF line: what stands before `CEF:` is skipped; seven header fields between
/// `|`; then `key=value` pairs, whose values go up to the next key. A pair `cs1=v cs1Label=n`
/// becomes the label field `n`. kInvalidArgument for text without a whole header.
Result<void> parse_cef(std::string_view text, const CefOptions& options, FieldSink& sink);

struct LeefOptions {
    std::string header_prefix = "leef.";
    std::string prefix = "leef.ext.";
    char delimiter = '\t';  ///< Of LEEF 1.0; LEEF 2.0 lines bring theirs.
};

/// Parses an IBM LEEF 1.0 or 2.0 line: five header fields, then `key=value` pairs between
/// delimiters. kInvalidArgument for text without a whole header.
Result<void> parse_leef(std::string_view text, const LeefOptions& options, FieldSink& sink);

}  // namespace logwood::exec
