// The page of functions is what the signatures say, and its examples run.
//
// LOGWOOD_WRITE_DOCS=1 writes the page instead of comparing it.
#include "exec/plan/function_docs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "exec/plan/registry.h"
#include "exec/query.h"
#include "lang/catalogue/function_docs.h"
#include "lang/check.h"

namespace logwood::exec {
namespace {

std::string page_path() {
    auto* root = std::getenv("LOGWOOD_SOURCE_DIR");
    return std::string(root ? root : ".") + "/docs/query-functions.md";
}

TEST(FunctionDocs, PageIsInTheRepository) {
    if (std::getenv("LOGWOOD_WRITE_DOCS")) std::ofstream(page_path()) << function_docs();
    std::ifstream file(page_path());
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_TRUE(text.str() == function_docs())
        << page_path() << " is old: run this test with LOGWOOD_WRITE_DOCS=1";
}

TEST(FunctionDocs, EveryFunctionIsDescribed) {
    for (auto& function : lang::all_functions())
        EXPECT_TRUE(lang::find_description(function.name)) << function.name;
}

TEST(FunctionDocs, ExamplesRunWhereTheFunctionsAreBuilt) {
    // Those that need files or databases besides the query.
    const std::set<std::string_view> kNeedData = {"asn",   "ioc:lookup",   "ipLocation", "lookup",
                                                  "match", "matchAsArray", "readFile"};
    for (auto& function : lang::all_functions()) {
        auto* description = lang::find_description(function.name);
        if (!description) continue;
        lang::CheckOptions check;
        bool is_parser = function.has(lang::kParserOnly);
        if (is_parser) check.context = lang::Context::kParser;
        auto checked = lang::compile(description->example, check);
        ASSERT_TRUE(checked.has_value()) << description->example << checked.error().message;
        bool runs = !is_parser && is_built(function.name) && !kNeedData.contains(function.name);
        if (!runs) continue;
        auto query = Query::compile(description->example, {.may_have_inputs = true});
        EXPECT_TRUE(query.has_value()) << query.error().rendered;
    }
}

TEST(FunctionDocs, OneFunction) {
    EXPECT_EQ(function_docs("no"), std::nullopt);
    auto text = function_docs("BITFIELD:extractflagsasstring");
    ASSERT_TRUE(text);
    EXPECT_EQ(*text,
              "### bitfield:extractFlagsAsString()\n"
              "\n"
              "Compute. Joins the names of the bits that are set.\n"
              "\n"
              "- `field`: a field; required\n"
              "- `flagNames`: a list of pairs; required; also called output\n"
              "- `as`: a field; default `_flags`\n"
              "- `separator`: a text; default `\" \"`\n"
              "\n"
              "    bitfield:extractFlagsAsString(field=flags, flagNames=[[0, R], [1, W]], "
              "separator=\"+\")\n");
    EXPECT_THAT(*function_docs("readPersistedAggregation"), testing::HasSubstr("Not built yet"));
}

}  // namespace
}  // namespace logwood::exec
