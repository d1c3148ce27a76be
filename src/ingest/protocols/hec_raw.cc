// Splunk HTTP event collector, raw: one event a line; lines end with LF, CR or CR LF, empty ones
// are nothing. Query parameters say for all of them what members say in HEC events.
#include "ingest/protocols/hec.h"

namespace logwood::ingest {

Result<void> decode_hec_raw(Incoming& incoming, Intake& intake) {
    GroupHead head;
    std::vector<std::pair<std::string_view, std::string_view>> fields;
    std::string_view channel = incoming.channel;
    for (const auto& [name, value] : incoming.query) {
        if (name == "sourcetype") head.type = value;
        if (name == "channel" && channel.empty()) channel = value;
        if (name == "index") TRY_OK(check_index(value, incoming));
        for (auto [parameter, field] : kHecFields)
            if (name == parameter) fields.emplace_back(field, value);
    }
    if (!channel.empty()) fields.emplace_back("channel", channel);
    Draft draft;
    bool is_empty = true;
    for (std::string_view rest = incoming.body; !rest.empty();) {
        auto line = rest.substr(0, rest.find_first_of("\r\n"));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (line.empty()) continue;
        is_empty = false;
        draft.clear();
        draft.field("@rawstring", line);
        for (auto [field, value] : fields) draft.field(field, value);
        TRY_OK(intake.take(head, draft));
    }
    if (is_empty) return fail(Code::kInvalidArgument, std::string(kNoData));
    return {};
}

}  // namespace logwood::ingest
