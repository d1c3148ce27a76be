// The cluster itself and its hosts.
#include <algorithm>
#include <string>

#include "global/apply.h"
#include "global/limits.h"

namespace logwood::global {

Result<void> check_text(std::string_view text, std::string_view what, std::size_t bytes_max) {
    if (text.empty()) return fail(Code::kInvalidArgument, std::string(what) + " is empty");
    if (text.size() > bytes_max)
        return fail(Code::kInvalidArgument,
                    std::string(what) + " is longer than " + std::to_string(bytes_max) + " bytes");
    return {};
}

Result<void> check_version(Version present, Version read, std::string_view what) {
    if (present == read) return {};
    return fail(Code::kConflict, std::string(what) + " was changed at version " +
                                     std::to_string(present) + ", the proposer had read " +
                                     std::to_string(read));
}

Result<void> Apply::on(const Genesis& change) {
    if (!entities().cluster.id.is_none())
        return fail(Code::kConflict, "the log has a Genesis already");
    if (change.cluster.is_none()) return fail(Code::kInvalidArgument, "Genesis names no cluster");
    if (change.parent_version != 0)
        return fail(Code::kUnsupported, "Genesis continues a log whose state is not here");
    if (change.feature_level == 0) return fail(Code::kInvalidArgument, "feature level 0");
    store_.put(Cluster{.id = change.cluster,
                       .version = version_,
                       .epoch = change.epoch,
                       .feature_level = change.feature_level});
    return {};
}

Result<void> Apply::on(const HostStarted& change) {
    auto old = entities().hosts.find(proposer_.host);
    if (change.name.size() > kNameBytesMax || change.zone.size() > kNameBytesMax)
        return fail(Code::kInvalidArgument, "the host's name or zone is too long");
    if (change.feature_level < entities().cluster.feature_level)
        return fail(Code::kUnsupported,
                    "the host's software is older than the cluster's feature level");
    store_.put(Host{.id = proposer_.host,
                    .version = version_,
                    .name = change.name,
                    .zone = change.zone,
                    .incarnation = proposer_.incarnation,
                    .last_sequence = proposer_.sequence,
                    .feature_level = change.feature_level});
    return {};
}

Result<void> Apply::on(const RaiseFeatureLevel& change) {
    auto cluster = entities().cluster;
    if (change.level <= cluster.feature_level)
        return fail(Code::kConflict, "the feature level never goes down");
    bool known = true;
    entities().hosts.for_each(
        [&](const auto& host) { known = known && host->feature_level >= change.level; });
    if (!known) return fail(Code::kConflict, "not all hosts know this feature level");
    cluster.feature_level = change.level;
    cluster.version = version_;
    store_.put(cluster);
    return {};
}

// Compared by State, which knows the past hashes; there is nothing to write.
Result<void> Apply::on(const StateHashCheck&) { return {}; }

}  // namespace logwood::global
