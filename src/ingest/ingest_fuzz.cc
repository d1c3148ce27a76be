// Bodies through each decoder, those of two encodings as both, and the native JSON parser; the
// first byte chooses.
#include <cstdint>
#include <string>

#include "ingest/assembler.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace logwood;
    using namespace logwood::ingest;
    constexpr Decode kDecoders[] = {decode_unstructured, decode_structured,   decode_raw,
                                    decode_json,         decode_hec_event,    decode_hec_raw,
                                    decode_elastic_bulk, decode_loki,         decode_otlp_logs,
                                    decode_otlp_traces,  decode_otlp_metrics, decode_gelf,
                                    decode_journal};
    static ParserCache cache(
        [](const global::Parser&) { return std::unexpected(std::string("none")); });
    if (size == 0) return 0;
    ParserSet parsers(cache, {});
    ParserRule rule;
    if (data[0] & 0x80) rule.of_token = "json";
    Assembler assembler(parsers, rule, UtcTime{0});
    Incoming incoming{.body = std::string(reinterpret_cast<const char*>(data + 1), size - 1),
                      .repository = "repo",
                      .content_type = data[0] & 0x40 ? "application/json" : ""};
    if (kDecoders[(data[0] & 0x3F) % std::size(kDecoders)](incoming, assembler))
        (void)assembler.finish();
    return 0;
}
