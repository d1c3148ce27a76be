#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "ingest/assembler.h"
#include "ingest/protocols/protocol.h"

namespace logwood::ingest {

inline constexpr UtcTime kNow = UtcTime::from_ms(1'700'000'000'000);

/// A program that sets `parsed` and, when the text says so, a tag, a failure or nothing at all.
class FakeProgram final : public exec::ParserProgram {
 public:
    Result<Output> run(const model::EventBatch& input, const model::TagSet& tags,
                       UtcTime) const override {
        Output output;
        model::EventBatchBuilder builder;
        for (std::size_t row = 0; row < input.rows(); ++row) {
            auto raw = input.value_of(row, "@rawstring");
            if (raw == "drop") continue;
            if (raw == "explode") return fail(Code::kTooLarge, "out of memory");
            builder.add("@rawstring", raw);
            builder.add("parsed", tags.get("type"));
            if (raw == "tagged") builder.add("#kind", "x");
            if (raw == "named") builder.add("field_of_tag", "y");
            builder.end_event(raw == "timed" ? 1'000'000'000 : input.event_times()[row]);
            output.origins.push_back(static_cast<std::uint32_t>(row));
        }
        output.events = builder.finish();
        return output;
    }
};

inline ParserCache& cache() {
    static ParserCache parsers(
        [](const global::Parser& parser)
            -> std::expected<std::shared_ptr<const exec::ParserProgram>, std::string> {
            if (parser.script == "broken") return std::unexpected("no such function");
            return std::make_shared<FakeProgram>();
        });
    return parsers;
}

inline ParserSet parser_set() {
    auto own = std::make_shared<global::Parser>();
    own->id = ParserId(Id128{1, 1});
    own->name = "own";
    own->script = "x";
    own->tag_fields = {"field_of_tag"};
    auto broken = std::make_shared<global::Parser>();
    broken->id = ParserId(Id128{1, 2});
    broken->name = "bad";
    broken->script = "broken";
    return {cache(), {own, broken}};
}

/// One event a line: `time|#tags|fields`, fields in order; times in ms, `now` for kNow.
inline std::string render(const ReadyBatch& batch) {
    std::string out;
    for (std::size_t row = 0; row < batch.events.rows(); ++row) {
        auto ns = batch.events.event_times()[row];
        out += ns == kNow.ns ? "now" : std::to_string(ns / 1'000'000);
        if (ns % 1'000'000 != 0) out += "." + std::to_string(ns % 1'000'000);
        for (const auto& [name, value] : batch.tags.entries()) out += "|#" + name + "=" + value;
        const auto& shape = batch.events.shape(row);
        for (std::size_t i = 0; i < shape.size(); ++i) {
            auto name = batch.events.parts().fields[shape[i]];
            if (name == "@timezone" && batch.events.value(row, i) == "Z") continue;
            out += "|" + name + "=" + std::string(batch.events.value(row, i));
        }
        out += "\n";
    }
    return out;
}

inline Result<std::vector<ReadyBatch>> decode(Decode how, std::string body, ParserRule rule = {},
                                              Incoming more = {}) {
    auto parsers = parser_set();
    Assembler assembler(parsers, std::move(rule), kNow);
    more.body = std::move(body);
    more.repository = "repo";
    TRY_OK(how(more, assembler));
    return assembler.finish();
}

inline std::string events_of(Decode how, std::string body, ParserRule rule = {},
                             Incoming more = {}) {
    auto batches = decode(how, std::move(body), std::move(rule), std::move(more));
    if (!batches) return "error: " + batches.error().message;
    std::string out;
    for (const auto& batch : *batches) out += render(batch);
    return out;
}

/// What the decoder says in an answer of success.
inline std::string answer_to(Decode how, std::string body, Incoming more = {}) {
    auto parsers = parser_set();
    Assembler assembler(parsers, {}, kNow);
    more.body = std::move(body);
    auto done = how(more, assembler);
    return done ? more.answer : "error: " + done.error().message;
}

/// Fields of protobuf messages as they are written.
inline std::string wire_varint(std::uint32_t number, std::uint64_t value) {
    std::string out;
    ByteWriter writer(out);
    writer.put_varint(number << 3);
    writer.put_varint(value);
    return out;
}
inline std::string wire_fixed64(std::uint32_t number, std::uint64_t bits) {
    std::string out;
    ByteWriter writer(out);
    writer.put_varint(number << 3 | 1);
    writer.put(bits);
    return out;
}
inline std::string wire_double(std::uint32_t number, double value) {
    return wire_fixed64(number, std::bit_cast<std::uint64_t>(value));
}
inline std::string wire_bytes(std::uint32_t number, std::string_view bytes) {
    std::string out;
    ByteWriter writer(out);
    writer.put_varint(number << 3 | 2);
    writer.put_string(bytes);
    return out;
}

}  // namespace logwood::ingest
