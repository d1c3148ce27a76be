#pragma once

#include <sys/types.h>

#include <optional>

namespace CLI {
class App;
}

namespace logwood::cli {

/// Sends what print() gets through $LOGWOOD_PAGER, $PAGER or `less` while it lives, when standard
/// output is a terminal. `less` ends by itself when all fits on the screen. No pager is started
/// when the variable is empty or `cat`, or when nobody has one. One at a time.
class Pager {
 public:
    explicit Pager(bool is_wanted);
    Pager(const Pager&) = delete;
    /// Waits until the reader has seen enough.
    ~Pager();

 private:
    std::optional<pid_t> process_;
};

/// Adds `--no-pager` to a verb.
void add_pager_option(CLI::App& verb, bool& no_pager);

}  // namespace logwood::cli
