// unit:convert(), parseInt(), shannonEntropy(): numbers out of texts.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "exec/plan/registry_values.h"
#include "exec/text/number_text.h"
#include "exec/text/unicode_text.h"

namespace logwood::exec {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Factor of a prefix at the start of a unit, and its bytes.
struct Prefix {
    double factor = 1;
    std::size_t size = 0;
};

constexpr std::array<std::pair<std::string_view, int>, 23> kPrefixes = {{
    {"da", 1},  {"\u00B5", -6}, {"y", -24}, {"z", -21}, {"a", -18}, {"f", -15},
    {"p", -12}, {"n", -9},      {"u", -6},  {"m", -3},  {"c", -2},  {"d", -1},
    {"h", 2},   {"k", 3},       {"K", 3},   {"M", 6},   {"G", 9},   {"T", 12},
    {"P", 15},  {"E", 18},      {"Z", 21},  {"Y", 24},  {"", 0},
}};

Prefix prefix_of(std::string_view unit, bool binary) {
    for (auto& [name, power] : kPrefixes) {
        if (name.empty() || !unit.starts_with(name)) continue;
        bool can_be_binary = power >= 3 && power % 3 == 0;
        bool has_i = can_be_binary && unit.substr(name.size()).starts_with('i');
        if (has_i || (binary && can_be_binary))
            return {std::pow(1024.0, power / 3), name.size() + has_i};
        return {std::pow(10.0, power), name.size()};
    }
    return {};
}

/// Seconds of a time unit behind a `/`; nullopt: none.
std::optional<double> rate_seconds(std::string_view name) {
    static const std::map<std::string_view, double> kUnits = {
        {"s", 1},       {"sec", 1},   {"m", 60},      {"min", 60},      {"h", 3600},
        {"hour", 3600}, {"d", 86400}, {"day", 86400}, {"w", 7 * 86400}, {"week", 7 * 86400}};
    auto found = kUnits.find(name);
    return found == kUnits.end() ? std::nullopt : std::optional(found->second);
}

struct UnitScale {
    double factor = 1;
    std::string rest;  ///< The unit without prefix.
};

/// What one of a unit such as `MB/min` is in base units (a second). With `base` only that unit's
/// prefixes count.
UnitScale scale_of(std::string_view unit, std::string_view base, bool binary) {
    UnitScale scale;
    if (auto slash = unit.rfind('/'); slash != std::string_view::npos) {
        if (auto seconds = rate_seconds(unit.substr(slash + 1))) {
            scale.factor /= *seconds;
            unit = unit.substr(0, slash);
        }
    }
    if (!base.empty() && unit == base) {
        scale.rest = unit;
        return scale;
    }
    auto prefix = prefix_of(unit, binary);
    // Without a known base one letter is a unit of its own: `s`, `B`, but not `k` or `M`.
    if (!base.empty() && unit.substr(prefix.size) != base && unit.size() != prefix.size)
        prefix = {};
    scale.factor *= prefix.factor;
    scale.rest = unit.substr(prefix.size);
    return scale;
}

struct UnitConversion {
    std::string from;
    std::string to;
    std::string unit;
    bool binary = false;
    bool keeps_unit = false;

    std::string_view operator()(std::string_view text, std::string& out) const {
        auto end = text.size();
        while (end > 0 && !is_digit(text[end - 1]) && text[end - 1] != '.') --end;
        double number = parse_number(text.substr(0, end));
        if (is_null(number)) return model::kMissing;
        auto spelled = text.substr(end);
        while (spelled.starts_with(' ')) spelled.remove_prefix(1);
        auto source = scale_of(spelled.empty() ? std::string_view(from) : spelled, unit, binary);
        auto target = scale_of(to, unit, binary);
        out = format_number(number * source.factor / target.factor);
        if (keeps_unit) out += " " + (to.empty() ? source.rest : to);
        return out;
    }
};

/// Turns the byte pairs of hex digits round.
std::string swapped_pairs(std::string_view digits) {
    std::string even(digits.size() % 2, '0');
    even += digits;
    std::string out;
    for (auto at = even.size(); at >= 2; at -= 2) out += even.substr(at - 2, 2);
    return out;
}

}  // namespace

lang::Checked<Compute> make_unit_convert(const lang::BoundCall& call, Compiler&) {
    auto field = call.text("field");
    UnitConversion convert{call.text("from"), call.text("to"), call.text("unit"),
                           call.boolean("binary"), call.boolean("keepUnit")};
    return Compute{call.text("as", field), text_function(field, std::move(convert))};
}

lang::Checked<Compute> make_parse_int(const lang::BoundCall& call, Compiler&) {
    auto field = call.text("field");
    auto radix = static_cast<int>(call.number("radix", 16));
    bool is_little = call.text("endian") == "little";
    if (radix < 2 || radix > 36)
        return wrong_argument(call, "radix", "the radix must be between 2 and 36");
    if (is_little && radix != 16)
        return wrong_argument(call, "endian", "little endian is for hexadecimal numbers only");
    auto parse = [radix, is_little](std::string_view text, std::string& out) {
        auto digits = text;
        for (std::string_view prefix : {"0x", "0X", "16#"})
            if (radix == 16 && digits.starts_with(prefix)) digits.remove_prefix(prefix.size());
        auto ordered = is_little ? swapped_pairs(digits) : std::string(digits);
        std::uint64_t number = 0;
        auto* last = ordered.data() + ordered.size();
        auto [end, error] = std::from_chars(ordered.data(), last, number, radix);
        if (error != std::errc() || end != last) return text;
        out = std::to_string(number);
        return std::string_view(out);
    };
    return Compute{call.text("as", field), text_function(field, parse)};
}

lang::Checked<Compute> make_shannon_entropy(const lang::BoundCall& call, Compiler&) {
    auto entropy = [](std::string_view text, std::string& out) {
        std::map<std::uint32_t, double> counts;
        double total = 0;
        for (std::size_t at = 0; at < text.size(); ++total) ++counts[next_code_point(text, at)];
        double bits = 0;
        for (auto& [character, count] : counts) bits -= count / total * std::log2(count / total);
        out = format_number(bits == 0 ? 0 : bits);
        return std::string_view(out);
    };
    return Compute{call.text("as"), text_function(call.text("field"), entropy)};
}

}  // namespace logwood::exec
