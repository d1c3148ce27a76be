// Windows and sessions over random events, against the plain way to find them.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "exec/query.h"
#include "exec/test_source.h"

namespace logwood::exec {
namespace {

struct Event {
    std::int64_t ms = 0;
    std::string user;
    int value = 0;
};

std::vector<Event> random_events(std::mt19937& random, std::size_t count) {
    std::vector<Event> events(count);
    for (auto& event : events) {
        event.ms = 1'700'000'000'000 + static_cast<std::int64_t>(random() % 400'000);
        event.user = std::string(1, static_cast<char>('a' + random() % 3));
        event.value = static_cast<int>(random() % 100);
    }
    std::ranges::sort(events, {}, &Event::ms);
    return events;
}

TestEvent stored(const Event& event, std::uint32_t index) {
    TestEvent out;
    out.index = index;
    out.time_ns = UtcTime::from_ms(event.ms).ns;
    out.fields = {{"user", event.user}, {"value", std::to_string(event.value)}};
    return out;
}

/// The values of some fields of the result, row by row, as `a b`.
std::vector<std::string> run(std::string_view text, const std::vector<Event>& events,
                             const std::vector<std::string>& fields, std::mt19937& random) {
    auto query = Query::compile(text, {});
    if (!query) return {query.error().message};
    std::vector<TestEvent> rest;
    for (auto& event : events) rest.push_back(stored(event, std::uint32_t(rest.size())));
    std::ranges::shuffle(rest, random);
    auto whole = (*query)->start();
    while (!rest.empty()) {
        auto size = std::min<std::size_t>(rest.size(), 1 + random() % 40);
        TestSource source({rest.end() - std::ptrdiff_t(size), rest.end()}, ColumnStyle::kMixed);
        rest.resize(rest.size() - size);
        auto partial = (*query)->start();
        if (!(*query)->scan(source, *partial)) return {"scan failed"};
        auto moved = (*query)->deserialise((*query)->serialise(*partial));
        if (!moved || !(*query)->merge(*whole, **moved)) return {"merge failed"};
    }
    auto result = (*query)->finish(*whole);
    if (!result) return {result.error().message};
    std::vector<std::string> rows;
    for (auto& row : result->rows) {
        std::map<std::string, std::string> values;
        for (auto& [field, value] : row.values) values[result->fields[field]] = value;
        auto& out = rows.emplace_back();
        for (auto& field : fields) out += (out.empty() ? "" : " ") + values[field];
    }
    return rows;
}

TEST(Sequences, SessionsAreCutAtPauses) {
    std::mt19937 random(1);
    for (int round = 0; round < 20; ++round) {
        auto events = random_events(random, 300);
        std::vector<std::string> expected;
        for (auto* user : {"a", "b", "c"}) {
            std::int64_t last = 0;
            int count = 0;
            int sum = 0;
            auto close = [&] {
                if (count > 0)
                    expected.push_back(user + (" " + std::to_string(count)) + " " +
                                       std::to_string(sum));
                count = sum = 0;
            };
            for (auto& event : events) {
                if (event.user != user) continue;
                if (event.ms - last > 4000) close();
                last = event.ms;
                ++count;
                sum += event.value;
            }
            close();
        }
        EXPECT_EQ(run("groupBy(user, function=session([count(), sum(value)], maxpause=4s))", events,
                      {"user", "_count", "_sum"}, random),
                  expected);
    }
}

TEST(Sequences, WindowsHoldTheRowsBefore) {
    std::mt19937 random(2);
    auto events = random_events(random, 500);
    std::vector<std::string> by_rows;
    std::vector<std::string> by_time;
    std::vector<std::string> all;
    int total = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
        int rows = 0;
        int time = 0;
        for (std::size_t j = 0; j <= i; ++j) {
            if (j + 7 > i) rows += events[j].value;
            if (events[j].ms > events[i].ms - 9000) time += events[j].value;
        }
        total += events[i].value;
        by_rows.push_back(std::to_string(rows));
        by_time.push_back(std::to_string(time));
        all.push_back(std::to_string(total));
    }
    std::vector<std::string> field = {"s"};
    EXPECT_EQ(run("head(500) | slidingWindow(sum(value, as=s), events=7)", events, field, random),
              by_rows);
    EXPECT_EQ(
        run("head(500) | slidingTimeWindow(sum(value, as=s), span=9s)", events, field, random),
        by_time);
    EXPECT_EQ(run("head(500) | accumulate(sum(value, as=s))", events, field, random), all);
}

}  // namespace
}  // namespace logwood::exec
