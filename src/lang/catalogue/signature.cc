// Reads the catalogue once into a sorted table; lookups go through a hash of lower-cased names.
#include "lang/catalogue/signature.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "base/result.h"
#include "lang/catalogue/catalogue.h"
#include "lang/lexer.h"

namespace logwood::lang {
namespace {

constexpr std::pair<std::string_view, ParamType> kTypes[] = {
    {"field", ParamType::kField},         {"fields", ParamType::kFields},
    {"string", ParamType::kString},       {"strings", ParamType::kStrings},
    {"number", ParamType::kNumber},       {"numbers", ParamType::kNumbers},
    {"limit", ParamType::kLimit},         {"duration", ParamType::kDuration},
    {"time", ParamType::kTimePoint},      {"bool", ParamType::kBool},
    {"enum", ParamType::kEnum},           {"enums", ParamType::kEnums},
    {"array", ParamType::kArrayName},     {"param", ParamType::kQueryParam},
    {"regex", ParamType::kRegex},         {"expr", ParamType::kExpr},
    {"exprs", ParamType::kExprs},         {"aggregates", ParamType::kAggregates},
    {"pipeline", ParamType::kPipeline},   {"pipelines", ParamType::kPipelines},
    {"pairs", ParamType::kPairs},         {"field-or-pairs", ParamType::kFieldOrPairs},
    {"correlate", ParamType::kCorrelate},
};

std::vector<std::string_view> split(std::string_view text, std::string_view by) {
    std::vector<std::string_view> parts;
    while (true) {
        auto end = text.find(by);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + by.size());
    }
}

ParamType type_named(std::string_view name) {
    const auto* found =
        std::ranges::find(kTypes, name, &std::pair<std::string_view, ParamType>::first);
    ASSERT(found != std::end(kTypes));
    return found->second;
}

/// `name|alias!*: type(a|b) = default`
ParameterSpec read_parameter(std::string_view written) {
    ParameterSpec spec;
    auto colon = written.find(": ");
    ASSERT(colon != std::string_view::npos);
    auto names = written.substr(0, colon);
    auto type = written.substr(colon + 2);
    for (; names.ends_with('*') || names.ends_with('!'); names.remove_suffix(1)) {
        (names.back() == '*' ? spec.is_unnamed : spec.required) = true;
    }
    auto all_names = split(names, "|");
    spec.name = all_names.front();
    spec.aliases.assign(all_names.begin() + 1, all_names.end());
    if (auto equals = type.find(" = "); equals != std::string_view::npos) {
        spec.default_text = type.substr(equals + 3);
        type = type.substr(0, equals);
    }
    if (auto open = type.find('('); open != std::string_view::npos) {
        auto choices = split(type.substr(open + 1, type.size() - open - 2), "|");
        spec.choices.assign(choices.begin(), choices.end());
        type = type.substr(0, open);
    }
    spec.type = type_named(type);
    return spec;
}

FunctionSignature read_entry(const CatalogueEntry& entry) {
    FunctionSignature signature;
    signature.name = entry.name;
    signature.kind = entry.kind;
    signature.traits = entry.traits;
    if (entry.kind == FunctionKind::kFilter) signature.traits |= kUsableAsFilter;
    if (entry.parameters.empty()) return signature;
    for (auto written : split(entry.parameters, "; ")) {
        signature.parameters.push_back(read_parameter(written));
    }
    return signature;
}

struct Catalogue {
    std::vector<FunctionSignature> functions;
    std::unordered_map<std::string, const FunctionSignature*> by_lower_name;

    Catalogue() {
        for (auto family : {aggregate_catalogue(), array_catalogue(), math_and_time_catalogue(),
                            table_catalogue(), text_catalogue()}) {
            for (const auto& entry : family) functions.push_back(read_entry(entry));
        }
        std::ranges::sort(functions, {}, [](const auto& f) { return lower_case(f.name); });
        for (const auto& f : functions) by_lower_name.emplace(lower_case(f.name), &f);
        ASSERT(by_lower_name.size() == functions.size());
    }
};

const Catalogue& catalogue() {
    static const Catalogue instance;
    return instance;
}

bool matches(const ParameterSpec& spec, std::string_view name, auto equal) {
    return equal(spec.name, name) ||
           std::ranges::any_of(spec.aliases, [&](const auto& alias) { return equal(alias, name); });
}

/// Longest function name, and what a misspelling of one could still look like.
constexpr std::size_t kNameBytesMax = 40;

/// Levenshtein distance of two short texts.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::array<std::size_t, kNameBytesMax + 1> row{};
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace

const ParameterSpec* FunctionSignature::find(std::string_view parameter) const {
    for (const auto& spec : parameters) {
        if (matches(spec, parameter, std::equal_to<std::string_view>())) return &spec;
    }
    for (const auto& spec : parameters) {
        if (matches(spec, parameter, equals_ignoring_case)) return &spec;
    }
    return nullptr;
}

const ParameterSpec* FunctionSignature::unnamed() const {
    auto found = std::ranges::find_if(parameters, &ParameterSpec::is_unnamed);
    return found == parameters.end() ? nullptr : &*found;
}

const FunctionSignature* find_function(std::string_view name) {
    if (name.empty() || name.size() > kNameBytesMax) return nullptr;
    auto found = catalogue().by_lower_name.find(lower_case(name));
    return found == catalogue().by_lower_name.end() ? nullptr : found->second;
}

std::span<const FunctionSignature> all_functions() { return catalogue().functions; }

std::string_view nearest_function(std::string_view name) {
    if (name.size() > kNameBytesMax) return {};
    auto wanted = lower_case(name);
    std::string_view best;
    std::size_t best_distance = wanted.size() / 3 + 1;
    for (const auto& function : catalogue().functions) {
        auto distance = edit_distance(wanted, lower_case(function.name));
        if (distance >= best_distance) continue;
        best_distance = distance;
        best = function.name;
    }
    return best;
}

}  // namespace logwood::lang
