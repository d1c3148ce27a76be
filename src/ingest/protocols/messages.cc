// Messages of a listener, each of which is one event as it stands.
#include "ingest/protocols/protocol.h"

namespace logwood::ingest {

Result<void> decode_messages(Incoming& incoming, Intake& intake) {
    GroupHead head{.tags = incoming.tags, .type = {}, .fields = {}};
    Draft draft;
    std::size_t begin = 0;
    for (auto end : incoming.message_ends) {
        draft.clear();
        draft.field("@rawstring", std::string_view(incoming.body).substr(begin, end - begin));
        TRY_OK(intake.take(head, draft));
        begin = end;
    }
    return {};
}

}  // namespace logwood::ingest
