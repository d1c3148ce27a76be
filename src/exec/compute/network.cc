// subnet(), communityId(): of addresses and flows.
#include <charconv>
#include <cmath>

#include "exec/compute/row_function.h"
#include "exec/plan/registry_values.h"
#include "exec/text/community_id.h"
#include "exec/text/ip_network.h"

namespace logwood::exec {
namespace {

using Row = std::span<const std::string_view>;

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    if (model::is_missing(text)) return std::nullopt;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return port;
}

/// The places of communityId()'s fields in a row.
enum Place : std::size_t {
    kProtocol,
    kSource,
    kDestination,
    kSourcePort,
    kDestinationPort,
    kIcmpType,
    kIcmpCode
};

std::optional<Flow> read_flow(Row row) {
    auto protocol = parse_protocol(row[kProtocol]);
    auto source = parse_ip(row[kSource]);
    auto destination = parse_ip(row[kDestination]);
    if (!protocol || !source || !destination || source->is_v4 != destination->is_v4)
        return std::nullopt;
    Flow flow{*protocol, *source, *destination};
    if (!has_ports(*protocol)) return flow;
    // ICMP's type and code may also stand in the fields for ports, as some products write them.
    bool has_icmp = is_icmp(*protocol) && !model::is_missing(row[kIcmpType]);
    auto first = parse_port(row[has_icmp ? kIcmpType : kSourcePort]);
    auto second = parse_port(row[has_icmp ? kIcmpCode : kDestinationPort]);
    if (!first || !second) return std::nullopt;
    flow.source_port = *first;
    flow.destination_port = *second;
    return flow;
}

}  // namespace

lang::Checked<Compute> make_subnet(const lang::BoundCall& call, Compiler&) {
    auto bits = call.number("bits");
    if (!(bits >= 0 && bits <= 32) || std::trunc(bits) != bits)
        return wrong_argument(call, "bits", "bits must be a whole number between 0 and 32");
    auto subnet = [bits = static_cast<unsigned>(bits)](std::string_view text,
                                                       std::string& out) -> std::string_view {
        auto ip = text.find(':') == std::string_view::npos ? parse_ip(text) : std::nullopt;
        if (!ip) return model::kMissing;
        std::uint32_t address = 0;
        for (std::size_t i = 12; i < 16; ++i) address = address << 8 | ip->bytes[i];
        address &= bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
        out.clear();
        for (unsigned shift = 32; shift > 0; shift -= 8) {
            if (shift < 32) out += '.';
            out += std::to_string(address >> (shift - 8) & 0xFF);
        }
        out += '/' + std::to_string(bits);
        return out;
    };
    return Compute{call.text("as"), text_function(call.text("field"), subnet)};
}

lang::Checked<Compute> make_community_id(const lang::BoundCall& call, Compiler&) {
    auto seed = call.number("seed");
    if (!(seed >= 0 && seed <= 65535) || std::trunc(seed) != seed)
        return wrong_argument(call, "seed", "the seed must be a whole number between 0 and 65535");
    constexpr std::pair<const char*, const char*> kPairs[] = {{"sourceport", "destinationport"},
                                                              {"icmptype", "icmpcode"}};
    for (auto& [one, other] : kPairs)
        if (call.has(one) != call.has(other))
            return wrong_argument(call, call.has(one) ? one : other,
                                  std::string(one) + " and " + other + " go together");
    std::vector<std::string> fields;
    for (auto* name : {"proto", "sourceip", "destinationip", "sourceport", "destinationport",
                       "icmptype", "icmpcode"})
        fields.push_back(call.text(name));
    auto id = [seed = static_cast<std::uint16_t>(seed)](Row row,
                                                        std::string& out) -> std::string_view {
        if (model::is_missing(row[kProtocol]) || model::is_missing(row[kSource]) ||
            model::is_missing(row[kDestination]))
            return model::kMissing;
        auto flow = read_flow(row);
        if (!flow) return "";
        community_id(out, *flow, seed);
        return out;
    };
    return Compute{call.text("as"), row_function(fields, Missing::kIsPassedOn, id)};
}

}  // namespace logwood::exec
