// Damaged partials: whatever the bytes, deserialise() answers, and what it accepts can be merged
// and finished. The checksum is made right, so that the decoders behind it are reached.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "exec/query.h"

namespace {

using logwood::exec::CompileOptions;
using logwood::exec::Query;

std::vector<std::shared_ptr<const Query>> queries() {
    std::vector<std::shared_ptr<const Query>> all;
    for (auto* text :
         {"*", "count()", "groupBy([a, b], function=[count(), avg(x), percentile(x)])",
          "sort([a, b], type=[string, number])", "timeChart(a, function=sum(x), span=1h)",
          "top([a, b], rest=r, percent=true)", "count(a, distinct=true)",
          "groupBy(a, function=groupBy(b, function={head(3) | table([a])}))", "[min(a), max(a)]",
          "[array:union(a), array:intersection(a, as=b), percentage({x>1}), counterAsRate(x)]",
          "groupBy(a, function=session([sum(x), count()]))", "series([a, b], maxpause=1s)",
          "array:reduceColumn(a, var=v, function=max(v))", "groupBy(a, function=transpose())",
          "fieldset()", "selfJoinFilter(a, where=[{b=1}, {b=2}])",
          "correlate(A: {a=1}, B: {b=2 | c <=> A.c}, within=1h, maxPerRoot=3)"}) {
        CompileOptions options;
        options.may_have_inputs = true;
        options.interval = {{}, logwood::UtcTime::from_ms(86'400'000)};
        auto query = Query::compile(text, options);
        if (!query) __builtin_trap();
        all.push_back(*query);
        for (auto& input : (*query)->inputs()) all.push_back(input.query);
    }
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto kQueries = queries();
    if (size == 0) return 0;
    auto& query = *kQueries[data[0] % kQueries.size()];
    // Magic and fingerprint, from a partial of this query.
    constexpr std::size_t kHeaderBytes = 12;
    std::string bytes = query.serialise(*query.start()).substr(0, kHeaderBytes);
    bytes.append(reinterpret_cast<const char*>(data) + 1, size - 1);
    logwood::ByteWriter out(bytes);
    out.put(logwood::checksum64(bytes));
    auto partial = query.deserialise(bytes);
    if (!partial) return 0;
    auto merged = query.start();
    if (!query.merge(*merged, **partial)) return 0;
    auto result = query.finish(*merged);
    if (result && !query.deserialise(query.serialise(*merged))) __builtin_trap();
    return 0;
}
