#include "lang/parser.h"

#include <span>

#include "lang/format.h"

namespace logwood::lang {
namespace {

struct Row {
    const char* text;
    const char* canonical;  // Starts with `!`: the message must contain the rest.
};

std::string canonical(std::string_view text) {
    auto query = parse(text);
    return query ? format(query->pipeline) : "!" + render(query.error(), text);
}

void check_rows(std::span<const Row> rows) {
    for (const auto& row : rows) {
        auto got = canonical(row.text);
        if (row.canonical[0] == '!') {
            EXPECT_THAT(got, testing::StartsWith("!")) << row.text;
            EXPECT_THAT(got, testing::HasSubstr(row.canonical + 1)) << row.text;
            continue;
        }
        EXPECT_EQ(got, row.canonical) << row.text;
        EXPECT_EQ(canonical(got), row.canonical) << "formatted again: " << row.text;
    }
}

TEST(Parser, OrBindsTighterThanAnd) {
    check_rows(std::vector<Row>{
        {"a b or c", "a AND (b OR c)"},
        {"a or b and c", "(a OR b) AND c"},
        {"foo or not bar and baz", "(foo OR NOT bar) AND baz"},
        {"not foo bar", "NOT foo AND bar"},
        {"foo not status=200", "foo AND NOT status=200"},
        {"a OR b Or c", "a OR b OR c"},
        {"(a b) or c", "(a AND b) OR c"},
        {"not (a or b)", "NOT (a OR b)"},
        {"!a !!b not !c", "NOT a AND b AND c"},
        {"!in(a, values=[1])", "NOT in(field=a, values=[1])"},
        {"true or false", "true OR false"},
        {"foo < 42 + 3", "foo<42 AND + AND 3"},
        {"url = \"/a/*\" OR \"/b/*\"", "url=\"/a/*\" OR \"/b/*\""},
    });
}

TEST(Parser, FiltersTakeTextOnTheRight) {
    check_rows(std::vector<Row>{
        {"a=b", "a=b"},
        {"a = \"b c\"", "a=\"b c\""},
        {"a!=b-c*", "a!=b-c*"},
        {"\"host-name\"=x", "\"host-name\"=x"},
        {"a like b", "a like b"},
        {"a like /x/i", "a=/x/i"},
        {"x > -5 y<=1e3", "x>-5 AND y<=1e3"},
        {"f =~ /re/", "f=/re/"},
        {"f =~ in(values=[1])", "f =~ in(values=[1])"},
        {"f =~ !in([1,2])", "NOT f =~ in(values=[1, 2])"},
        {"200 = status", "200=status"},
        {"a[0].b[1]=c", "a[0].b[1]=c"},
        {"foo=m/x/i", "foo=m/x/i"},
        {"test=x start=y", "test=x AND start=y"},
        {"a=?p", "a=?p"},
        {"?{p=*} b=?p", "?p AND b=?p"},
        {"FileName=net.exe (a=1 OR b=2)", "FileName=net.exe AND (a=1 OR b=2)"},
        {"x=count (a)", "x=count AND a"},
        {"a=\xC3\xA6\xC3\xB8 \xE6\x97\xA5\xE6\x9C\xAC",
         "a=\xC3\xA6\xC3\xB8 AND \xE6\x97\xA5\xE6\x9C\xAC"},
    });
}

TEST(Parser, WordsSlashesAndComments) {
    check_rows(std::vector<Row>{
        {"https://www.example.com/", "https://www.example.com/"},
        {"https: //www", "https:"},
        {"a /* b */ c // d", "a AND c"},
        {"/x\\/y/i", "/x\\/y/i"},
        {"f=/[^\\\\/]*$/", "f=/[^\\\\\\/]*$/"},
        {"f=/[-/][ix]\\s/", "f=/[-\\/][ix]\\s/"},
        {"f=/a/b/i or c", "f=/a\\/b/i OR c"},
        {"f=//i", "f=//i"},
        {"a := m/x/i", "a := m / x / i"},
        {"a\xC2\xA0=\xC2\xA0"
         "b\xC2\xA0"
         "c",
         "a=b AND c"},
        {"\xEF\xBB\xBF"
         "a",
         "a"},
        {"\"a\\\"b\\\\c\\d\"", "\"a\\\"b\\\\c\\\\d\""},
        {"\"two\nlines\"", "\"two\\nlines\""},
        {"a /iF/", "a AND /iF/"},
        {"x=/re/iF", "x=/re/iF"},
        {"https://", "!1:1: an unquoted text may not end in `//`"},
        {"f=/abc", "!1:3: this regular expression is never closed"},
        {"f=\"abc", "!1:3: this double quote is never closed"},
        {"f=/a/x", "!1:3: this regular expression is never closed"},
    });
}

TEST(Parser, PipesMayLeadTrailAndBeMissing) {
    check_rows(std::vector<Row>{
        {"", ""},
        {"// nothing", ""},
        {"| a | b |", "a | b"},
        {"// c\n| a", "a"},
        {"ERROR groupBy(host)", "ERROR | groupBy(field=[host])"},
        {"a=1 b groupby(x) sort(y)", "a=1 AND b | groupby(field=[x]) | sort(field=[y])"},
        {"groupBy(a)\nx := y/2\nsort(x)", "groupBy(field=[a]) | x := y / 2 | sort(field=[x])"},
        {"x := 1\ny := 2", "x := 1 | y := 2"},
        {"count() foo", "!1:9: expected `|`"},
        {"x := 1 y", "!1:8: expected `|`"},
        {"a | | b", "!1:5: expected a filter"},
        {"a )", "!1:3: expected `|` or the end of the query, but found `)`"},
        {"rootURL := \"x\" ;\n| a", "rootURL := \"x\" | a"},
    });
}

TEST(Parser, AssignmentsAndExpressions) {
    check_rows(std::vector<Row>{
        {"x := a + b * c - d", "x := a + (b * c) - d"},
        {"x := -a*!b", "x := -a * !b"},
        {"x := (now()*1000)-Start", "x := (now() * 1000) - Start"},
        {"x := a - b - c", "x := a - b - c"},
        {"x := a - (b - c)", "x := a - (b - c)"},
        {"x := a == b", "x := a == b"},
        {"x := a < b == c", "!1:12: expected `|`"},
        {"x := \"text\"", "x := \"text\""},
        {"a[0].b := 1.50", "a[0].b := 1.50"},
        {"\"my field\" := TRUE", "\"my field\" := true"},
        {"`f` := 1", "`f` := 1"},
        {"y := ?x", "y := ?x"},
        {"x := if(a==1, then=\"b\", else=c)", "x := if(condition=a == 1, then=\"b\", else=c)"},
        {"x := /re/i", "!1:6: expected an expression"},
        {"x := foo == /x/i", "!1:13: expected an expression"},
        {"x := ", "!1:6: expected an expression, but the query ends here"},
        {"[count(), n := max(x)]", "[count(), n := max(field=x)]"},
    });
}

TEST(Parser, ArgumentsReadByTheTypeOfTheirParameter) {
    check_rows(std::vector<Row>{
        {"in(f, values=[4*, *Written, *])", "in(field=f, values=[4*, *Written, *])"},
        {"test(x*x > 4)", "test(expression=(x * x) > 4)"},
        {"wildcard(pattern=*h*rse*, field=a)", "wildcard(pattern=*h*rse*, field=[a])"},
        {"groupBy([a,b], function=[count(), n := max(x)], limit=max)",
         "groupBy(field=[a, b], function=[count(), n := max(field=x)], limit=max)"},
        {"groupBy(a, b)", "groupBy(field=[a, b])"},
        {"table([a[0], b])", "table(fields=[a[0], b])"},
        {"groupBy(k, function=([count(), avg(x)]))",
         "groupBy(field=[k], function=[count(), avg(field=x)])"},
        {"groupBy(k, function={ s>499 | count(as=e) })",
         "groupBy(field=[k], function={ s>499 | count(as=e) })"},
        {"session(maxpause=15m, count())", "session(maxpause=15m, function=count())"},
        {"bucket(1 hour)", "bucket(span=\"1 hour\")"},
        {"setTimeInterval(start=7d@d, end=now)", "setTimeInterval(start=7d@d, end=now)"},
        {"formatTime(format=%T, as=t)", "formatTime(format=%T, as=t)"},
        {"rename([[a,b],[c,d]])", "rename(field=[[a, b], [c, d]])"},
        {"eval(a=1+2, \"b c\"=d)", "eval(a=1 + 2, \"b c\"=d)"},
        {"math:mod(x, 3, as=r)", "math:mod(field=x, divisor=3, as=r)"},
        {"array:exists(\"p[]\", condition=in(p, values=[1]))",
         "array:exists(array=\"p[]\", condition={ in(field=p, values=[1]) })"},
        {"selfJoinFilter(s, where=[{a=1},{b=2}])",
         "selfJoinFilter(field=[s], where=[{ a=1 }, { b=2 }])"},
        {"correlate(F: {a=1} include:[ip], \"S\": {b=2 | u <=> F.user}, within=10m)",
         "correlate(F: { a=1 } include: [ip], S: { b=2 | u <=> F.user }, within=10m)"},
        {"join(query={$a/b-c:d()}, field=x)", "join(query={ $\"a/b-c:d\"() }, field=[x])"},
        {"count (x)", "count(field=x)"},
        {"kvParse(field=?{f=\"a b\"})", "kvParse(field=[?f])"},
    });
}

TEST(Parser, CaseAndMatch) {
    check_rows(std::vector<Row>{
        {"case { a=1 | b := 2 ; * ; }", "case { a=1 | b := 2 ; * }"},
        {"case { | a ; | b }", "case { a ; b }"},
        {"case { }", "case { }"},
        {"case { a ; ; b }", "!1:12: expected a clause"},
        {"f match { \"x*\" => a := 1 ; in(values=[1]) => * ; /r/i => c ; ?p => d ; * => e }",
         "f match { \"x*\" => a := 1 ; in(values=[1]) => * ; /r/i => c ; ?p => d ; * => e }"},
        {"#e match { 1 => *; ** => * ; }", "#e match { 1 => * ; ** => * }"},
        {"f match { a => }", "!1:16: expected a step after `=>`"},
        {"f match { => a }", "!1:11: expected a value"},
        {"case { a", "!1:9: expected `;` or the `}` of the case, but the query ends here"},
    });
}

TEST(Parser, SavedQueries) {
    check_rows(std::vector<Row>{
        {"$name()", "$\"name\"()"},
        {"$\"a b\"(x=\"1\", y=[a,b], z=?p) | c", "$\"a b\"(x=\"1\", y=[a, b], z=?p) | c"},
        {"case { $falcon/helper:enrich(field=X) ; * }",
         "case { $\"falcon/helper:enrich\"(field=X) ; * }"},
        {"$name", "!1:6: expected `(`"},
    });
}

TEST(Parser, ErrorsSayWhere) {
    check_rows(std::vector<Row>{
        {"a = | b", "!1:5: expected a value, but found `|`"},
        {"a\n  == b", "!2:3: expected `=`"},
        {"a !~ b", "!1:3: expected `=`"},
        {"host-name=x", "!1:1: `host-name` is no field name"},
        {"test", "!1:1: `test` is a reserved word"},
        {"and b", "!1:1: `and` is a reserved word"},
        {"foo | grupBy(x)", "!1:7: unknown function `grupBy`; did you mean `groupBy`?"},
        {"count(fild=x)", "!1:7: count() has no parameter `fild`; it has field, distinct, as"},
        {"count(x, field=y)", "!1:10: parameter `field` of count() is given twice"},
        {"parseCsv(columns=[a,b)", "!1:22: expected `]`"},
        {"count(", "!1:7: expected a value, but the query ends here"},
        {"'x'", "!1:1: expected a filter or a function, but found `'`"},
        {"a b=c x-y := 3", "!1:7: an assignment is a step of its own"},
    });
}

TEST(Parser, CaretsStandUnderTheSpan) {
    auto text = "a=1\n| count(x, fild=y)";
    EXPECT_EQ(render(parse(text).error(), text),
              "2:12: count() has no parameter `fild`; it has field, distinct, as\n"
              "  | count(x, fild=y)\n"
              "             ^^^^");
}

std::string repeat(std::string_view unit, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += unit;
    return out;
}

TEST(Parser, NestingHasALimit) {
    for (auto open : {"(",
                      "!(",
                      "case{",
                      "f match{a=>",
                      "x:=(",
                      "x:=-",
                      "x:=if(",
                      "in(a,values=[",
                      "[",
                      "[a:=",
                      "groupBy(a,function=",
                      "groupBy(a,function={",
                      "join({",
                      "selfJoin(x,where=[{",
                      "rename([",
                      "stats((",
                      "drop((",
                      "x := [",
                      "array:exists(a,condition=",
                      "correlate(a:{"}) {
        auto text = repeat(open, 50'000);
        auto query = parse(text);
        ASSERT_FALSE(query) << open;
    }
    EXPECT_EQ(parse(repeat("(", 5000) + "a").error().code, Code::kTooLarge);
    EXPECT_EQ(parse("x := " + repeat("a+", 5000) + "a").error().code, Code::kTooLarge);
    EXPECT_TRUE(parse("x := " + repeat("a+", 900) + "a"));
    EXPECT_TRUE(parse(repeat("(", 250) + "a" + repeat(")", 250)));
    EXPECT_TRUE(parse(repeat("!", 100'000) + "a"));
}

TEST(Parser, LongTextsTakeLinearTime) {
    auto terms = "a" + repeat(" or b", 200'000);
    auto query = parse(terms);
    ASSERT_TRUE(query);
    EXPECT_EQ(query->pipeline.steps[0].as<Filter>()->as<Or>()->operands.size(), 200'001);
    EXPECT_TRUE(parse(repeat("a=\"b\" ", 30'000)));
    EXPECT_TRUE(parse(repeat("a|", 30'000)));
    EXPECT_TRUE(parse(repeat("a /* c */ ", 30'000)));
    EXPECT_TRUE(parse("in(a, values=[" + repeat("b,", 30'000) + "b])"));
    EXPECT_TRUE(parse("a=\"" + repeat("x", 1'000'000) + "\""));
    EXPECT_FALSE(parse(repeat("/a", 200'000)));
    EXPECT_FALSE(parse(repeat("a=//", 200'000) + "a"));
    EXPECT_FALSE(parse(repeat("\"\"\"a", 30'001)));
}

}  // namespace
}  // namespace logwood::lang
