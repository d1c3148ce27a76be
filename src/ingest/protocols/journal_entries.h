#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace logwood::ingest {

/// A field of an entry of systemd's export format.
struct JournalField {
    std::string_view name;
    std::string_view value;
};

/// What stands at the front of `bytes`, and how long it is.
struct JournalToken {
    std::optional<JournalField> field;  ///< None: the empty line that ends an entry.
    std::size_t size = 0;
};

/// Reads one field, or the end of an entry: `NAME=text LF`, or `NAME LF size u64 data LF`, or `LF`.
/// Nothing while it is not all there; kInvalidArgument when it can never become one.
Result<std::optional<JournalToken>> next_journal_token(std::string_view bytes);

/// Finds where entries end in a stream that grows. Loop thread.
class JournalScanner {
 public:
    /// Looks on in `bytes`, which begin where the last take() ended; stops at the first end of an
    /// entry that is kJournalPieceBytes away. kTooLarge for an entry above kJournalEntryBytesMax.
    Result<void> scan(std::string_view bytes);
    /// The length of all whole entries found.
    std::size_t complete() const { return complete_; }
    /// The entries were taken off the front.
    void take() {
        at_ -= complete_;
        complete_ = 0;
    }

 private:
    std::size_t at_ = 0;
    std::size_t complete_ = 0;
};

}  // namespace logwood::ingest
