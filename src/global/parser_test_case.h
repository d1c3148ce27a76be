#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace logwood::global {

/// What one event that comes out of a parser must and must not have.
struct OutputAssertion {
    std::uint32_t output = 0;  ///< Which of the events: a script may make several of one.
    std::vector<std::pair<std::string, std::string>> values;  ///< Field and its value; any order.
    std::vector<std::string> absent;                          ///< Fields.
    friend bool operator==(const OutputAssertion&, const OutputAssertion&) = default;
};

/// An event to try a parser on.
struct ParserTestCase {
    std::string raw;
    std::vector<OutputAssertion> assertions;
    friend bool operator==(const ParserTestCase&, const ParserTestCase&) = default;
};

}  // namespace logwood::global
