#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "ingest/assembler.h"

namespace logwood::ingest {

/// A request's Idempotency-Key, and what came with it.
struct RequestKey {
    std::string text;  ///< Empty: the request has none.
    Id128 body;        ///< Hash of the body.

    /// kInvalidArgument unless the text is 1 to kRequestKeyBytesMax visible ASCII characters.
    static Result<RequestKey> make(std::string_view text, std::string_view body);
};

/// Gives each batch of a keyed request the key that its record travels with, and all of them one
/// partition. Equal requests get equal keys, as long as the parsers are the same ones; requests
/// that differ in anything get different keys, so that digest never drops what is not a repeat.
void key_batches(RepoId repo, const RequestKey& key, std::vector<ReadyBatch>& batches);

/// Remembers which body came with a key, to tell a repeat from a key that is used twice. Loop
/// thread.
class RecentKeys {
 public:
    /// kConflict when the key came with another body within kRequestKeyWindow.
    Result<void> note(RepoId repo, const RequestKey& key, MonoTime now);

 private:
    struct Entry {
        Id128 body;
        MonoTime time;
    };
    std::unordered_map<std::string, Entry> entries_;  ///< By repository and key.
    std::deque<std::pair<std::string, MonoTime>> order_;
};

}  // namespace logwood::ingest
