// geography:distance(), geohash(), math:spherical2cartesian(): places and directions.
#include <cmath>
#include <memory>
#include <numbers>

#include "exec/compute/row_function.h"
#include "exec/plan/registry_values.h"
#include "exec/text/geohash.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

using Row = std::span<const std::string_view>;

double radians(double degrees) { return degrees * (std::numbers::pi / 180); }

/// Great-circle distance by the haversine formula, on a ball with the Earth's mean radius.
double distance_m(double lat1, double lon1, double lat2, double lon2) {
    constexpr double kEarthRadiusM = 6'371'009;
    auto phi1 = radians(lat1);
    auto phi2 = radians(lat2);
    auto dphi = std::sin((phi2 - phi1) / 2);
    auto dlambda = std::sin((radians(lon2) - radians(lon1)) / 2);
    // In steps, so that no two of them are fused into one with another rounding.
    auto along = dphi * dphi;
    auto across = std::cos(phi1) * std::cos(phi2) * (dlambda * dlambda);
    auto h = along + across;
    return 2 * kEarthRadiusM * std::asin(std::sqrt(h > 1 ? 1 : h));
}

/// Sets `<as>.x`, `.y` and `.z`; the polar angle counts from the xy plane.
class CartesianStep final : public Operator {
 public:
    explicit CartesianStep(const lang::BoundCall& call)
        : azimuth_(call.text("azimuth")),
          polar_(call.text("polar")),
          as_(call.text("as")),
          radius_(call.number("radius")) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto azimuths, batch.numbers(azimuth_));
        TRY(auto polars, batch.numbers(polar_));
        Values::Numbers x(batch.rows(), kNullNumber);
        auto y = x;
        auto z = x;
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            auto azimuth = radians((*azimuths)[row]);
            auto polar = radians((*polars)[row]);
            if (is_null(azimuth) || is_null(polar)) continue;
            x[row] = radius_ * std::cos(polar) * std::cos(azimuth);
            y[row] = radius_ * std::cos(polar) * std::sin(azimuth);
            z[row] = radius_ * std::sin(polar);
        }
        TRY_OK(batch.assign(as_ + ".x", Values::numbers(std::move(x))));
        TRY_OK(batch.assign(as_ + ".y", Values::numbers(std::move(y))));
        return batch.assign(as_ + ".z", Values::numbers(std::move(z)));
    }

 private:
    std::string azimuth_;
    std::string polar_;
    std::string as_;
    double radius_;
};

}  // namespace

lang::Checked<Compute> make_geography_distance(const lang::BoundCall& call, Compiler&) {
    std::vector<std::string> fields = {call.text("lat1"), call.text("lon1"), call.text("lat2"),
                                       call.text("lon2")};
    auto distance = [](Row row, std::string& out) -> std::string_view {
        auto m = distance_m(parse_number(row[0]), parse_number(row[1]), parse_number(row[2]),
                            parse_number(row[3]));
        if (is_null(m)) return model::kMissing;
        out = format_number(m);
        return out;
    };
    return Compute{call.text("as"), row_function(fields, Missing::kGivesNothing, distance)};
}

lang::Checked<Compute> make_geohash(const lang::BoundCall& call, Compiler&) {
    auto digits = call.number("precision");
    if (!(digits >= 1 && digits <= kGeohashDigitsMax))
        return wrong_argument(call, "precision", "the precision must be between 1 and 12");
    auto hash = [digits = static_cast<int>(digits)](Row row, std::string& out) -> std::string_view {
        bool is_place = geohash(out, parse_number(row[0]), parse_number(row[1]), digits);
        return is_place ? std::string_view(out) : model::kMissing;
    };
    std::vector<std::string> fields = {call.text("lat"), call.text("lon")};
    return Compute{call.text("as"), row_function(fields, Missing::kGivesNothing, hash)};
}

lang::Checked<OperatorPtr> make_math_spherical2cartesian(const lang::BoundCall& call, Compiler&) {
    return std::make_unique<CartesianStep>(call);
}

}  // namespace logwood::exec
