// Ports at which events arrive without HTTP.
#include <algorithm>

#include "global/apply.h"
#include "global/limits.h"

namespace logwood::global {

namespace {

Result<void> check_tags(const IngestListener& listener) {
    if (listener.tags.size() > kListenerTagsMax)
        return fail(Code::kInvalidArgument, "the listener has too many tags");
    for (const auto& [name, value] : listener.tags) {
        TRY_OK(check_text(name, "a tag's name", kNameBytesMax));
        if (value.size() > kNameBytesMax)
            return fail(Code::kInvalidArgument, "a tag's value is too long");
    }
    auto name_of = &std::pair<std::string, std::string>::first;
    if (std::ranges::adjacent_find(listener.tags, std::ranges::greater_equal(), name_of) !=
        listener.tags.end())
        return fail(Code::kInvalidArgument, "the listener's tags are not sorted and distinct");
    return {};
}

/// Whether both cannot be open on one node. An empty address is the node's own, which may be any.
bool is_same_port(const IngestListener& a, const IngestListener& b) {
    return a.port == b.port && a.is_udp() == b.is_udp() && a.bind == b.bind;
}

}  // namespace

Result<void> Apply::on(const PutIngestListener& change) {
    const auto& listener = change.listener;
    TRY(auto repository, live_repository(listener.repo));
    TRY_OK(check_text(listener.name, "the listener's name", kNameBytesMax));
    if (listener.id.is_none()) return fail(Code::kInvalidArgument, "the listener has no id");
    if (listener.port == 0) return fail(Code::kInvalidArgument, "the listener has no port");
    if (listener.bind.size() > kNameBytesMax || listener.parser.size() > kNameBytesMax)
        return fail(Code::kInvalidArgument, "the listener's address or parser is too long");
    TRY_OK(check_tags(listener));
    auto old = entities().listeners.find(listener.id);
    TRY_OK(check_version(old ? old->version : 0, change.read, "the listener"));
    if (old && old->repo != listener.repo)
        return fail(Code::kInvalidArgument, "a listener cannot move to another repository");
    for (const auto& other : state_.listeners()) {
        if (other->id == listener.id) continue;
        if (other->repo == listener.repo && other->name == listener.name)
            return fail(Code::kAlreadyExists, "a listener of the repository has this name");
        if (is_same_port(*other, listener))
            return fail(Code::kAlreadyExists, "the listener " + other->name + " has this port");
    }
    auto next = listener;
    next.version = version_;
    store_.put(std::move(next));
    return {};
}

Result<void> Apply::on(const DeleteIngestListener& change) {
    auto old = entities().listeners.find(change.id);
    if (!old) return fail(Code::kNotFound, "there is no such listener");
    TRY_OK(check_version(old->version, change.read, "the listener"));
    store_.erase(*old);
    return {};
}

}  // namespace logwood::global
