// raw: the whole body is one event.
#include "ingest/protocols/protocol.h"

namespace logwood::ingest {

Result<void> decode_raw(Incoming& incoming, Intake& intake) {
    if (incoming.body.empty()) return fail(Code::kInvalidArgument, "the body is empty");
    Draft draft;
    draft.field("@rawstring", incoming.body);
    return intake.take({}, draft);
}

}  // namespace logwood::ingest
