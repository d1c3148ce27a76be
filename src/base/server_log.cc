#include "base/server_log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>

namespace logwood::server_log {
namespace {

std::atomic<Severity> threshold{Severity::kInfo};
std::atomic<unsigned long> problems{0};

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::kDebug:
            return "debug";
        case Severity::kInfo:
            return "info";
        case Severity::kWarning:
            return "warning";
        case Severity::kError:
        case Severity::kOff:
            return "error";
    }
    return "error";
}

void append_quoted(std::string& line, std::string_view text) {
    line += '"';
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            (line += '\\') += c;
        else if (byte < 0x20 || byte == 0x7F)
            line += fmt::format("\\u{:04x}", byte);
        else
            line += c;
    }
    line += '"';
}

void append_member(std::string& line, std::string_view name, std::string_view value) {
    line += line.empty() ? '{' : ',';
    append_quoted(line, name);
    line += ':';
    append_quoted(line, value);
}

std::string now_text() {
    auto now = std::chrono::system_clock::now();
    auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()) % 1000;
    return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                       ms.count());
}

}  // namespace

void write(Severity severity, std::string_view module, std::string_view message,
           std::initializer_list<Fact> facts) {
    if (severity >= Severity::kWarning) ++problems;
    if (severity < threshold) return;
    std::string line;
    append_member(line, "@timestamp", now_text());
    append_member(line, "severity", name_of(severity));
    append_member(line, "module", module);
    append_member(line, "message", message);
    for (auto& [name, value] : facts) append_member(line, name, value);
    line += "}\n";
    // One write a line, so that lines of several threads do not mix. A lost line is no failure.
    [[maybe_unused]] auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

void set_threshold(Severity severity) { threshold = severity; }
unsigned long problems_written() { return problems; }

}  // namespace logwood::server_log
