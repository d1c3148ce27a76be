#pragma once

#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "exec/query.h"
#include "global/entities.h"

namespace logwood::ingest {

/// An assertion that does not hold.
struct AssertionFailure {
    enum class Kind : std::uint8_t {
        kUnexpectedValue,    ///< The field has another value, or none.
        kUnexpectedlyThere,  ///< The field must not be there.
        kConflicting,        ///< The assertions contradict each other.
        kOrphaned,           ///< There is no such event.
    };
    Kind kind = Kind::kUnexpectedValue;
    std::string field;
    std::optional<std::string> expected;
    std::optional<std::string> actual;
};

/// An array of which an element before the last is missing: the rest of it is never seen.
struct ArrayGap {
    std::string array;
    std::vector<std::string> missing;  ///< The first of its missing elements, as `a[1]`.
};

/// An event as it would be stored.
struct TrialEvent {
    /// By name; tags as `#name`, times as `@timestamp` (ms) and `@timestamp.nanos`.
    std::vector<std::pair<std::string, std::string>> fields;
    std::optional<std::string> parsing_error;
    std::vector<ArrayGap> gaps;
};

/// What came of a test case.
struct TrialResult {
    struct Failure {
        std::uint32_t output = 0;
        AssertionFailure failure;
    };
    std::vector<TrialEvent> events;
    std::vector<Failure> failures;  ///< In the order of the assertions.
    /// No assertion failed, no event has an error or an array with a gap.
    bool has_passed() const;
};

/// Runs the parser on its test cases as ingest would run it, each alone, and checks the assertions.
/// Any thread. The error is of the script.
std::expected<std::vector<TrialResult>, exec::CompileError> try_parser(const global::Parser& parser,
                                                                       const exec::Lookups& lookups,
                                                                       UtcTime now);

}  // namespace logwood::ingest
