#include "cli/batch_sender.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>

#include "base/bytes.h"
#include "base/json_text.h"
#include "cli/limits.h"
#include "cli/terminal.h"

namespace logwood::cli {
namespace {

using std::chrono::milliseconds;

struct Body {
    std::string text;
    std::uint64_t events = 0;
    bool was_changed = false;
};

Body make_body(const std::string& head, std::string_view text, const EventCut& cut) {
    Body body{.text = head};
    body.text.reserve(head.size() + text.size() + text.size() / 4);
    cut.for_each(text, [&](std::string_view event) {
        if (body.events++ > 0) body.text += ',';
        if (!append_json_string(body.text, event)) body.was_changed = true;
    });
    body.text += "]}]";
    return body;
}

/// `[{"type":..., "fields":..., "messages":[`
Result<std::string> make_head(const SendOptions& options) {
    std::string head = "[{";
    if (!options.parser.empty()) {
        head += "\"type\":";
        append_json_string(head, options.parser);
        head += ',';
    }
    if (!options.fields.empty()) {
        head += "\"fields\":{";
        for (auto& field : options.fields) {
            auto equals = field.find('=');
            if (equals == std::string::npos || equals == 0)
                return fail(Code::kInvalidArgument,
                            "--field " + field + ": NAME=VALUE is expected");
            if (!head.ends_with('{')) head += ',';
            append_json_string(head, std::string_view(field).substr(0, equals));
            head += ':';
            append_json_string(head, std::string_view(field).substr(equals + 1));
        }
        head += "},";
    }
    return head + "\"messages\":[";
}

/// Doubles up to a maximum; the server may ask for more. Spread, so that many clients do not come
/// back at once.
milliseconds pause_before(int tries, const Result<http::ClientResponse>& answer,
                          std::uint64_t spread) {
    auto pause = std::min(kSendPauseMin * (1 << std::min(tries - 1, 10)), kSendPauseMax);
    pause -= milliseconds(static_cast<long long>(spread % 256) * pause.count() / 1024);
    unsigned seconds = 0;
    if (answer) {
        auto text = answer->headers.get("retry-after");
        std::from_chars(text.data(), text.data() + text.size(), seconds);
    }
    return std::max(pause, std::min(milliseconds(seconds * 1000LL), kSendPauseMax));
}

}  // namespace

Result<BatchSender> BatchSender::make(const Connection& connection, const SendOptions& options) {
    TRY(auto client, ApiClient::connect(connection));
    TRY(auto head, make_head(options));
    return BatchSender(std::move(client), repository_path(options.repo) + "/ingest-messages",
                       std::move(head), options);
}

bool BatchSender::may_try_again(const Result<http::ClientResponse>& answer, int tries) {
    if (answer) was_answered_ = true;
    if (!is_patient_ && tries >= kSendTriesMax) return false;
    if (answer) return answer->status >= 500 || answer->status == 429;
    bool is_connection =
        answer.error().code == Code::kUnavailable || answer.error().code == Code::kUnknownOutcome;
    return is_connection && (is_patient_ || was_answered_);
}

Attempt<void> BatchSender::send(std::string_view text, const std::string& key) {
    auto body = make_body(head_, text, cut_);
    if (body.events == 0) return {};
    for (int tries = 1;; ++tries) {
        auto request = json_request("POST", target_, body.text);
        request.headers.set("Idempotency-Key", key);
        auto answer = client_.send(std::move(request));
        if (answer && answer->status == 200) break;
        if (is_interrupted()) return std::unexpected(kInterrupted);
        if (!may_try_again(answer, tries))
            return std::unexpected(answer ? report(*answer) : report(answer.error()));
        if (tries == 3)
            std::fprintf(stderr, "logwood: %s; trying again\n",
                         answer ? fmt::format("the server answered {}", answer->status).c_str()
                                : answer.error().message.c_str());
        pause_ms(
            pause_before(tries, answer, checksum64(key, static_cast<unsigned>(tries))).count());
        if (is_interrupted()) return std::unexpected(kInterrupted);
    }
    was_answered_ = true;
    counts_.events += body.events;
    counts_.bytes += text.size();
    counts_.was_changed = counts_.was_changed || body.was_changed;
    return {};
}

std::string key_of(std::string_view text) {
    return fmt::format("{:016x}{:016x}", checksum64(text, 1), checksum64(text, 2));
}

}  // namespace logwood::cli
