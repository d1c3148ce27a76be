// The footer is compared as a whole with the one that the bytes before it, their number of entities
// and the hash of what was read from them would have; so there is no bit of the file that may
// change unseen, and nothing of a damaged file is parsed.
#include "global/snapshot.h"

#include <boost/json.hpp>
#include <charconv>
#include <optional>

#include "base/bytes.h"
#include "global/entity_codec.h"

namespace logwood::global {

namespace json = boost::json;

namespace {

constexpr std::string_view kFormat = "logwood-global-snapshot";
constexpr std::uint64_t kFormatVersion = 1;
constexpr std::string_view kFooterBegin = "{\"footer\":{";
constexpr std::string_view kChecksumKey = "\"checksum\":\"";
constexpr std::string_view kFooterEnd = "\"}}\n";

std::string hex64(std::uint64_t value) { return Id128{0, value}.to_string().substr(16); }

struct Header {
    std::string cluster;
    std::uint64_t epoch = 0;
    std::uint64_t next_offset = 0;
    std::uint64_t version = 0;
    std::uint64_t feature_level = 0;
    friend bool operator==(const Header&, const Header&) = default;
};

Header header_of(const Cluster& cluster, model::LogOffset next, Version version) {
    return {cluster.id.to_string(), cluster.epoch.value, next.value, version,
            cluster.feature_level};
}

std::string render_header(const Header& header) {
    json::object object;
    object["format"] = json::string_view(kFormat.data(), kFormat.size());
    object["format_version"] = kFormatVersion;
    object["cluster"] = header.cluster;
    object["epoch"] = header.epoch;
    object["next_offset"] = header.next_offset;
    object["version"] = header.version;
    object["feature_level"] = header.feature_level;
    return json::serialize(object) + '\n';
}

std::optional<std::uint64_t> number(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(json::string_view(key.data(), key.size()));
    json::error_code error;
    if (!value || !(value->is_int64() || value->is_uint64())) return std::nullopt;
    auto out = value->to_number<std::uint64_t>(error);
    return error ? std::nullopt : std::optional(out);
}

Result<Header> parse_header(std::string_view line) {
    json::error_code error;
    auto value = json::parse(json::string_view(line.data(), line.size()), error);
    const auto* object = error ? nullptr : value.if_object();
    const auto* format = object ? object->if_contains("format") : nullptr;
    if (!format || !format->is_string() ||
        format->get_string() != json::string_view(kFormat.data(), kFormat.size()))
        return fail(Code::kCorrupt, "not a snapshot of the metadata");
    auto version = number(*object, "format_version");
    if (!version || *version == 0) return fail(Code::kCorrupt, "a snapshot without a version");
    if (*version > kFormatVersion)
        return fail(Code::kUnsupported, "a snapshot of version " + std::to_string(*version) +
                                            ", this software knows " +
                                            std::to_string(kFormatVersion));
    const auto* cluster = object->if_contains("cluster");
    auto epoch = number(*object, "epoch");
    auto next_offset = number(*object, "next_offset");
    auto state_version = number(*object, "version");
    auto feature_level = number(*object, "feature_level");
    if (!cluster || !cluster->is_string() || !epoch || !next_offset || !state_version ||
        !feature_level)
        return fail(Code::kCorrupt, "a snapshot's header lacks a field");
    return Header{std::string(cluster->get_string().data(), cluster->get_string().size()), *epoch,
                  *next_offset, *state_version, *feature_level};
}

/// Takes the first line, without its end, off the text; it has one.
std::string_view take_line(std::string_view& text) {
    auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    return line;
}

/// Splits off the footer after checking its checksum over what is before.
Result<std::string_view> checked_footer(std::string_view text) {
    auto begin = text.size() < 2 ? text.npos : text.rfind('\n', text.size() - 2);
    if (begin == text.npos) return fail(Code::kCorrupt, "the snapshot has no footer");
    auto footer = text.substr(begin + 1);
    auto checksum = kChecksumKey.data() + hex64(checksum64(text.substr(0, begin + 1))) +
                    std::string(kFooterEnd);
    if (!footer.starts_with(kFooterBegin) || !footer.ends_with(checksum))
        return fail(Code::kCorrupt, "the snapshot's checksum does not match");
    return footer;
}

}  // namespace

std::string snapshot_footer(std::uint64_t entities, std::uint64_t state_hash,
                            std::string_view before) {
    std::string out(kFooterBegin);
    out += "\"entities\":" + std::to_string(entities);
    out += ",\"state_hash\":\"" + hex64(state_hash) + "\",";
    out += kChecksumKey;
    out += hex64(checksum64(before));
    out += kFooterEnd;
    return out;
}

std::string render_snapshot(const StateView& view) {
    const auto& entities = view.entities;
    auto out = render_header(header_of(entities.cluster, view.next, view.version));
    auto add = [&](const auto& entity) {
        out += entity_to_json(*entity);
        out += '\n';
    };
    if (!entities.cluster.id.is_none()) add(&entities.cluster);
    entities.hosts.for_each(add);
    entities.repositories.for_each(add);
    entities.parsers.for_each(add);
    entities.tokens.for_each(add);
    entities.files.for_each(add);
    entities.saved_queries.for_each(add);
    entities.listeners.for_each(add);
    entities.partitions.for_each(add);
    entities.gaps.for_each(add);
    entities.checkpoints.for_each(add);
    entities.segments.for_each(add);
    return out + snapshot_footer(entities.count(), view.hash, out);
}

Result<State> parse_snapshot(std::string_view text) {
    TRY(auto footer, checked_footer(text));
    auto before = text.substr(0, text.size() - footer.size());
    auto rest = before;
    TRY(auto header, parse_header(take_line(rest)));
    EntityStore store;
    for (std::uint64_t line = 2; !rest.empty(); ++line) {
        auto entity = entity_from_json(take_line(rest));
        if (!entity)
            return fail(std::move(entity).error().with_context("line " + std::to_string(line)));
        std::visit([&](auto& one) { store.put(std::move(one)); }, *entity);
    }
    if (footer != snapshot_footer(store.entities().count(), store.hash(), before))
        return fail(Code::kCorrupt, "the snapshot's entities do not make the state it names");
    State state(std::move(store), model::LogOffset(header.next_offset));
    if (header != header_of(state.cluster(), state.next(), state.version()))
        return fail(Code::kCorrupt, "the snapshot's header does not fit its entities");
    return state;
}

}  // namespace logwood::global
