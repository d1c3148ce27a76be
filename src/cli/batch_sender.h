#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/api_client.h"
#include "cli/event_cut.h"

namespace logwood::cli {

struct SendOptions {
    std::string repo;
    std::string parser;               ///< Empty: the server's choice.
    std::vector<std::string> fields;  ///< `name=value`, set on every event.
    EventCut cut;
    /// Waits for a server that is away, and tries again however often; else a run that was never
    /// answered gives up at once, and another after kSendTriesMax.
    bool is_patient = false;
};

/// What has been sent; one for all senders of a run, or one each.
struct SendCounts {
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;
    bool was_changed = false;  ///< Some bytes were no UTF-8 and became U+FFFD.
};

/// Sends events and returns when they are acknowledged. One thread at a time.
///
/// A request carries an Idempotency-Key and is sent again, byte for byte, when its fate is unknown:
/// a server that knows the key stores it once; another one may double it.
class BatchSender {
 public:
    /// kInvalidArgument for an address or fields that are none.
    static Result<BatchSender> make(const Connection& connection, const SendOptions& options);

    /// Sends the events of a text, if it has any. `key` names this text among all that ever go to
    /// the server.
    Attempt<void> send(std::string_view text, const std::string& key);
    const SendCounts& counts() const { return counts_; }

 private:
    BatchSender(ApiClient client, std::string target, std::string head, const SendOptions& options)
        : client_(std::move(client)),
          target_(std::move(target)),
          head_(std::move(head)),
          cut_(options.cut),
          is_patient_(options.is_patient) {}
    bool may_try_again(const Result<http::ClientResponse>& answer, int tries);

    ApiClient client_;
    std::string target_;
    std::string head_;  ///< Of a body, up to the messages.
    EventCut cut_;
    bool is_patient_;
    bool was_answered_ = false;
    SendCounts counts_;
};

/// A key of 32 hex digits.
std::string key_of(std::string_view text);

}  // namespace logwood::cli
