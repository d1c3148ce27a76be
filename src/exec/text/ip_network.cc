#include "exec/text/ip_network.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <string>

namespace logwood::exec {

std::optional<IpAddress> parse_ip(std::string_view text) {
    constexpr std::size_t kTextBytesMax = 45;
    char buffer[kTextBytesMax + 1];
    if (text.empty() || text.size() > kTextBytesMax) return std::nullopt;
    std::memcpy(buffer, text.data(), text.size());
    buffer[text.size()] = 0;
    IpAddress ip;
    if (text.find(':') != std::string_view::npos) {
        if (inet_pton(AF_INET6, buffer, ip.bytes.data()) != 1) return std::nullopt;
        static constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
        ip.is_v4 = std::memcmp(ip.bytes.data(), kMapped, sizeof kMapped) == 0;
        return ip;
    }
    if (inet_pton(AF_INET, buffer, ip.bytes.data() + 12) != 1) return std::nullopt;
    ip.bytes[10] = ip.bytes[11] = 0xFF;
    ip.is_v4 = true;
    return ip;
}

bool IpNetwork::contains(const IpAddress& ip) const {
    if (ip.is_v4 != address.is_v4) return false;
    auto whole = bits / 8;
    if (std::memcmp(ip.bytes.data(), address.bytes.data(), whole) != 0) return false;
    if (bits % 8 == 0) return true;
    auto mask = static_cast<std::uint8_t>(0xFF << (8 - bits % 8));
    return ((ip.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

std::optional<IpNetwork> parse_network(std::string_view text) {
    auto slash = text.find('/');
    std::string address(text.substr(0, slash));
    bool is_short = address.find(':') == std::string::npos;
    unsigned dots = 0;
    for (char c : address) dots += c == '.';
    for (; is_short && dots < 3; ++dots) address += ".0";
    auto ip = parse_ip(address);
    if (!ip) return std::nullopt;
    IpNetwork network{*ip, 128};
    if (slash == std::string_view::npos) return network;
    auto digits = text.substr(slash + 1);
    unsigned bits = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    bool is_v4_text = is_short;
    if (error != std::errc() || end != digits.data() + digits.size() ||
        bits > (is_v4_text ? 32 : 128))
        return std::nullopt;
    network.bits = is_v4_text ? bits + 96 : bits;
    return network;
}

}  // namespace logwood::exec
