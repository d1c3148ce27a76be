#include "cli/pager.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.h"

namespace logwood::cli {
namespace {

bool is_on_path(std::string_view program) {
    auto* value = std::getenv("PATH");
    std::string_view rest(value ? value : "");
    while (!rest.empty()) {
        auto folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
        auto path = std::string(folder) + "/" + std::string(program);
        if (::access(path.c_str(), X_OK) == 0) return true;
    }
    return false;
}

/// The command, for a shell; empty for none.
std::string pager_command() {
    for (auto* name : {"LOGWOOD_PAGER", "PAGER"})
        if (auto* value = std::getenv(name))
            return std::string_view(value) == "cat" ? std::string() : std::string(value);
    return is_on_path("less") ? "less" : "";
}

/// Our environment; `less` ends when all fits, shows colours, and leaves the screen as it is.
std::vector<char*> environment(std::string& less) {
    std::vector<char*> all;
    for (auto** at = ::environ; *at; ++at) all.push_back(*at);
    if (!std::getenv("LESS")) all.push_back(less.data());
    all.push_back(nullptr);
    return all;
}

/// Starts the command with its input from the descriptor.
std::optional<pid_t> start(std::string command, int input) {
    std::string shell = "sh";
    std::string option = "-c";
    std::string less = "LESS=FRX";
    char* arguments[] = {shell.data(), option.data(), command.data(), nullptr};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    pid_t process = 0;
    auto failed =
        ::posix_spawn(&process, "/bin/sh", &actions, nullptr, arguments, environment(less).data());
    ::posix_spawn_file_actions_destroy(&actions);
    return failed == 0 ? std::optional(process) : std::nullopt;
}

}  // namespace

Pager::Pager(bool is_wanted) {
    auto command = is_wanted && terminal_width() > 0 ? pager_command() : std::string();
    int ends[2];
    if (command.empty() || ::pipe2(ends, O_CLOEXEC) != 0) return;
    process_ = start(std::move(command), ends[0]);
    if (process_) redirect_output(ends[1]);
    ::close(ends[0]);
    ::close(ends[1]);
}

Pager::~Pager() {
    if (!process_) return;
    // The pager sees the end of its input only when nobody can write any more.
    restore_output();
    while (::waitpid(*process_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

void add_pager_option(CLI::App& verb, bool& no_pager) {
    verb.add_flag("--no-pager", no_pager, "Print to the terminal itself, not through $PAGER");
}

}  // namespace logwood::cli
