#include "exec/lookup/lookup_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "exec/limits.h"
#include "exec/lookup/test_lookups.h"
#include "exec/parser_program.h"

namespace logwood::exec {
namespace {

/// The table in one line: columns, then rows, `-` for a value that is not there.
std::string shown(const LookupTable& table) {
    std::string out;
    for (auto& column : table.columns()) out += "[" + column + "]";
    for (std::size_t row = 0; row < table.rows(); ++row) {
        out += " ";
        for (std::size_t i = 0; i < table.columns().size(); ++i) {
            auto text = table.value(row, i);
            out += model::is_missing(text) ? "-" : "[" + std::string(text) + "]";
        }
    }
    return out;
}

TEST(LookupTable, Reads) {
    const std::tuple<std::string, std::string, std::string> cases[] = {
        {"a.csv", "x,y\n1,2\n", "[x][y] [1][2]"},
        {"a.CSV", "x,y\r\n1,2\r\n", "[x][y] [1][2]"},
        {"a.csv", "x,y", "[x][y]"},
        {"a.csv", "\xEF\xBB\xBFx\n1", "[x] [1]"},
        {"a.csv", "\nx,y\n\n1, 2 \n\n3\n", "[x][y] [1][ 2 ] [3]-"},
        {"a.csv", "x,y\n,\n\"\",\"a\"\"b,\nc\"\n", "[x][y] [][] [][a\"b,\nc]"},
        {"a.csv", "x,y\na\"b,c\rd\n", "[x][y] [a\"b][c\rd]"},
        {"a.csv", "x\n\"1\"\r\n", "[x] [1]"},
        {"a.json", R"([{"a":"1","b":2},{"c":null,"b":[1,{"x":"y"}],"a":true}])",
         "[a][b] [1][2] [true]-"},
        {"a.json", R"({"k":{"v":"\u00e9"},"k":{"w":1e3}})", "[key][v][w] [k][é]- [k]-[1e3]"},
        {"a.json", R"({"k":{"key":"mine"}})", "[key] [k]"},
        {"a.json", R"({"k":{"a":"1","a":"2"}})", "[key][a] [k][2]"},
        {"a.json", "[]", ""},
        {"a.json", " {} ", "[key]"},
        {"a.json", "[{}]", " "},
    };
    for (auto& [name, content, expected] : cases) {
        auto table = LookupTable::parse(name, content);
        ASSERT_TRUE(table) << content << ": " << table.error().message;
        EXPECT_EQ(shown(**table), expected) << content;
    }
}

TEST(LookupTable, RefusesWhatIsBroken) {
    const std::tuple<std::string, std::string, std::string> cases[] = {
        {"a.txt", "x\n", "must end in .csv or .json"},
        {".csv", "x\n", "must end in .csv or .json"},
        {"a.csv", "", "empty"},
        {"a.csv", "\n\r\n", "empty"},
        {"a.csv", "x,,y\n", "line 1: a column has no name"},
        {"a.csv", "x,y,x\n", "line 1: two columns are named `x`"},
        {"a.csv", "x\n1\n2,3\n", "line 3: more values"},
        {"a.csv", "x,y\n1,2\n3,\"4\n5", "line 3: a quoted value has no end"},
        {"a.csv", "x\n\"1\"2\n", "line 2: there is text behind a quoted value"},
        {"a.csv", "x\n\xff\n", "UTF-8"},
        {"a.json", "", "empty"},
        {"a.json", "7", "an array of objects or an object of objects"},
        {"a.json", "[1]", "row 1: each row must be an object"},
        {"a.json", R"({"a":{"b":1},"c":2})", "row 2: each row must be an object"},
        {"a.json", R"([{"a":1})", ""},
        {"a.json", R"([{"a":1}] x)", ""},
        {"a.json", R"([{"a":nope}])", ""},
        {"a.json", R"([{"a":[1,}])", ""},
        {"a.json", "\xff", ""},
        {"a.json", R"({"a":)", ""},
    };
    for (auto& [name, content, part] : cases) {
        auto table = LookupTable::parse(name, content);
        ASSERT_FALSE(table) << content;
        EXPECT_EQ(table.error().code, Code::kInvalidArgument) << content;
        EXPECT_THAT(table.error().message, testing::HasSubstr(part)) << content;
    }
}

TEST(LookupTable, ColumnsAreLimited) {
    std::string header = "c0";
    for (std::size_t i = 1; i <= kLookupColumnsMax; ++i) header += ",c" + std::to_string(i);
    EXPECT_FALSE(LookupTable::parse("a.csv", header));
    std::string rows = "g\n";
    for (std::size_t i = 0; i <= kGlobRowsMax; ++i) rows += "x\n";
    auto table = LookupTable::parse("a.csv", rows);
    ASSERT_TRUE(table);
    auto index = (*table)->index({.columns = {0}, .mode = LookupMode::kGlob});
    ASSERT_FALSE(index);
    EXPECT_THAT(index.error().message, testing::HasSubstr("at most 20000"));
    EXPECT_FALSE((*table)->index({.columns = {0}, .mode = LookupMode::kGlob}));
}

/// The index against a map that remembers all rows of each key.
TEST(LookupIndex, FindsWhatAMapFinds) {
    std::mt19937 random(5);
    for (bool ignore_case : {false, true}) {
        std::string content = "a,b\n";
        std::map<std::pair<std::string, std::string>, std::vector<std::uint32_t>> rows;
        auto draw = [&] {
            std::string text(random() % 3, 'a');
            for (auto& c : text) c = static_cast<char>((random() % 2 ? 'a' : 'A') + random() % 3);
            return text;
        };
        auto folded = [&](std::string text) {
            if (ignore_case)
                for (auto& c : text) c = static_cast<char>(std::tolower(c));
            return text;
        };
        for (std::uint32_t row = 0; row < 500; ++row) {
            auto a = draw();
            auto b = draw();
            content += "\"" + a + "\",\"" + b + "\"\n";
            auto& list = rows[{folded(a), folded(b)}];
            list.insert(list.begin(), row);
        }
        auto table = LookupTable::parse("t.csv", content);
        ASSERT_TRUE(table);
        LookupKey key{.columns = {0, 1}, .ignore_case = ignore_case};
        auto index = (*table)->index(key);
        ASSERT_TRUE(index);
        EXPECT_EQ(*(*table)->index(key), *index) << "made twice";
        for (int i = 0; i < 2000; ++i) {
            auto a = draw();
            auto b = draw();
            auto expected = rows[{folded(a), folded(b)}];
            if (expected.size() > 4) expected.resize(4);
            std::string_view values[] = {a, b};
            std::vector<std::uint32_t> found;
            (*index)->find(values, 4, found);
            ASSERT_EQ(found, expected) << a << "," << b;
        }
        EXPECT_GT((*table)->memory(), content.size() / 4);
    }
}

/// Compiles and runs a parser script on one event.
std::string parsed(std::string_view script, const Lookups& lookups) {
    auto program = ParserProgram::compile(script, lookups);
    if (!program) return program.error().message;
    model::EventBatchBuilder builder;
    builder.add("uid", "1");
    builder.end_event(0);
    auto out = (*program)->run(builder.finish(), model::TagSet(), UtcTime());
    if (!out) return out.error().message;
    std::string text;
    for (std::size_t row = 0; row < out->events.rows(); ++row)
        for (auto& field : out->events.parts().fields)
            if (auto column = out->events.column(field, nullptr); !model::is_missing(column[row]))
                text += std::string(field) + "=" + std::string(column[row]) + " ";
    return text;
}

TEST(LookupsInParsers, MissingFilesChangeNothingAndNewOnesAreSeen) {
    EXPECT_EQ(parsed("match(file=\"u.csv\", field=uid, column=id)", {}), "uid=1 ");
    EXPECT_EQ(parsed("!match(file=\"u.csv\", field=uid, column=id)", {}), "uid=1 ");
    EXPECT_EQ(parsed("cidr(uid, file=\"u.csv\")", {}), "uid=1 ");
    EXPECT_EQ(parsed("!cidr(uid, file=\"u.csv\")", {}), "uid=1 ");
    auto lookups = lookups_of({{"u.csv", "id,name\n1,ann\n"}});
    EXPECT_EQ(parsed("match(file=\"u.csv\", field=uid, column=id)", lookups), "name=ann uid=1 ");
    EXPECT_EQ(parsed("!match(file=\"u.csv\", field=uid, column=id)", lookups), "");
    EXPECT_THAT(parsed("match(file=\"u.csv\", field=uid, column=nope)", lookups),
                testing::HasSubstr("@error_msg=match(): file `u.csv`: "));
    EXPECT_THAT(parsed("ipLocation(uid)", {}), testing::HasSubstr("needs a database of places"));

    auto name = std::make_shared<std::string>("ann");
    lookups.file = [name](std::string_view) {
        return std::make_shared<TestFile>("u.csv", "id,name\n1," + *name + "\n");
    };
    auto program = ParserProgram::compile("match(file=\"u.csv\", field=uid, column=id)", lookups);
    ASSERT_TRUE(program);
    for (std::string next : {"ann", "bob"}) {
        *name = next;
        model::EventBatchBuilder builder;
        builder.add("uid", "1");
        builder.end_event(0);
        auto out = (*program)->run(builder.finish(), model::TagSet(), UtcTime());
        ASSERT_TRUE(out);
        EXPECT_EQ(out->events.column("name", nullptr)[0], next);
    }
}

}  // namespace
}  // namespace logwood::exec
