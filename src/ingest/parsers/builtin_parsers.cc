// The scripts that people see and clone. `json` also has a native twin (json_parser.h), which does
// the same for a batch without building columns in between.
#include "ingest/parsers/builtin_parsers.h"

#include <algorithm>
#include <iterator>

namespace logwood::ingest {
namespace {

constexpr BuiltinParser kParsers[] = {
    {"json", "Members of a JSON object; time in @timestamp, timestamp, time or ts.",
     R"(parseJson(handleNull=discard)
| case {
    @timestamp=* | parseTimestamp(field=@timestamp, addErrors=false);
    timestamp=* | findTimestamp(field=timestamp, timezone="UTC", addErrors=false);
    time=* | findTimestamp(field=time, timezone="UTC", addErrors=false);
    ts=* | findTimestamp(field=ts, timezone="UTC", addErrors=false);
    *
  })"},
    {"kv", "Pairs key=value; the first time in the text.",
     R"(findTimestamp(timezone="UTC", addErrors=false)
| kvParse())"},
    {"accesslog", "Access logs of web servers, common and combined format.",
     R"#(case {
    /^(?<client>\S+) \S+ (?<userid>\S+) \[(?<@timestamp>.+?)\] )#"
     R"#("(?<method>\S+) (?<url>\S+)(?: (?<httpversion>[^"]*))?" )#"
     R"#((?<statuscode>\d+) (?<responsesize>\S+))#"
     R"#((?: "(?<referrer>[^"]*)" "(?<useragent>[^"]*)"\s*(?<responsetime>[\d.]+)?)?/
    | parseTimestamp("dd/MMM/yyyy:HH:mm:ss Z", field=@timestamp, addErrors=false);
    *
  })#"},
    {"syslog", "Lines of syslog, RFC 5424 and the usual forms of RFC 3164.",
     // RFC 5424: a version behind the priority; data that may hold escaped brackets.
     R"#(case {
    /^<(?<priority>\d{1,3})>(?<version>\d{1,2}) (?<datetime>\S+) (?<host>\S+) )#"
     R"#((?<app>\S+) (?<pid>\S+) (?<messageid>\S+) )#"
     R"#((?<structureddata>-|(?:\[(?:[^\]\\"]|\\.|"(?:[^"\\]|\\.)*")*\])+))#"
     R"#( ?(?:\x{FEFF})?(?<message>[\s\S]*)/
    | parseTimestamp(field=datetime, addErrors=false) | drop([datetime]);
)#"
     // RFC 3164, which only describes: with or without priority, year, fraction, host and program.
     R"#(    /^(?:<(?<priority>\d{1,3})>)?)#"
     R"#((?<datetime>[A-Z][a-z]{2}\s+\d{1,2}(?: \d{4})? \d{2}:\d{2}:\d{2}(?:\.\d+)?))#"
     R"#(:? (?:(?<host>\S*[^\s:]) )?(?:(?<app>[^\s:\[]+)(?:\[(?<pid>[^\]\s]*)\])?: ?)?)#"
     R"#((?<message>[\s\S]*)/
    | findTimestamp(field=datetime, timezone="UTC", addErrors=false) | drop([datetime]);
)#"
     // The same with a time of ISO 8601, as rsyslog forwards it.
     R"#(    /^(?:<(?<priority>\d{1,3})>)?)#"
     R"#((?<datetime>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})))#"
     R"#( (?:(?<host>\S*[^\s:]) )?(?:(?<app>[^\s:\[]+)(?:\[(?<pid>[^\]\s]*)\])?: ?)?)#"
     R"#((?<message>[\s\S]*)/
    | parseTimestamp(field=datetime, addErrors=false) | drop([datetime]);
    /^<(?<priority>\d{1,3})>(?<message>[\s\S]*)/;
    *
  }
| case { priority=* | severity := priority % 8 | facility := (priority - severity) / 8; * }
| kvParse())#"},
    {"none", "Keeps the text as it is.", ""},
};

}  // namespace

std::span<const BuiltinParser> builtin_parsers() { return kParsers; }

const BuiltinParser* find_builtin_parser(std::string_view name) {
    auto* at = std::ranges::find(kParsers, name, &BuiltinParser::name);
    return at == std::end(kParsers) ? nullptr : at;
}

}  // namespace logwood::ingest
