// math:*(), round(): numbers out of numbers. What is not finite is no value.
#include <cmath>
#include <memory>
#include <numbers>

#include "exec/plan/registry_values.h"

namespace logwood::exec {
namespace {

template <double (*F)(double)>
lang::Checked<Compute> one_number(const lang::BoundCall& call, Compiler&) {
    return Compute{call.text("as"),
                   number_function(call.text("field"), [](double x) { return F(x); })};
}

double absolute(double x) { return std::fabs(x); }
double deg2rad(double x) { return x / 180 * std::numbers::pi; }
double rad2deg(double x) { return x * 180 / std::numbers::pi; }

class TwoFieldsExpression final : public Expression {
 public:
    TwoFieldsExpression(std::string x, std::string y) : x_(std::move(x)), y_(std::move(y)) {}
    Result<Values> evaluate(Batch& batch) const override {
        TRY(auto x, batch.numbers(x_));
        TRY(auto y, batch.numbers(y_));
        Values::Numbers out(x->size());
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::atan2((*y)[i], (*x)[i]);
        return Values::numbers(std::move(out));
    }

 private:
    std::string x_;
    std::string y_;
};

}  // namespace

#define LOGWOOD_MATH(name, function)                                                           \
    lang::Checked<Compute> make_math_##name(const lang::BoundCall& call, Compiler& compiler) { \
        return one_number<function>(call, compiler);                                           \
    }
LOGWOOD_MATH(abs, absolute)
LOGWOOD_MATH(arccos, std::acos)
LOGWOOD_MATH(arcsin, std::asin)
LOGWOOD_MATH(arctan, std::atan)
LOGWOOD_MATH(ceil, std::ceil)
LOGWOOD_MATH(cos, std::cos)
LOGWOOD_MATH(cosh, std::cosh)
LOGWOOD_MATH(deg2rad, deg2rad)
LOGWOOD_MATH(exp, std::exp)
LOGWOOD_MATH(expm1, std::expm1)
LOGWOOD_MATH(floor, std::floor)
LOGWOOD_MATH(log, std::log)
LOGWOOD_MATH(log10, std::log10)
LOGWOOD_MATH(log1p, std::log1p)
LOGWOOD_MATH(log2, std::log2)
LOGWOOD_MATH(rad2deg, rad2deg)
LOGWOOD_MATH(sin, std::sin)
LOGWOOD_MATH(sinh, std::sinh)
LOGWOOD_MATH(sqrt, std::sqrt)
LOGWOOD_MATH(tan, std::tan)
LOGWOOD_MATH(tanh, std::tanh)
#undef LOGWOOD_MATH

lang::Checked<Compute> make_math_arctan2(const lang::BoundCall& call, Compiler&) {
    return Compute{call.text("as"),
                   std::make_unique<TwoFieldsExpression>(call.text("x"), call.text("y"))};
}

lang::Checked<Compute> make_math_mod(const lang::BoundCall& call, Compiler&) {
    auto mod = [divisor = call.number("divisor")](double x) {
        double rest = std::fmod(x, divisor);
        return rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest;
    };
    return Compute{call.text("as"), number_function(call.text("field"), mod)};
}

lang::Checked<Compute> make_math_pow(const lang::BoundCall& call, Compiler&) {
    auto pow = [exponent = call.number("exponent")](double x) { return std::pow(x, exponent); };
    return Compute{call.text("as"), number_function(call.text("field"), pow)};
}

lang::Checked<Compute> make_round(const lang::BoundCall& call, Compiler&) {
    auto how = call.text("how");
    auto field = call.text("field");
    auto as = call.text("as", field);
    if (how == "ceil")
        return Compute{as, number_function(field, [](double x) { return std::ceil(x); })};
    if (how == "floor")
        return Compute{as, number_function(field, [](double x) { return std::floor(x); })};
    // Halves go up, as in Java.
    auto round = [](double x) {
        double down = std::floor(x);
        return x - down >= 0.5 ? down + 1 : down;
    };
    return Compute{as, number_function(field, round)};
}

}  // namespace logwood::exec
