#include "async/failpoint.h"

#ifdef LOGWOOD_FAILPOINTS

#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace logwood::async {
namespace {

constexpr int kExitOfKilled = 137;

struct Points {
    std::map<std::string, std::atomic<int>, std::less<>> aborts;  ///< Hits left.
    std::map<std::string, bool, std::less<>> switches;
};

/// A spelling mistake would make a test pass for no reason: it ends the process.
[[noreturn]] void refuse(std::string_view entry) {
    std::fprintf(stderr, "LOGWOOD_FAILPOINTS: cannot read '%.*s'\n", static_cast<int>(entry.size()),
                 entry.data());
    std::exit(2);
}

void add(Points& points, std::string_view entry) {
    auto equals = entry.find('=');
    if (equals == std::string_view::npos) refuse(entry);
    std::string name(entry.substr(0, equals));
    auto action = entry.substr(equals + 1);
    int hits = 1;
    if (action.starts_with("abort:")) {
        auto number = action.substr(6);
        auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), hits);
        if (error != std::errc() || hits < 1) refuse(entry);
        action = "abort";
    }
    if (action == "abort")
        points.aborts[name] = hits;
    else if (action == "on")
        points.switches[name] = true;
    else
        refuse(entry);
}

Points& points() {
    static Points* all = [] {
        auto* made = new Points;
        const char* text = std::getenv("LOGWOOD_FAILPOINTS");
        std::string_view rest = text ? text : "";
        while (!rest.empty()) {
            auto comma = rest.find(',');
            add(*made, rest.substr(0, comma));
            rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
        }
        return made;
    }();
    return *all;
}

}  // namespace

void failpoint(std::string_view name) {
    auto at = points().aborts.find(name);
    if (at != points().aborts.end() && at->second.fetch_sub(1) == 1) ::_exit(kExitOfKilled);
}

bool failpoint_switch(std::string_view name) { return points().switches.contains(name); }
bool has_failpoints() { return true; }

}  // namespace logwood::async

#else

namespace logwood::async {

void failpoint(std::string_view) {}
bool failpoint_switch(std::string_view) { return false; }
bool has_failpoints() { return false; }

}  // namespace logwood::async

#endif
