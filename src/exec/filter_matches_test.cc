#include "exec/filter_matches.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace logwood::exec {
namespace {

/// `filter:start+length,...` of all that is found.
std::string found_in(std::string_view query, std::string_view field, std::string_view text) {
    FilterMatches matches(query, {{"p", {"ok"}}});
    std::string out;
    for (auto& found : matches.find(field, text)) {
        out += fmt::format("{}{}:", out.empty() ? "" : " ", found.filter);
        for (auto& range : found.ranges)
            out += fmt::format("{}{}+{}", out.ends_with(':') ? "" : ",", range.start, range.length);
    }
    return out;
}

TEST(FilterMatches, SayWhereFiltersFindWhatTheyWant) {
    struct Case {
        const char* query;
        const char* field;
        const char* text;
        const char* found;
    };
    const Case cases[] = {
        {"err", "@rawstring", "an err, another err", "0:3+3,16+3"},
        {"err", "message", "no err", "0:3+3"},
        {"err", "#type", "err", ""},
        {"err", "@id", "err", ""},
        {"err", "@rawstring", "ERR", ""},
        {"/e.r/i", "@rawstring", "ERR eer", "0:0+3,4+3"},
        {"a*c", "@rawstring", "x abc c", "0:2+1,4+1"},
        {"\"a.c\"", "@rawstring", "abc a.c", "0:4+3"},
        {"level=err*", "level", "error", "0:0+3"},
        {"level=err*", "level", "an error", ""},
        {"level=err*", "@rawstring", "error", ""},
        {"path=\"/x*y/z\"", "path", "/xxy/z", "0:0+2,3+3"},
        {"f=\"a*b\"", "f", "a\nb", "0:0+1,2+1"},
        {"f=a", "f", "ab", ""},
        {"f like \"b\"", "f", "abab", "0:1+1,3+1"},
        {"f=*", "f", "x", ""},
        {"*", "@rawstring", "x", ""},
        {"f!=a NOT f=a", "f", "a", ""},
        {"f=a OR f=b | b", "f", "b", "1:0+1 2:0+1"},
        {"f=/x*/", "f", "axxb", "0:1+2"},
        {"f=?p", "f", "ok", "0:0+2"},
        {"f=?missing", "f", "", ""},
        {"x | count() | f=a", "f", "a", ""},
        {"x", "f", "\xF0\x9F\x98\x80\xC3\xA9\xFFx", "0:4+1"},
        {"$saved() x", "f", "x", ""},
        {"(", "f", "(", ""},
    };
    for (auto& c : cases) EXPECT_EQ(found_in(c.query, c.field, c.text), c.found) << c.query;
}

}  // namespace
}  // namespace logwood::exec
