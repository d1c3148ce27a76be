#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ingest/draft.h"
#include "model/tag_set.h"

namespace logwood::ingest {

/// What events that came together have in common.
struct GroupHead {
    model::TagSet tags;
    std::string type;  ///< Names the parser, unless the token does; may be empty.
    /// Set on each event after it was parsed.
    std::vector<std::pair<std::string, std::string>> fields;
    friend auto operator<=>(const GroupHead&, const GroupHead&) = default;
};

/// Where a protocol puts the events it finds.
class Intake {
 public:
    virtual ~Intake() = default;
    /// Takes one event; the draft may be changed. An error refuses the whole request.
    virtual Result<void> take(const GroupHead& head, Draft& draft) = 0;
};

/// A request's body and what else a protocol looks at.
struct Incoming {
    std::string body;
    std::vector<std::pair<std::string, std::string>> query;
    std::string channel;     ///< X-Splunk-Request-Channel
    std::string repository;  ///< Name of the repository that the credential stands for.
    std::optional<std::string> idempotency_key;
    /// Set for messages of a listener: where each of them ends in the body, and their tags.
    std::vector<std::size_t> message_ends;
    model::TagSet tags;
    std::string content_type;
    /// Set by the decoder of a protocol whose answers say more than that all is stored: the body,
    /// or what of it comes behind what the answer begins with (see success()). It must hold only
    /// once all that the intake took is stored.
    std::string answer;
};

/// Reads a body to its end; kInvalidArgument, with the place in the body, refuses all of it. CPU
/// work, any thread.
using Decode = Result<void> (*)(Incoming& incoming, Intake& intake);

/// Each is described where it is defined: `<name>.cc`.
Result<void> decode_unstructured(Incoming& incoming, Intake& intake);
Result<void> decode_structured(Incoming& incoming, Intake& intake);
Result<void> decode_raw(Incoming& incoming, Intake& intake);
Result<void> decode_json(Incoming& incoming, Intake& intake);
Result<void> decode_hec_event(Incoming& incoming, Intake& intake);
Result<void> decode_hec_raw(Incoming& incoming, Intake& intake);
Result<void> decode_gelf(Incoming& incoming, Intake& intake);
Result<void> decode_journal(Incoming& incoming, Intake& intake);
/// Of listeners, where nobody hears of an error: what cannot be read becomes an event with one. An
/// answer says in decimal how many messages at the end were not taken yet.
Result<void> decode_messages(Incoming& incoming, Intake& intake);
Result<void> decode_gelf_messages(Incoming& incoming, Intake& intake);
Result<void> decode_elastic_bulk(Incoming& incoming, Intake& intake);
Result<void> decode_loki(Incoming& incoming, Intake& intake);
Result<void> decode_otlp_logs(Incoming& incoming, Intake& intake);
Result<void> decode_otlp_traces(Incoming& incoming, Intake& intake);
Result<void> decode_otlp_metrics(Incoming& incoming, Intake& intake);

}  // namespace logwood::ingest
