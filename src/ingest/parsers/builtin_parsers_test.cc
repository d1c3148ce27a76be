// The built-in parsers on lines as they come.
#include "ingest/parsers/builtin_parsers.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "ingest/assembler.h"
#include "ingest/parsers/script_compiler.h"

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
        auto program = compile(global::Parser{.script = std::string(parser.script)});
        EXPECT_TRUE(program) << parser.name << ": " << program.error();
    }
}

const std::vector<Case> kCases = {
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
    {"kv",
     "2020-01-01T00:00:00Z user=a status=\"it is fine\"",
     1577836800000,
     {{"user", "a"}, {"status", "it is fine"}}},
    {"kv", "nothing", kNow.ms(), {}},
    {"json", R"({"time":"2020-01-01T00:00:00Z","a":{"b":[1]}})", 1577836800000, {{"a.b[0]", "1"}}},
};

/// Lines as RFC 5424, RFC 3164 and common senders have them.
const std::vector<Case> kSyslogCases = {
    {"syslog",
     "<34>1 2003-10-11T22:14:15.003Z mymachine su - ID47 - 'su root' failed k=v",
     1065910455003,
     {{"priority", "34"},
      {"host", "mymachine"},
      {"app", "su"},
      {"messageid", "ID47"},
      {"message", "'su root' failed k=v"},
      {"k", "v"}}},
    {"syslog",
     "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time.",
     1061727255000,
     {{"priority", "165"},
      {"facility", "20"},
      {"severity", "5"},
      {"host", "192.0.2.1"},
      {"app", "myproc"},
      {"pid", "8710"},
      {"messageid", "-"},
      {"structureddata", "-"},
      {"message", "%% It's time."}}},
    {"syslog",
     "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 "
     "[exampleSDID@32473 iut=\"3\" eventSource=\"Application\" eventID=\"1011\"]"
     "[examplePriority@32473 class=\"high\"] \xEF\xBB\xBF"
     "An application event",
     1065910455003,
     {{"host", "mymachine.example.com"},
      {"app", "evntslog"},
      {"iut", "3"},
      {"class", "high"},
      {"message", "An application event"}}},
    {"syslog",
     R"(<13>1 2026-11-25T22:55:37.123456+00:00 h a - - [x y="a\]\"b"] m)",
     1795647337123,
     {{"structureddata", R"([x y="a\]\"b"])"}, {"message", "m"}}},
    {"syslog",
     "<13>1 2026-11-25T22:55:37.123456+01:00 h root - - "
     "[timeQuality tzKnown=\"1\" isSynced=\"0\"] hello",
     1795643737123,
     {{"app", "root"}, {"tzKnown", "1"}, {"message", "hello"}}},
    {"syslog",
     "<34>1 - - - - - - nothing known",
     kNow.ms(),
     {{"priority", "34"}, {"message", "nothing known"}}},
    {"syslog",
     "<34>1 2003-10-11T22:14:15.003Z mymachine su - ID47 -",
     1065910455003,
     {{"app", "su"}, {"message", ""}}},
    {"syslog",
     "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
     1697062455000,
     {{"priority", "34"},
      {"facility", "4"},
      {"severity", "2"},
      {"host", "mymachine"},
      {"app", "su"},
      {"message", "'su root' failed for lonvick on /dev/pts/8"}}},
    {"syslog",
     "<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!",
     1675618338000,
     {{"host", "10.0.0.99"}, {"app", ""}, {"message", "Use the BFG!"}}},
    {"syslog",
     "<30>Oct  1 06:00:00 web-1 systemd[1]: Started Daily apt download activities.",
     1696140000000,
     {{"host", "web-1"},
      {"app", "systemd"},
      {"pid", "1"},
      {"message", "Started Daily apt download activities."}}},
    {"syslog",
     "Oct 11 22:14:15 mail postfix/smtpd[2153]: connect from unknown[10.1.2.3]",
     1697062455000,
     {{"app", "postfix/smtpd"}, {"pid", "2153"}, {"priority", ""}}},
    {"syslog",
     "<6>Oct 11 22:14:15 h kernel: [12345.678901] usb 1-1: new device",
     1697062455000,
     {{"app", "kernel"}, {"message", "[12345.678901] usb 1-1: new device"}}},
    {"syslog",
     "<13>Oct 11 22:14:15 app[7]: no host",
     1697062455000,
     {{"host", ""}, {"app", "app"}, {"pid", "7"}, {"message", "no host"}}},
    {"syslog",
     "<13>Oct 11 22:14:15 fe80::1 app: over IPv6",
     1697062455000,
     {{"host", "fe80::1"}, {"app", "app"}}},
    {"syslog",
     "<166>Oct 11 2023 22:14:15: %ASA-6-302013: Built outbound TCP connection",
     1697062455000,
     {{"app", "%ASA-6-302013"}, {"message", "Built outbound TCP connection"}}},
    {"syslog",
     "<13>2023-10-11T22:14:15.123456+02:00 h tag[9]: as rsyslog forwards it",
     1697055255123,
     {{"host", "h"},
      {"app", "tag"},
      {"pid", "9"},
      {"priority", "13"},
      {"message", "as rsyslog forwards it"}}},
    {"syslog",
     "<189>29: *Mar  1 18:46:11: %SYS-5-CONFIG_I: Configured",
     kNow.ms(),
     {{"priority", "189"}, {"facility", "23"}, {"severity", "5"}}},
    {"syslog", "<34>", kNow.ms(), {{"priority", "34"}}},
    {"syslog", "neither", kNow.ms(), {}},
};

void expect_parsed(const std::vector<Case>& cases) {
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

TEST(BuiltinParsers, Parse) { expect_parsed(kCases); }
TEST(BuiltinParsers, ParseSyslog) { expect_parsed(kSyslogCases); }

}  // namespace
}  // namespace logwood::ingest
