// cidr(): is the address in one of the networks? What is no address is in none.
#include <fmt/format.h>

#include <vector>

#include "exec/ip_network.h"
#include "exec/registry_core.h"
#include "exec/text_predicate.h"

namespace logwood::exec {

lang::Checked<FilterPtr> make_cidr(const lang::BoundCall& call, Compiler&) {
    if (call.has("file")) return wrong_argument(call, "file", "lookup files are not supported");
    std::vector<IpNetwork> networks;
    for (auto& text : call.texts("subnet")) {
        auto network = parse_network(text);
        if (!network) return wrong_argument(call, "subnet", fmt::format("{} is no network", text));
        networks.push_back(*network);
    }
    if (networks.empty()) return wrong_argument(call, "subnet", "at least one network is needed");
    bool negate = call.boolean("negate");
    auto predicate = text_predicate([networks = std::move(networks)](std::string_view text) {
        auto ip = parse_ip(text);
        if (!ip) return false;
        for (auto& network : networks)
            if (network.contains(*ip)) return true;
        return false;
    });
    return field_filter(call.text("field"), std::move(predicate), negate, negate);
}

}  // namespace logwood::exec
