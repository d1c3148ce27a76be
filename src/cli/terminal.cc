#include "cli/terminal.h"

#include <fcntl.h>
#include <stdio_ext.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace logwood::cli {
namespace {

constexpr long long kStatusPauseMs = 100;
constexpr long long kInterruptLookMs = 50;

std::atomic<bool> interrupted = false;
/// Where standard output goes by itself, while it is redirected; else -1.
int own_output = -1;

std::size_t width_of(int fd) {
    winsize size{};
    if (::isatty(fd) == 0 || ::ioctl(fd, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}

long long now_ms() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::milliseconds(1);
}

Result<void> output_failed() {
    if (errno == EPIPE) return fail(Code::kCancelled, "standard output was closed");
    return fail(Code::kIo, "standard output: cannot be written");
}

}  // namespace

std::size_t terminal_width() { return width_of(own_output < 0 ? STDOUT_FILENO : own_output); }

bool may_show_colour() {
    auto is = [](const char* name, std::string_view value) {
        auto* found = std::getenv(name);
        return std::string_view(found ? found : "") == value;
    };
    return is("NO_COLOR", "") && !is("TERM", "dumb") && !is("TERM", "");
}

Result<void> print(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size()) return {};
    return output_failed();
}

Result<void> flush_output() {
    if (std::fflush(stdout) == 0) return {};
    return output_failed();
}

void redirect_output(int fd) {
    std::fflush(stdout);
    own_output = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    ::dup2(fd, STDOUT_FILENO);
}

bool is_output_redirected() { return own_output >= 0; }

void restore_output() {
    // What could not be sent must not come out elsewhere.
    if (std::fflush(stdout) != 0) ::__fpurge(stdout);
    ::dup2(own_output, STDOUT_FILENO);
    ::close(own_output);
    own_output = -1;
}

bool StatusLine::is_shown() const { return ::isatty(STDERR_FILENO) != 0; }

void StatusLine::show(std::string_view text) {
    auto now = now_ms();
    if (!is_shown() || now - shown_ms_ < kStatusPauseMs) return;
    shown_ms_ = now;
    is_written_ = true;
    auto width = width_of(STDERR_FILENO);
    if (width > 1) text = text.substr(0, width - 1);
    std::fprintf(stderr, "\r\x1b[K%.*s", static_cast<int>(text.size()), text.data());
    std::fflush(stderr);
}

void StatusLine::clear() {
    if (!is_written_) return;
    is_written_ = false;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
}

void note_interrupts() {
    struct sigaction action{};
    action.sa_handler = [](int) { interrupted = true; };
    ::sigemptyset(&action.sa_mask);
    // Without SA_RESTART a blocked read or poll returns.
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

bool is_interrupted() { return interrupted; }

void pause_ms(long long ms) {
    while (ms > 0 && !interrupted) {
        auto part = std::min(ms, kInterruptLookMs);
        std::this_thread::sleep_for(std::chrono::milliseconds(part));
        ms -= part;
    }
}

}  // namespace logwood::cli
