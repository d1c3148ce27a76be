// Random queries come back from their canonical text as the same trees. The trees are compared by a
// rendering of their own, that shares nothing with the formatter.
#include <gtest/gtest.h>

#include <random>

#include "lang/dump_test.h"
#include "lang/format.h"
#include "lang/parser.h"

namespace logwood::lang {
namespace {

/// Writes random queries: nested, with odd names and values.
class Writer {
 public:
    explicit Writer(unsigned seed) : random_(seed) {}

    std::string query() {
        std::string out;
        for (auto i = below(4) + 1; i > 0; --i) {
            if (!out.empty()) out += pick({" | ", "|", "\n| ", " // note | x\n| "});
            out += step(3);
        }
        return out;
    }

 private:
    std::size_t below(std::size_t limit) { return random_() % limit; }
    std::string pick(const std::vector<std::string>& of) { return of[below(of.size())]; }

    std::string field() {
        return pick({"a", "b.c", "#type", "@timestamp", "x[0].y", "\"two words\"", "\"and\"",
                     "\"q\\\"uote\"", "status", "\"\"", "e-mail", "\"a=b\"", "snake_case"});
    }
    std::string value() {
        return pick({"1",        "-5",       "1.5e3",   "word",         "w*ld",
                     "*",        "\"*\"",    "\"a b\"", "\"\\\\\"",     "\"x\\ny\"",
                     "\"it's\"", "?p",       "?{p=1}",  "?{q=\"a b\"}", "/re(?<g>x)/i",
                     "/a\\/b/",  "/[/]/dgm", "/x/F",    "a.b.c",        "1.2.3.4",
                     "é",        "\"not\"",  "\"\"",    "in",           "\"?\"",
                     "\"//x\"",  "http",     "C:",      "a-b",          "~x"});
    }
    std::string filter(int depth) {
        if (depth > 0 && below(2) == 0) {
            auto left = filter(depth - 1);
            auto right = filter(depth - 1);
            switch (below(5)) {
                case 0:
                    return left + " and " + right;
                case 1:
                    return left + " OR " + right;
                case 2:
                    return left + " " + right;
                case 3:
                    return pick({"not ", "!", "NOT "}) + left;
                default:
                    return "(" + left + ")";
            }
        }
        switch (below(7)) {
            case 0:
                return value();
            case 1:
                return pick({"true", "false"});
            case 2:
                return "in(" + field() + ", values=[" + value() + ", " + value() + "])";
            case 3:
                return "test(" + expr(2) + ")";
            case 4:
                return field() + " =~ regex(\"a|b\")";
            default:
                return field() + pick({"=", "!=", " = ", "<", " >= ", " like ", "=~"}) + value();
        }
    }
    std::string expr(int depth) {
        if (depth > 0 && below(3) > 0) {
            switch (below(6)) {
                case 0:
                    return "(" + expr(depth - 1) + ")";
                case 1:
                    return pick({"-", "!"}) + expr(depth - 1);
                case 2:
                    return "if(" + expr(depth - 1) + ", then=" + expr(depth - 1) +
                           ", else=" + expr(depth - 1) + ")";
                default:
                    return expr(depth - 1) +
                           pick({" + ", "-", " - ", " * ", "/", " % ", " == ", "!=", " < ", ">="}) +
                           expr(depth - 1);
            }
        }
        return pick({"a", "b.c", "1", "2.50", "\"text\"", "\"q\\\"\"", "true", "false", "?p",
                     "lower(a)", "length(field=b)", "x"});
    }
    std::string call() {
        switch (below(9)) {
            case 0:
                return "count(" + pick({"", "a", "a, distinct=true", "as=n"}) + ")";
            case 1:
                return "groupBy([" + field() + ", b], function=[sum(x), n := count()], limit=max)";
            case 2:
                return "top(" + field() + ", limit=" + pick({"3", "\"4\""}) + ")";
            case 3:
                return "eval(" + pick({"a", "z"}) + " = " + expr(3) + ")";
            case 4:
                return "join({" + filter(1) + " | " + field() + "=1}, field=k, include=[a, b])";
            case 5:
                return "rename([[a, b], [c, d]])";
            case 6:
                return "timeChart(span=5m, series=" + field() + ", function=avg(x))";
            case 7:
                return "format(\"%s: %s\", field=[a, " + field() + "], as=m)";
            default:
                return "stats([min(a), {" + filter(1) + " | max(b)}])";
        }
    }
    std::string step(int depth) {
        if (depth > 0 && below(4) == 0) {
            std::string out = below(2) == 0 ? "case {" : field() + " match {";
            bool is_case = out.starts_with("case");
            for (auto i = below(3) + 1; i > 0; --i) {
                if (!out.ends_with("{")) out += " ;";
                if (!is_case)
                    out += " " + pick({"*", "a*", "\"x y\"", "/r/i", "in(values=[1])"}) + " =>";
                out += " " + step(depth - 1);
                if (below(3) == 0) out += " | " + step(depth - 1);
            }
            return out + " }";
        }
        switch (below(6)) {
            case 0:
                return call();
            case 1:
                return pick({"a", "\"two words\"", "x[0]", "`dyn`"}) + " := " + expr(3);
            case 2:
                return pick({"[count(), sum(a)]", "$saved()", "$\"my query\"(p=\"1\")"});
            default:
                return filter(3);
        }
    }

    std::mt19937 random_;
};

TEST(FormatRandom, CanonicalTextsParseToTheSameTree) {
    std::size_t sound = 0;
    for (unsigned seed = 0; seed < 20'000; ++seed) {
        auto text = Writer(seed).query();
        auto query = parse(text);
        if (!query) continue;
        ++sound;
        auto once = format(*query);
        auto again = parse(once);
        ASSERT_TRUE(again) << text << "\n--\n" << once << "\n" << render(again.error(), once);
        ASSERT_EQ(dump(*again), dump(*query)) << text << "\n--\n" << once;
        ASSERT_EQ(format(*again), once);
        auto kept = format_text(text);
        ASSERT_TRUE(kept);
        auto back = parse(*kept);
        ASSERT_TRUE(back) << text << "\n--\n" << *kept;
        ASSERT_EQ(dump(*back), dump(*query)) << text << "\n--\n" << *kept;
        ASSERT_EQ(back->comments.size(), query->comments.size()) << text;
    }
    EXPECT_GT(sound, 5'000U);
}

}  // namespace
}  // namespace logwood::lang
