#include <benchmark/benchmark.h>

#include "log/record.h"

namespace logwood::log {
namespace {

/// About 1 MB of access-log-like events, with ten fields each.
model::Record typical_record() {
    model::Record record;
    record.tags.set("type", "access");
    model::EventBatchBuilder builder;
    std::uint64_t state = 1;
    for (std::int64_t i = 0; builder.bytes() < (1U << 20); ++i) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        auto noise = std::to_string(state >> 20);
        builder.add("@rawstring", "10.0.0." + noise.substr(0, 2) + " GET /api/v1/items/" + noise +
                                      " 200 " + noise.substr(3, 4) + " \"Mozilla/5.0 (X11)\" " +
                                      "request_id=" + noise + noise);
        builder.add("client", "10.0.0." + noise.substr(0, 2));
        builder.add("method", "GET");
        builder.add("url", "/api/v1/items/" + noise);
        builder.add("status", "200");
        builder.add("size", noise.substr(3, 4));
        builder.add("agent", "Mozilla/5.0 (X11)");
        builder.add("request_id", noise + noise);
        builder.end_event(1'767'225'600'000'000'000 + i * 1'000'000);
    }
    record.events = builder.finish();
    return record;
}

void encode(benchmark::State& state) {
    auto record = typical_record();
    for (auto _ : state) benchmark::DoNotOptimize(encode_record(record));
    state.SetBytesProcessed(state.iterations() *
                            static_cast<std::int64_t>(record.events.parts().bytes.size()));
}
BENCHMARK(encode);

void decode(benchmark::State& state) {
    auto record = typical_record();
    auto bytes = *encode_record(record);
    for (auto _ : state) benchmark::DoNotOptimize(decode_record(bytes));
    state.SetBytesProcessed(state.iterations() *
                            static_cast<std::int64_t>(record.events.parts().bytes.size()));
}
BENCHMARK(decode);

}  // namespace
}  // namespace logwood::log
