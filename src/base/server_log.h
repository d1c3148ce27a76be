#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace logwood::server_log {

enum class Severity { kDebug, kInfo, kWarning, kError, kOff };

/// A fact about what happened, as `{"partition", "3"}`.
using Fact = std::pair<std::string_view, std::string>;

/// Writes one JSON object a line to standard error: time, severity, module, message, facts. What
/// comes from outside belongs in facts, where it is escaped. Any thread.
void write(Severity severity, std::string_view module, std::string_view message,
           std::initializer_list<Fact> facts = {});

inline void info(std::string_view module, std::string_view message,
                 std::initializer_list<Fact> facts = {}) {
    write(Severity::kInfo, module, message, facts);
}
inline void warning(std::string_view module, std::string_view message,
                    std::initializer_list<Fact> facts = {}) {
    write(Severity::kWarning, module, message, facts);
}
inline void error(std::string_view module, std::string_view message,
                  std::initializer_list<Fact> facts = {}) {
    write(Severity::kError, module, message, facts);
}

/// Lines below this are dropped; kInfo unless set, kOff drops all. Any thread.
void set_threshold(Severity severity);
/// How many warnings and errors were written, for the metrics.
unsigned long problems_written();

}  // namespace logwood::server_log
