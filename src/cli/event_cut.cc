#include "cli/event_cut.h"

#include <utility>

namespace logwood::cli {

Result<EventCut> EventCut::beginning_with(const std::string& regex) {
    EventCut cut;
    if (regex.empty()) return cut;
    auto compiled = exec::Regex::compile(regex, {});
    if (!compiled) return fail(std::move(compiled).error().with_context("--multiline"));
    cut.begins_ = *std::move(compiled);
    return cut;
}

bool EventCut::begins(std::string_view line) const {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return !begins_ || begins_->find(line);
}

std::size_t EventCut::whole_bytes(std::string_view text) const {
    auto end = text.size();
    if (!joins_lines()) return end;
    while (end > 1) {
        auto before = text.rfind('\n', end - 2);
        auto begin = before == text.npos ? 0 : before + 1;
        if (begin == 0 || begins(text.substr(begin, end - begin))) return begin;
        end = begin;
    }
    return 0;
}

}  // namespace logwood::cli
