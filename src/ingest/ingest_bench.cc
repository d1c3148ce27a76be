// From a body to encoded records, one thread, over a file of JSON lines (LOGWOOD_BENCH_NDJSON).
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "ingest/assembler.h"
#include "log/record.h"

namespace logwood::ingest {
namespace {

constexpr std::size_t kBodyBytes = 4U << 20;

std::vector<std::string> lines() {
    std::vector<std::string> out;
    const char* path = std::getenv("LOGWOOD_BENCH_NDJSON");
    std::ifstream file(path ? path : "");
    std::size_t size = 0;
    for (std::string line; size < kBodyBytes && std::getline(file, line); size += line.size())
        out.push_back(line);
    while (size < kBodyBytes) {
        auto n = std::to_string(out.size());
        out.push_back(R"({"@timestamp":"2024-01-01T00:00:00.)" + n.substr(0, 3) +
                      R"(Z","user":{"name":"u)" + n + R"(","id":)" + n +
                      R"(},"message":"a line of text that is as long as many are","status":200})");
        size += out.back().size();
    }
    return out;
}

std::string as_messages() {
    std::string body = R"([{"type":"json","messages":[)";
    for (auto& line : lines()) {
        body += '"';
        for (char c : line) {
            if (c == '"' || c == '\\') body += '\\';
            body += c;
        }
        body += "\",";
    }
    body.back() = ']';
    return body + "}]";
}

std::string as_lines() {
    std::string body;
    for (auto& line : lines()) body += line + "\n";
    return body;
}

void run(benchmark::State& state, Decode decode, const std::string& body) {
    ParserCache cache([](const global::Parser&) { return std::unexpected(std::string("none")); });
    ParserSet parsers(cache, {});
    bool encodes = state.range(0) != 0;
    std::size_t out = 0;
    for (auto _ : state) {
        Assembler assembler(parsers, {}, UtcTime{0});
        Incoming incoming{.body = body};
        if (!decode(incoming, assembler)) state.SkipWithError("refused");
        auto batches = assembler.finish();
        for (auto& batch : *batches) {
            model::Record record{.tags = batch.tags, .events = std::move(batch.events)};
            if (encodes) out += log::encode_record(record)->size();
        }
    }
    benchmark::DoNotOptimize(out);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void unstructured(benchmark::State& state) { run(state, decode_unstructured, as_messages()); }
void json(benchmark::State& state) { run(state, decode_json, as_lines()); }
BENCHMARK(unstructured)->Arg(0)->Arg(1);
BENCHMARK(json)->Arg(0)->Arg(1);

}  // namespace
}  // namespace logwood::ingest
