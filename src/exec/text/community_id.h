#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exec/text/ip_network.h"

namespace logwood::exec {

/// One flow, as its two ends were seen. ICMP types and codes go in place of the ports.
struct Flow {
    std::uint8_t protocol = 0;  ///< IANA number.
    IpAddress source;
    IpAddress destination;
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
};

/// IANA number of a protocol by number or keyword (any case).
std::optional<std::uint8_t> parse_protocol(std::string_view text);
bool is_icmp(std::uint8_t protocol);
/// Has the protocol ports, or what stands for them?
bool has_ports(std::uint8_t protocol);

/// The Community ID, version 1, as the specification of that name defines it: equal for both
/// directions of a flow. Replaces `out`.
void community_id(std::string& out, const Flow& flow, std::uint16_t seed);

}  // namespace logwood::exec
