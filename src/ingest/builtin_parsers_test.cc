// The built-in parsers on lines as they come.
#include "ingest/builtin_parsers.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "ingest/assembler.h"
#include "ingest/script_compiler.h"

namespace logwood::ingest {
namespace {

constexpr UtcTime kNow = UtcTime::from_ms(1'700'000'000'000);

struct Case {
    std::string parser;
    std::string line;
    std::int64_t time_ms;
    std::map<std::string, std::string> fields;
};

TEST(BuiltinParsers, Compile) {
    auto compile = script_compiler();
    for (const auto& parser : builtin_parsers()) {
        if (parser.script.empty()) continue;
        auto program = compile(RepoId(), parser.script);
        EXPECT_TRUE(program) << parser.name << ": " << program.error();
    }
}

TEST(BuiltinParsers, Parse) {
    const std::vector<Case> cases = {
        {"accesslog",
         R"(192.168.1.21 - user1 [02/Nov/2017:13:48:26 +0000] "POST /x HTTP/1.1" 200 0 )"
         R"("-" "ua" 0.015 6)",
         1509630506000,
         {{"client", "192.168.1.21"},
          {"userid", "user1"},
          {"method", "POST"},
          {"url", "/x"},
          {"httpversion", "HTTP/1.1"},
          {"statuscode", "200"},
          {"responsesize", "0"},
          {"useragent", "ua"},
          {"responsetime", "0.015"}}},
        {"accesslog",
         R"(::1 - - [02/Nov/2017:14:48:26 +0100] "GET / HTTP/1.0" 404 12)",
         1509630506000,
         {{"client", "::1"}, {"statuscode", "404"}, {"responsesize", "12"}}},
        {"accesslog", "no access log at all", kNow.ms(), {}},
        {"syslog",
         "<34>1 2003-10-11T22:14:15.003Z mymachine su - ID47 - 'su root' failed k=v",
         1065910455003,
         {{"priority", "34"},
          {"host", "mymachine"},
          {"app", "su"},
          {"messageid", "ID47"},
          {"message", "'su root' failed k=v"},
          {"k", "v"}}},
        {"syslog", "neither", kNow.ms(), {}},
        {"kv",
         "2020-01-01T00:00:00Z user=a status=\"it is fine\"",
         1577836800000,
         {{"user", "a"}, {"status", "it is fine"}}},
        {"kv", "nothing", kNow.ms(), {}},
        {"json",
         R"({"time":"2020-01-01T00:00:00Z","a":{"b":[1]}})",
         1577836800000,
         {{"a.b[0]", "1"}}},
    };
    ParserCache cache(script_compiler());
    ParserSet parsers(cache, {});
    for (const auto& c : cases) {
        Assembler assembler(parsers, {.of_token = c.parser}, kNow);
        Draft draft;
        draft.field("@rawstring", c.line);
        ASSERT_TRUE(assembler.take({}, draft));
        auto batches = assembler.finish();
        ASSERT_TRUE(batches);
        ASSERT_EQ(batches->size(), 1U) << c.line;
        const auto& batch = (*batches)[0];
        EXPECT_EQ(batch.tags.get("type"), c.parser);
        ASSERT_EQ(batch.events.rows(), 1U) << c.line;
        EXPECT_EQ(UtcTime{batch.events.event_times()[0]}.ms(), c.time_ms) << c.line;
        EXPECT_EQ(batch.events.value_of(0, "@rawstring"), c.line);
        EXPECT_EQ(batch.events.value_of(0, "@error"), "")
            << c.line << batch.events.value_of(0, "@error_msg");
        for (const auto& [name, value] : c.fields)
            EXPECT_EQ(batch.events.value_of(0, name), value) << name << " of " << c.line;
    }
}

}  // namespace
}  // namespace logwood::ingest
