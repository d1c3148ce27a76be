#include "lang/check.h"

#include <span>

#include "lang/bound_call.h"
#include "lang/format.h"

namespace logwood::lang {
namespace {

struct Row {
    const char* text;
    const char* checked;  // Starts with `!`: the message must contain the rest.
};

std::string checked_text(std::string_view text, const CheckOptions& options) {
    auto query = compile(text, options);
    if (!query) return "!" + render(query.error(), text);
    std::string out;
    for (const auto& call : query->preamble) {
        out += call.name + " ; ";
    }
    return out + format(query->pipeline);
}

void check_rows(std::span<const Row> rows, const CheckOptions& options = {}) {
    for (const auto& row : rows) {
        auto got = checked_text(row.text, options);
        if (row.checked[0] == '!') {
            EXPECT_THAT(got, testing::StartsWith("!")) << row.text;
            EXPECT_THAT(got, testing::HasSubstr(row.checked + 1)) << row.text;
        } else {
            EXPECT_EQ(got, row.checked) << row.text;
        }
    }
}

TEST(Check, ShorthandsBecomeCalls) {
    check_rows(std::vector<Row>{
        {"x := sum(bytes)", "sum(field=bytes, as=\"x\")"},
        {"x := upper(y)", "upper(field=y, as=\"x\")"},
        {"x := upper(y) + 1", "x := upper(field=y) + 1"},
        {"x := in(y, values=[1])", "x := in(field=y, values=[1])"},
        {"t := array:dedup(a)", "array:dedup(array=a, asArray=\"t\")"},
        {"f =~ replace(a, with=b)", "replace(regex=a, with=b, field=\"f\")"},
        {"f =~ wildcard(a*)", "wildcard(pattern=a*, field=[\"f\"])"},
        {"f =~ !in([a])", "NOT in(values=[a], field=\"f\")"},
        {"[count(), m := MAX(x)]", "stats(function=[count(), max(field=x, as=\"m\")])"},
        {"GROUPBY(a)", "groupBy(field=[a])"},
        {"f match { in(values=[1]) => * }", "f match { in(values=[1], field=\"f\") => * }"},
        {"x := table(y)", "!1:1: the result of table() cannot be assigned"},
        {"f =~ count()", "count(field=\"f\")"},
        {"f =~ test(a)", "!has no parameter `field`"},
        {"f =~ in(field=g, values=[1])", "!1:9: parameter `field` of in() is given twice"},
    });
}

TEST(Check, ArgumentsFitTheirTypes) {
    check_rows(std::vector<Row>{
        {"head(5) | sort(x, order=DESC, limit=MAX)",
         "head(limit=5) | sort(field=[x], order=[desc], limit=max)"},
        {"parseJson(excludeEmpty=\"True\")", "parseJson(excludeEmpty=\"true\")"},
        {"array:length(\"a[]\")", "array:length(array=\"a\")"},
        {"rename([a,b])", "rename(field=[[a, b]])"},
        {"array:exists(a, condition=if(b, then=true, else=false))",
         "array:exists(array=a, condition={ "
         "test(expression=if(condition=b, then=true, else=false)) })"},
        {"head(many)", "!1:6: `limit` takes a number or `max`, but found `many`"},
        {"sort(x, order=up)", "!1:15: `order` takes one of desc, asc,"},
        {"bucket(span=often)", "!1:13: `span` takes a duration such as 15min"},
        {"bucket(span=1d@d)", "!1:13: `span` takes a duration"},
        {"parseJson(excludeEmpty=maybe)", "!1:24: `excludeEmpty` takes true or false"},
        {"rename([a,b,c])", "!`field` takes pairs"},
        {"upper([a,b])", "!`field` takes one value, not a list"},
        {"in(a)", "!1:1: in() needs its parameter `values`"},
        {"groupBy(a, function=upper(b))", "!1:21: upper() is no aggregate function"},
        {"x > abc", "!1:5: expected a number, but found `abc`"},
        {"400 > status", "!1:7: expected a number"},
        {"x := count() + 1", "!1:6: count() gives no value inside an expression"},
        {"x := [a]", "!expected an expression that gives one value"},
    });
}

TEST(Check, PlacesAreEnforced) {
    check_rows(std::vector<Row>{
        {"setTimeInterval(start=1d) | defineTable({a}, name=t, include=*) | b",
         "setTimeInterval ; defineTable ; b"},
        {"a | setTimeInterval(start=1d)", "!1:5: setTimeInterval() must come first"},
        {"defineTable({a}, name=t, include=*) | setTimeInterval(start=1d)", "!must be the first"},
        {"setTimeInterval(start=1d) | setTimeInterval(start=1d)", "!must be the first step"},
        {"join({setTimeInterval(start=1d)}, field=x)", "!must come first"},
        {"count() | foo", "!1:11: free text searches events as they are stored"},
        {"count() | x=foo | *", "count() | x=foo | *"},
        {"count() | ?{p=\"*\"}", "count() | \"*\""},
        {"count() | case { foo ; * }", "!free text"},
        {"groupBy(a, function={ foo | count() })",
         "groupBy(field=[a], function={ foo | count() })"},
        {"groupBy(a, function={ foo })", "!a pipeline that stands for an aggregate must"},
        {"case { count() }", "!1:8: count() makes rows"},
        {"a match { b => groupBy(c) }", "!groupBy() makes rows"},
        {"a OR groupBy(b)", "!1:6: groupBy() is no filter"},
        {"not upper(b)", "!upper() is no filter"},
        {"!sample(5)", "!sample() cannot be negated"},
        {"neighbor(x)", "!1:1: neighbor() must come after an aggregate"},
        {"head() | neighbor(x)", "head() | neighbor(include=[x])"},
        {"head() | groupBy(k, function=accumulate(sum(x)))",
         "head() | groupBy(field=[k], function=accumulate(function=sum(field=x)))"},
        {"count() | eventFieldCount()", "!must come before the first aggregate"},
        {"a OR b=/(?<x>.)/", "!1:8: a regular expression inside OR or NOT cannot extract"},
        {"!/(?<x>.)/", "!cannot extract"},
        {"a OR b=/(?:.)\\(?<x>/", "a OR b=/(?:.)\\(?<x>/"},
        {"a (b=/(?<x>.)/)", "a AND b=/(?<x>.)/"},
        {"u <=> F.u", "!1:1: links with `<=>` stand only"},
        {"copyEvent(a)", "!copyEvent() runs only in parsers"},
    });
    CheckOptions parser;
    parser.context = Context::kParser;
    check_rows(
        std::vector<Row>{
            {"copyEvent(a) | foo", "copyEvent(type=a) | foo"},
            {"count()", "!count() cannot run in a parser"},
            {"x := start()", "!start() cannot run in a parser"},
            {"join({a}, field=b)", "!join() cannot run in a parser"},
        },
        parser);
}

TEST(Check, AFilterGoesBehindThePreamble) {
    for (auto [text, end] : {std::pair("a | count()", 0U),
                             {"setTimeInterval(start=1d) | b", 25U},
                             {"/* x */ setTimeInterval(1d)", 27U},
                             {"defineTable({a | b}, name=t, include=*)\n| c", 39U},
                             {"setTimeInterval(1d) | defineTable({a}, name=t, include=*)", 57U},
                             {"", 0U},
                             {"( |", 0U}})
        EXPECT_EQ(preamble_end(text), end) << text;
}

TEST(Check, ParametersAreTextAndNothingElse) {
    CheckOptions options;
    options.arguments = {{"p", {"/re/ | count()"}}, {"many", {"a", "b"}}, {"n", {"5"}}};
    check_rows(
        std::vector<Row>{
            {"f=?p", "f=\"/re/ | count()\""},
            {"?p", "\"/re/ | count()\""},
            {"y := ?p", "y := \"/re/ | count()\""},
            {"f match { ?p => * }", "f match { \"/re/ | count()\" => * }"},
            {"in(f, values=?many)", "in(field=f, values=[\"a\", \"b\"])"},
            {"in(f, values=[x, ?many])", "in(field=f, values=[x, \"a\", \"b\"])"},
            {"f=?many", "!1:3: the parameter `?many` has 2 values"},
            {"head(?n) | x > ?n", "head(limit=\"5\") | x>\"5\""},
            {"head(?p)", "!`limit` takes a number"},
            {"f=?q", "!1:3: the parameter `?q` has no value and no default"},
            {"f=?q | ?{q=\"*\"}", "f=\"*\" | \"*\""},
            {"f=?{p=x}", "f=\"/re/ | count()\""},
            {"f=?{q=x} g=?{q=y}", "f=\"x\" AND g=\"x\""},
        },
        options);
    options.allow_missing_arguments = true;
    check_rows(std::vector<Row>{{"f=?q | head(?q) | x > ?q", "f=\"\" | head(limit=\"\") | x>\"\""}},
               options);
}

TEST(Check, SavedQueriesAreSpliced) {
    std::map<std::string, std::string, std::less<>> texts = {
        {"errors", "| level=error | x=?{x=1}"},
        {"scope/pkg:outer", "$errors(x=?y) | count()"},
        {"inner", "x=?q"},
        {"middle", "$inner()"},
        {"loop", "a | $loop()"},
        {"ping", "$pong()"},
        {"pong", "$ping()"},
        {"deep10", "x=1"},
        {"broken", "a | b="},
        {"free", "text"},
    };
    for (int i = 0; i < 10; ++i)
        texts["deep" + std::to_string(i)] = "$deep" + std::to_string(i + 1) + "()";
    CheckOptions options;
    options.arguments = {{"y", {"z"}}};
    options.saved_query = [&](std::string_view name) -> std::optional<std::string> {
        auto found = texts.find(name);
        if (found == texts.end()) return std::nullopt;
        return found->second;
    };
    check_rows(
        std::vector<Row>{
            {"$errors()", "level=error | x=\"1\""},
            {"a | $errors(x=2) | b", "a | level=error | x=\"2\" | b"},
            {"$scope/pkg:outer()", "level=error | x=\"z\" | count()"},
            {"$scope/pkg:outer(y=w)", "level=error | x=\"w\" | count()"},
            {"case { $errors() ; * }", "case { level=error | x=\"1\" ; * }"},
            {"case { $scope/pkg:outer() ; * }", "!count() makes rows"},
            {"$inner(q=1)", "x=\"1\""},
            {"?{q=5} | $inner()", "\"5\" | x=\"5\""},
            {"$middle(q=1)", "!the parameter `?q` has no value"},
            {"$none()", "!1:1: there is no saved query `none`"},
            {"$loop()", "!the saved query `loop` uses itself"},
            {"$ping()", "!the saved query `ping` uses itself"},
            {"$deep0()", "!more than 10 saved queries inside one another"},
            {"$deep1()", "x=1"},
            {"x | $broken()", "!1:5: in the saved query `broken`: 1:7: expected a value"},
            {"count() | $free()", "!1:11: in the saved query `free`: free text"},
        },
        options);
    EXPECT_THAT(compile("$scope/pkg:outer() | $errors()", options)->saved_queries,
                testing::ElementsAre("scope/pkg:outer", "errors"));
}

TEST(Check, FunctionsMayBeMissing) {
    CheckOptions options;
    options.is_built = [](std::string_view name) { return name != "worldMap"; };
    auto query = compile("a | worldmap(ip=b)", options);
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().code, Code::kUnsupported);
    EXPECT_EQ(query.error().message, "worldMap() is not supported yet");
    EXPECT_EQ(query.error().span, (Span{4, 12}));
    EXPECT_TRUE(compile("count()", options));
}

TEST(Check, FindsTheFirstAggregate) {
    EXPECT_EQ(compile("a | b")->first_aggregate, 2);
    EXPECT_FALSE(compile("a | b")->is_aggregate());
    EXPECT_EQ(compile("setTimeInterval(start=1d) | a | count() | sort(x)")->first_aggregate, 1);
    EXPECT_EQ(compile("createEvents([\"a\"]) | count()")->first_aggregate, 0);
}

TEST(BoundCall, ReadsArguments) {
    auto query = compile(
        "groupBy([a,b], function=[count(distinct=true), {x=1 | n := sum(y)}], limit=max)"
        "| percentile(z, percentiles=[1,2.5]) | top(a) | collect([q, r])");
    ASSERT_TRUE(query);
    auto call = [&](std::size_t i) { return BoundCall(*query->pipeline.steps[i].as<Call>()); };
    EXPECT_THAT(call(0).fields("field"), testing::ElementsAre("a", "b"));
    EXPECT_EQ(call(0).limit("limit", 1'000'000), 1'000'000);
    auto parts = call(0).aggregates("function");
    ASSERT_EQ(parts.size(), 2);
    EXPECT_TRUE(BoundCall(*parts[0].call).boolean("distinct"));
    EXPECT_EQ(BoundCall(*parts[0].call).text("as"), "_count");
    ASSERT_TRUE(parts[1].composite);
    EXPECT_EQ(BoundCall(*parts[1].composite->steps[1].as<Call>()).text("as"), "n");
    EXPECT_THAT(call(1).numbers("percentiles"), testing::ElementsAre(1, 2.5));
    EXPECT_EQ(call(1).number("accuracy"), 0.01);
    EXPECT_FALSE(call(1).has("as"));
    EXPECT_THAT(call(2).numbers("limit"), testing::ElementsAre(10));
    EXPECT_EQ(call(2).optional_text("rest"), std::nullopt);
    EXPECT_EQ(call(2).text("as", "_other"), "_other");
    EXPECT_EQ(call(3).text("separator"), "\n");
    EXPECT_TRUE(call(3).boolean("multival"));
    EXPECT_EQ(call(3).span_of("fields").begin, 135);
}

}  // namespace
}  // namespace logwood::lang
