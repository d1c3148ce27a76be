#include "exec/text/community_id.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "exec/text/digest.h"

namespace logwood::exec {
namespace {

constexpr std::uint8_t kIcmp = 1;
constexpr std::uint8_t kIcmp6 = 58;

/// The message type that answers one, for those that come in pairs.
std::optional<std::uint16_t> answer_to(std::uint8_t protocol, std::uint16_t type) {
    constexpr std::pair<std::uint16_t, std::uint16_t> kIcmpPairs[] = {
        {8, 0}, {13, 14}, {15, 16}, {10, 9}, {17, 18}};
    constexpr std::pair<std::uint16_t, std::uint16_t> kIcmp6Pairs[] = {
        {128, 129}, {133, 134}, {135, 136}, {130, 131}, {139, 140}, {144, 145}};
    auto look = [type](const auto& pairs) -> std::optional<std::uint16_t> {
        for (auto& [one, other] : pairs) {
            if (type == one) return other;
            if (type == other) return one;
        }
        return std::nullopt;
    };
    return protocol == kIcmp ? look(kIcmpPairs) : look(kIcmp6Pairs);
}

std::string_view wire_bytes(const IpAddress& ip) {
    std::string_view all(reinterpret_cast<const char*>(ip.bytes.data()), ip.bytes.size());
    return ip.is_v4 ? all.substr(12) : all;
}

void append_port(std::string& out, std::uint16_t port) {
    out += static_cast<char>(port >> 8);
    out += static_cast<char>(port & 0xFF);
}

}  // namespace

std::optional<std::uint8_t> parse_protocol(std::string_view text) {
    constexpr std::pair<std::string_view, std::uint8_t> kNames[] = {
        {"icmp", kIcmp},    {"igmp", 2},           {"ipv4", 4},
        {"tcp", 6},         {"udp", 17},           {"ipv6", 41},
        {"rsvp", 46},       {"gre", 47},           {"esp", 50},
        {"ah", 51},         {"eigrp", 88},         {"icmp6", kIcmp6},
        {"icmpv6", kIcmp6}, {"ipv6-icmp", kIcmp6}, {"ospf", 89},
        {"ospfigp", 89},    {"pim", 103},          {"vrrp", 112},
        {"l2tp", 115},      {"sctp", 132}};
    std::uint8_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    });
    for (auto& [name, value] : kNames)
        if (name == lower) return value;
    return std::nullopt;
}

bool is_icmp(std::uint8_t protocol) { return protocol == kIcmp || protocol == kIcmp6; }

bool has_ports(std::uint8_t protocol) {
    return protocol == 6 || protocol == 17 || protocol == 132 || is_icmp(protocol);
}

void community_id(std::string& out, const Flow& flow, std::uint16_t seed) {
    std::string ends[] = {std::string(wire_bytes(flow.source)),
                          std::string(wire_bytes(flow.destination))};
    std::uint16_t ports[] = {flow.source_port, flow.destination_port};
    bool is_one_way = false;
    if (is_icmp(flow.protocol)) {
        auto answer = answer_to(flow.protocol, ports[0]);
        is_one_way = !answer;
        if (answer) ports[1] = *answer;
    }
    bool is_ordered = ends[0] < ends[1] || (ends[0] == ends[1] && ports[0] <= ports[1]);
    if (!is_ordered && !is_one_way) {
        std::swap(ends[0], ends[1]);
        std::swap(ports[0], ports[1]);
    }
    std::string bytes;
    append_port(bytes, seed);
    bytes += ends[0] + ends[1];
    bytes += static_cast<char>(flow.protocol);
    bytes += '\0';
    if (has_ports(flow.protocol)) {
        append_port(bytes, ports[0]);
        append_port(bytes, ports[1]);
    }
    out = "1:";
    append_base64(out, thread_digest(DigestKind::kSha1).of(bytes), true);
}

}  // namespace logwood::exec
