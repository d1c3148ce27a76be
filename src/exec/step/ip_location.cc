// ipLocation() and asn(): what the administrator's databases say of an address. Each distinct
// address is asked for once.
#include <string>
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/lookup/lookups.h"
#include "exec/plan/registry_core.h"
#include "exec/text/number_text.h"

namespace logwood::exec {

namespace {

using model::Column;

/// Texts of several columns, for each thing found; empty: unknown.
class FoundTexts {
 public:
    explicit FoundTexts(std::size_t columns) : columns_(columns) {}

    std::uint32_t add(std::vector<std::string> texts) {
        for (std::size_t i = 0; i < columns_.size(); ++i)
            columns_[i].add(texts[i].empty() ? model::kMissing : std::string_view(texts[i]));
        return count_++;
    }
    /// Column i at the things found for each row; kNoCode: nothing.
    Column take(std::size_t i, std::span<const std::uint32_t> found) {
        return gather_or_missing(columns_[i].finish(), found);
    }

 private:
    std::vector<ColumnMaker> columns_;
    std::uint32_t count_ = 0;
};

using Describe = std::vector<std::string> (*)(const IpDatabase&, std::string_view address);

class IpStep final : public Operator {
 public:
    IpStep(std::string field, std::vector<std::string> targets,
           std::shared_ptr<const IpDatabase> addresses, Describe describe)
        : field_(std::move(field)),
          targets_(std::move(targets)),
          addresses_(std::move(addresses)),
          describe_(describe) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto column, batch.column(field_));
        FoundTexts texts(targets_.size());
        auto find = [&](std::string_view address) {
            auto found = describe_(*addresses_, address);
            return found.empty() ? Column::kNoCode : texts.add(std::move(found));
        };
        auto found = map_rows<std::uint32_t>(column, Column::kNoCode, find);
        for (std::size_t i = 0; i < targets_.size(); ++i)
            TRY_OK(batch.assign(targets_[i], Values(texts.take(i, found))));
        return {};
    }

 private:
    std::string field_;
    std::vector<std::string> targets_;
    std::shared_ptr<const IpDatabase> addresses_;
    Describe describe_;
};

std::string text_of(const std::optional<double>& number) {
    return number ? format_number(*number) : std::string();
}

std::vector<std::string> describe_place(const IpDatabase& addresses, std::string_view address) {
    auto place = addresses.place(address);
    if (!place) return {};
    return {std::move(place->country), std::move(place->city), text_of(place->latitude),
            text_of(place->longitude)};
}

std::vector<std::string> describe_owner(const IpDatabase& addresses, std::string_view address) {
    auto owner = addresses.owner(address);
    if (!owner) return {};
    return {std::to_string(owner->asn), std::move(owner->organization)};
}

std::unexpected<lang::Diagnostic> no_database(const lang::BoundCall& call, std::string_view what,
                                              std::string_view setting) {
    return lang::wrong(call.span(), std::string(call.name()) + "() needs a database of " +
                                        std::string(what) + "; this server has none (setting " +
                                        std::string(setting) + ")");
}

OperatorPtr make_step(const lang::BoundCall& call, Compiler& compiler,
                      std::initializer_list<std::string_view> suffixes, Describe describe) {
    auto field = call.text("field");
    auto prefix = call.text("as", field);
    std::vector<std::string> targets;
    for (auto suffix : suffixes) targets.push_back(prefix + std::string(suffix));
    return std::make_unique<IpStep>(std::move(field), std::move(targets),
                                    compiler.options().lookups.addresses, describe);
}

}  // namespace

lang::Checked<OperatorPtr> make_ip_location(const lang::BoundCall& call, Compiler& compiler) {
    auto& addresses = compiler.options().lookups.addresses;
    if (!addresses || !addresses->has_places())
        return no_database(call, "places", "LOGWOOD_IP_LOCATION_DATABASE");
    return make_step(call, compiler, {".country", ".city", ".lat", ".lon"}, describe_place);
}

lang::Checked<OperatorPtr> make_asn(const lang::BoundCall& call, Compiler& compiler) {
    auto& addresses = compiler.options().lookups.addresses;
    if (!addresses || !addresses->has_owners())
        return no_database(call, "autonomous systems", "LOGWOOD_ASN_DATABASE");
    return make_step(call, compiler, {".asn", ".org"}, describe_owner);
}

}  // namespace logwood::exec
