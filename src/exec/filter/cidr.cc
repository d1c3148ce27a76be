// cidr(): is the address in one of the networks? What is no address is in none.
#include <fmt/format.h>

#include <memory>
#include <utility>
#include <vector>

#include "exec/filter/text_predicate.h"
#include "exec/lookup/lookup_use.h"
#include "exec/plan/registry_core.h"
#include "exec/text/ip_network.h"

namespace logwood::exec {

namespace {

/// The networks are those of a column of a lookup file.
class FileCidrFilter final : public Filter {
 public:
    FileCidrFilter(std::shared_ptr<const LookupUse> use, bool negate)
        : use_(std::move(use)), negate_(negate) {}

    Result<Mask> test(Batch& batch) const override {
        TRY(auto ready, use_->ready());
        if (!ready) return Mask(batch.rows(), 1);
        TRY(auto mask, ready->filter->test(batch));
        if (negate_)
            for (auto& bit : mask) bit ^= 1;
        return mask;
    }
    Result<bool> is_void() const override {
        TRY(auto ready, use_->ready());
        return ready == nullptr;
    }
    int cost() const override { return 3; }

 private:
    std::shared_ptr<const LookupUse> use_;
    bool negate_;
};

lang::Checked<FilterPtr> make_file_cidr(const lang::BoundCall& call, Compiler& compiler) {
    if (call.has("subnet"))
        return wrong_argument(call, "file", "give either a file or networks, not both");
    LookupRequest request{.function = "cidr",
                          .file = call.text("file"),
                          .fields = {call.text("field")},
                          .columns = {},
                          .include = {},
                          .mode = LookupMode::kCidr};
    if (call.has("column")) request.columns = {call.text("column")};
    LANG_TRY(auto use, LookupUse::make(std::move(request), call, compiler));
    return std::make_unique<FileCidrFilter>(std::move(use), call.boolean("negate"));
}

}  // namespace

lang::Checked<FilterPtr> make_cidr(const lang::BoundCall& call, Compiler& compiler) {
    if (call.has("file")) return make_file_cidr(call, compiler);
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
