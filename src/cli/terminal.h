#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace logwood::cli {

/// Columns of the terminal that standard output goes to, also through a pager; 0 when it goes
/// elsewhere.
std::size_t terminal_width();
/// Whether texts for a terminal may have colours: NO_COLOR is not set, and TERM is not `dumb`.
bool may_show_colour();

/// Writes to standard output; kCancelled when nobody reads it any more, kIo for other failures.
Result<void> print(std::string_view bytes);
/// Gives what print() holds back to the kernel.
Result<void> flush_output();

/// Sends standard output to a copy of the descriptor until restore_output(), which flushes it.
void redirect_output(int fd);
void restore_output();
bool is_output_redirected();

/// One line on standard error that is written over; nothing when that is no terminal. One thread
/// at a time.
class StatusLine {
 public:
    ~StatusLine() { clear(); }
    bool is_shown() const;
    /// Shows the text, at most every tenth of a second.
    void show(std::string_view text);
    void clear();

 private:
    bool is_written_ = false;
    long long shown_ms_ = 0;
};

/// From here on SIGINT and SIGTERM no longer end the process but are noted.
void note_interrupts();
/// Whether one came. Any thread.
bool is_interrupted();
/// Sleeps, but not beyond an interrupt by much.
void pause_ms(long long ms);

}  // namespace logwood::cli
