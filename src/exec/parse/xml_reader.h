#pragma once

#include <span>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace logwood::exec {

/// Takes the parts of an XML document in their order. Views end with the call.
class XmlHandler {
 public:
    using Attributes = std::span<const std::pair<std::string_view, std::string_view>>;

    virtual ~XmlHandler() = default;
    virtual void begin(std::string_view name, Attributes attributes) = 0;
    /// Characters of the element that is open; one run of text may come in pieces.
    virtual void text(std::string_view text) = 0;
    virtual void comment(std::string_view) {}
    virtual void end() = 0;
};

/// Reads a document, given as UTF-8 whatever its declaration says; blanks around it are allowed.
/// kInvalidArgument with the byte position for what is not well-formed, has more than
/// kXmlDepthMax levels, or declares entities (which could make a few bytes into gigabytes). Parts
/// before the error have been given to the handler by then.
Result<void> read_xml(std::string_view document, XmlHandler& handler);

}  // namespace logwood::exec
