#include "exec/lookup/made_table.h"

#include <gtest/gtest.h>

#include <string>

namespace logwood::exec {
namespace {

/// Rows `k=0 v=0`, `k=1` without v, `k=2 v=2`, and so on.
ResultRows rows_of(std::size_t count) {
    ResultRows rows{.fields = {"k", "v"}};
    for (std::size_t i = 0; i < count; ++i) {
        auto& row = rows.rows.emplace_back();
        row.values.emplace_back(0, std::to_string(i));
        if (i % 2 == 0) row.values.emplace_back(1, std::to_string(i));
    }
    return rows;
}

std::string text_of(const LookupTable& table) {
    std::string out;
    for (std::size_t row = 0; row < table.rows(); ++row)
        for (std::size_t column = 0; column < table.columns().size(); ++column) {
            auto text = table.value(row, column);
            out += table.columns()[column] + "=";
            out += model::is_missing(text) ? "-" : "[" + std::string(text) + "]";
            out += column + 1 < table.columns().size() ? " " : "; ";
        }
    return out;
}

TEST(MadeTable, MakesATableOfRows) {
    struct Case {
        MadeTableOptions options;
        std::string text;
        std::size_t warnings;
    };
    const Case cases[] = {
        {{.columns = {}}, "k=[0] v=[0]; k=[1] v=-; k=[2] v=[2]; ", 0},
        {{.columns = {"v", "x"}}, "v=[0] x=-; v=- x=-; v=[2] x=-; ", 0},
        {{.columns = {"k", "v"}, .filled = {"v"}}, "k=[0] v=[0]; k=[1] v=[]; k=[2] v=[2]; ", 0},
        {{.columns = {"k"}, .is_newest_first = true}, "k=[2]; k=[1]; k=[0]; ", 0},
        {{.columns = {"k"}, .rows_max = 2}, "k=[0]; k=[1]; ", 1},
        {{.columns = {"k"}, .rows_max = 2, .is_newest_first = true}, "k=[1]; k=[0]; ", 1},
        {{.columns = {"k"}, .rows_max = 1, .warns = false}, "k=[0]; ", 0},
    };
    for (auto& [options, text, warnings] : cases) {
        MadeTable table(options);
        EXPECT_EQ(table.knows_columns(), !options.columns.empty());
        EXPECT_EQ(table.table().error().code, Code::kInternal) << "it is not made yet";
        auto taken = table.take(rows_of(3));
        ASSERT_TRUE(taken) << taken.error().message;
        EXPECT_EQ(taken->size(), warnings);
        EXPECT_EQ(text_of(**table.table()), text);
    }
}

}  // namespace
}  // namespace logwood::exec
