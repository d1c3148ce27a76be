#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace logwood::exec {

/// 128 bits of an IPv6 address, or of an IPv4 one as `::ffff:a.b.c.d`; network order.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};
    bool is_v4 = false;
    friend bool operator==(const IpAddress&, const IpAddress&) = default;
};
std::optional<IpAddress> parse_ip(std::string_view text);

/// `10.0.0.0/8`, `fd00::/8`, short forms as `127.0.0/16`, or a single address.
struct IpNetwork {
    IpAddress address;
    unsigned bits = 128;  ///< Of the 128.
    bool contains(const IpAddress& ip) const;
};
std::optional<IpNetwork> parse_network(std::string_view text);

}  // namespace logwood::exec
