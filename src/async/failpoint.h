#pragma once

#include <string_view>

namespace logwood::async {

/// Named places where a test may end the process, and switches that break a promise on purpose, so
/// that crash tests can show that they notice. Read once from the environment variable
/// LOGWOOD_FAILPOINTS = `name=abort`, `name=abort:3` (the third time it is reached), `name=on`
/// (a switch), separated by commas. Names are `module.what_when`. They work in the program
/// `logwood_failpoints` and in tests of this module; in all others both do nothing. Any thread.

/// Ends the process at once, without any clean-up, when `name=abort` says so.
void failpoint(std::string_view name);
/// Whether `name=on` stands in the environment.
bool failpoint_switch(std::string_view name);
/// Whether they are built in; tests that need them skip out loud when not.
bool has_failpoints();

}  // namespace logwood::async
