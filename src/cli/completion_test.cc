#include "cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace logwood::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// An app of one nested verb, with every kind of option.
class CompletionTest : public ::testing::Test {
 protected:
    void SetUp() override {
        auto* verb = app_.add_subcommand("verb", "It's a verb");
        auto* leaf = verb->add_subcommand("leaf", "A leaf");
        leaf->add_option("place", place_)->required();
        leaf->add_option("-f,--format", format_, "How")->check(CLI::IsMember({"json", "text"}));
        leaf->add_option("--name", name_, "Any");
        leaf->add_flag("--quick", quick_, "Fast");
    }

    CLI::App app_{"", "logwood"};
    std::string place_, format_, name_;
    bool quick_ = false;
};

TEST_F(CompletionTest, BashKnowsVerbsOptionsAndValues) {
    auto script = completion_script(app_, "bash");
    EXPECT_THAT(script, HasSubstr("\"logwood verb\") echo \"leaf\" ;;"));
    EXPECT_THAT(script, HasSubstr("\"logwood verb leaf --format\") echo \"json text\" ;;"));
    EXPECT_THAT(script, HasSubstr("\"logwood verb leaf -f\") echo \"json text\" ;;"));
    EXPECT_THAT(script, HasSubstr("\"logwood verb leaf --name\") echo \"\" ;;"));
    EXPECT_THAT(script, HasSubstr("--quick"));
    EXPECT_THAT(script, Not(HasSubstr("leaf --quick\")")));
    EXPECT_THAT(script, Not(HasSubstr("place")));
    EXPECT_EQ(completion_script(app_, "zsh"), script);
}

TEST_F(CompletionTest, FishKnowsThemToo) {
    auto script = completion_script(app_, "fish");
    EXPECT_THAT(script, HasSubstr("\"__logwood_at ''\" -f -a verb -d 'It\\'s a verb'"));
    EXPECT_THAT(script,
                HasSubstr("\"__logwood_at ' verb leaf'\" -s f -l format -x -a 'json text'"));
    EXPECT_THAT(script, HasSubstr("-l name -r"));
}

TEST_F(CompletionTest, OtherShellsHaveNone) { EXPECT_EQ(completion_script(app_, "sh"), ""); }

}  // namespace
}  // namespace logwood::cli
