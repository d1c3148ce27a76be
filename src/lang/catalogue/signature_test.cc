#include "lang/catalogue/signature.h"

#include <algorithm>

namespace logwood::lang {
namespace {

TEST(Signature, NamesResolveInAnyCase) {
    for (auto name : {"groupBy", "groupby", "GROUPBY"}) {
        ASSERT_TRUE(find_function(name)) << name;
        EXPECT_EQ(find_function(name)->name, "groupBy");
    }
    EXPECT_EQ(find_function("ARRAY:EVAL")->name, "array:eval");
    for (auto name : {"", "rate", "median", "group", "groupByy"}) {
        EXPECT_FALSE(find_function(name)) << name;
    }
}

TEST(Signature, CatalogueIsSound) {
    EXPECT_EQ(all_functions().size(), 198);
    for (const auto& f : all_functions()) {
        auto unnamed = std::ranges::count_if(f.parameters, &ParameterSpec::is_unnamed);
        EXPECT_LE(unnamed, 1) << f.name;
        for (const auto& p : f.parameters) {
            EXPECT_EQ(f.find(p.name), &p) << f.name << " " << p.name;
            bool is_enum = p.type == ParamType::kEnum || p.type == ParamType::kEnums;
            EXPECT_EQ(is_enum, !p.choices.empty()) << f.name << " " << p.name;
            bool default_fits = p.choices.empty() || p.default_text.empty() ||
                                std::ranges::count(p.choices, p.default_text) == 1;
            EXPECT_TRUE(default_fits) << f.name << " " << p.name;
            EXPECT_FALSE(p.required && !p.default_text.empty()) << f.name << " " << p.name;
        }
    }
}

TEST(Signature, ParametersHaveAliasesAndDefaults) {
    struct Row {
        const char* function;
        const char* given;
        const char* parameter;
        const char* default_text;
    };
    const Row rows[] = {
        {"replace", "replacement", "with", ""},
        {"match", "table", "file", ""},
        {"sort", "ORDER", "order", "desc"},
        {"sort", "limit", "limit", "200"},
        {"parseCsv", "delimiter", "delimiter", ","},
        {"kvParse", "separator", "separator", "="},
        {"collect", "separator", "separator", "\n"},
        {"bitfield:extractFlagsAsString", "separator", "separator", " "},
        {"percentile", "percentiles", "percentiles", "50,75,99"},
        {"groupBy", "function", "function", "count(as=_count)"},
    };
    for (const auto& row : rows) {
        const auto* found = find_function(row.function)->find(row.given);
        ASSERT_TRUE(found) << row.function << " " << row.given;
        EXPECT_EQ(found->name, row.parameter);
        EXPECT_EQ(found->default_text, row.default_text) << row.function;
    }
    EXPECT_FALSE(find_function("sort")->find("oder"));
}

TEST(Signature, SuggestsTheNearestName) {
    EXPECT_EQ(nearest_function("grupBy"), "groupBy");
    EXPECT_EQ(nearest_function("timechrt"), "timeChart");
    EXPECT_EQ(nearest_function("zzzzzzzz"), "");
    EXPECT_EQ(nearest_function(std::string(100, 'x')), "");
}

}  // namespace
}  // namespace logwood::lang
