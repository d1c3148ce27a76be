#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace logwood::cli {

/// Shell code that completes the app's verbs, options and their fixed values; other words are
/// completed as file names. `shell` is bash, zsh or fish; empty for others.
std::string completion_script(const CLI::App& app, std::string_view shell);

}  // namespace logwood::cli
