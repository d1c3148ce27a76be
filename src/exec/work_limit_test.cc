#include "exec/work_limit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "exec/query.h"
#include "model/batch_source.h"

namespace logwood::exec {
namespace {

using ::testing::HasSubstr;

TEST(WorkLimit, EndsWhatTakesTooLong) {
    EXPECT_FALSE(WorkLimit::is_over());
    EXPECT_TRUE(WorkLimit::check());
    WorkLimit limit(nullptr, 20ms);
    EXPECT_FALSE(WorkLimit::is_over());
    std::uint64_t calls = 0;
    while (!WorkLimit::is_over()) ++calls;
    EXPECT_GT(calls, 100U);
    EXPECT_TRUE(WorkLimit::is_over());
    auto checked = WorkLimit::check();
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, Code::kTooLarge);
    {
        WorkLimit inner(nullptr, 1h);
        EXPECT_FALSE(WorkLimit::is_over());
        EXPECT_TRUE(WorkLimit::check());
    }
    EXPECT_TRUE(WorkLimit::is_over());
}

TEST(WorkLimit, EndsWhatIsCancelled) {
    std::atomic<bool> cancelled{false};
    WorkLimit limit(&cancelled, 1h);
    EXPECT_FALSE(WorkLimit::is_over());
    EXPECT_TRUE(WorkLimit::check());
    cancelled = true;
    EXPECT_TRUE(WorkLimit::is_over());
    auto checked = WorkLimit::check();
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, Code::kCancelled);
}

TEST(WorkLimit, EndsWhatMakesTooMuchText) {
    WorkLimit limit(nullptr, 1h);
    WorkLimit::note_text(kWorkTextBytesMax);
    EXPECT_FALSE(WorkLimit::is_over());
    WorkLimit::note_text(1);
    EXPECT_TRUE(WorkLimit::is_over());
    auto checked = WorkLimit::check();
    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message, HasSubstr("1024 MiB"));
}

/// A batch of distinct texts that many functions need long for.
std::shared_ptr<const model::PlacedRecord> costly_record() {
    model::EventBatchBuilder builder;
    for (int i = 0; i < 2000; ++i) {
        auto text = std::string(400, 'a') + std::to_string(i);
        builder.add("@rawstring", text);
        builder.add("t", text);
        builder.end_event(i);
    }
    auto placed = std::make_shared<model::PlacedRecord>();
    placed->record.events = builder.finish();
    return placed;
}

/// Each of these takes minutes without a limit.
class CostlyQuery : public ::testing::TestWithParam<const char*> {};

TEST_P(CostlyQuery, EndsSoonWithAnError) {
    auto query = Query::compile(GetParam(), {});
    ASSERT_TRUE(query) << query.error().message;
    auto source = model::make_row_source(costly_record());
    auto partial = (*query)->start();
    {
        WorkLimit limit(nullptr, 50ms);
        auto scanned = (*query)->scan(*source, *partial);
        ASSERT_FALSE(scanned);
        EXPECT_THAT(scanned.error().message, HasSubstr("takes more than"));
    }
    std::atomic<bool> cancelled{true};
    WorkLimit limit(&cancelled, 1h);
    auto scanned = (*query)->scan(*source, *partial);
    ASSERT_FALSE(scanned);
    EXPECT_EQ(scanned.error().code, Code::kCancelled);
}

INSTANTIATE_TEST_SUITE_P(
    All, CostlyQuery,
    ::testing::Values("t=/(?=(a+)+$)(a|aa)+$[xy]/", "case { t=/(?=(a+)+$)(a|aa)+$[xy]/ | x:=1; * }",
                      R"(x := replace("(?=(a+)+$)(a|aa)+$[xy]", with="b", field=t))",
                      "x := format(\"%s%s%s%s%s%s%s%s\", field=[t,t,t,t,t,t,t,t]) | "
                      "x := format(\"%s%s%s%s%s%s%s%s\", field=[x,x,x,x,x,x,x,x]) | "
                      "text:editDistance(target=x, reference=x, maxDistance=100)"));

TEST(CostlyText, OfOneStepIsLimited) {
    std::string fields = "t";
    std::string format = "%s";
    for (int i = 1; i < 5000; ++i) {
        fields += ",t";
        format += "%s";
    }
    // Of 2000 events 4 GB.
    auto query = Query::compile("x := format(\"" + format + "\", field=[" + fields + "])", {});
    ASSERT_TRUE(query) << query.error().message;
    auto partial = (*query)->start();
    WorkLimit limit(nullptr, 1h);
    auto scanned = (*query)->scan(*model::make_row_source(costly_record()), *partial);
    ASSERT_FALSE(scanned);
    EXPECT_THAT(scanned.error().message, HasSubstr("makes more text"));
}

TEST(CostlyResult, OfBucketsInBucketsIsCheap) {
    std::string text = "count()";
    for (int i = 0; i < 24; ++i) text = "bucket(function=" + text + ")";
    auto query = Query::compile(text, {});
    ASSERT_TRUE(query) << query.error().message;
    auto partial = (*query)->start();
    ASSERT_TRUE((*query)->scan(*model::make_row_source(costly_record()), *partial));
    WorkLimit limit(nullptr, 5s);  // Twice as long for each level would be a minute.
    EXPECT_TRUE((*query)->finish(*partial));
}

TEST(CostlyResult, OfTooManyBucketsIsRefused) {
    CompileOptions options;
    options.interval = {.start = {0}, .end = {24 * 3'600'000'000'000}};
    auto query = Query::compile("groupBy(t, function=bucket(span=1m), limit=max)", options);
    ASSERT_TRUE(query) << query.error().message;
    auto partial = (*query)->start();
    ASSERT_TRUE((*query)->scan(*model::make_row_source(costly_record()), *partial));
    auto finished = (*query)->finish(*partial);
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().code, Code::kTooLarge);
    EXPECT_THAT(finished.error().message, HasSubstr("too many rows"));
}

}  // namespace
}  // namespace logwood::exec
