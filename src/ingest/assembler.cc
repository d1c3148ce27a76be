// Events flow draft by draft: through nothing, through the native JSON parser, or, collected to a
// batch of their own first, through a program that runs over columns.
#include "ingest/assembler.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "ingest/event_rules.h"
#include "ingest/limits.h"

namespace logwood::ingest {

/// Events of one head, and what their parser is.
struct Assembler::Stream {
    GroupHead head;
    std::shared_ptr<const ReadyParser> parser;  ///< Null: none runs.
    std::string problem;                        ///< Why they stay unparsed.
    model::TagSet tags;                         ///< The head's, and `#type`.
    Output* output = nullptr;                   ///< For events whose tags are just these.
    model::EventBatchBuilder input;             ///< Waits for the program.
    std::unordered_set<std::uint64_t> input_shapes;
};

struct Assembler::Output {
    model::TagSet tags;
    ParserId parser;
    std::uint32_t parser_version = 0;
    model::EventBatchBuilder builder;
    std::size_t bytes = 0;  ///< Of names and values, each event's counted.
    std::unordered_set<std::uint64_t> shapes;
};

Assembler::Assembler(const ParserSet& parsers, ParserRule rule, UtcTime now)
    : parsers_(parsers), rule_(std::move(rule)), now_(now) {}
Assembler::~Assembler() = default;

void Assembler::choose_parser(Stream& stream) const {
    const auto& type = stream.head.type;
    auto name = rule_.of_token ? *rule_.of_token : type.empty() ? rule_.fallback : type;
    if (!name.empty()) stream.parser = parsers_.find(name);
    bool must_exist = rule_.of_token || (!type.empty() && rule_.type_must_exist);
    if (stream.parser)
        stream.problem = stream.parser->broken;
    else if (must_exist)
        stream.problem = "parser " + name + " does not exist";
    stream.tags = stream.head.tags;
    stream.tags.set("type", name.empty() ? "none" : name);
}

Result<Assembler::Stream*> Assembler::stream_of(const GroupHead& head) {
    if (last_stream_ && last_stream_->head == head) return last_stream_;
    auto& stream = streams_[head];
    if (!stream) {
        if (streams_.size() > kTagSetsPerRequestMax)
            return fail(Code::kInvalidArgument, "too many combinations of tags in one request");
        stream = std::make_unique<Stream>();
        stream->head = head;
        choose_parser(*stream);
    }
    return last_stream_ = stream.get();
}

Result<Assembler::Output*> Assembler::output_of(const model::TagSet& tags, const Stream& stream) {
    auto parser = stream.parser ? stream.parser->id : ParserId();
    auto version = stream.parser ? stream.parser->version : 0;
    auto& output = outputs_[{tags, parser, version}];
    if (!output) {
        if (outputs_.size() > kTagSetsPerRequestMax)
            return fail(Code::kInvalidArgument, "too many combinations of tags in one request");
        output = std::make_unique<Output>(
            Output{.tags = tags, .parser = parser, .parser_version = version});
    }
    return output.get();
}

Result<void> Assembler::take(const GroupHead& head, Draft& draft) {
    if (++taken_ > kEventsPerRequestMax) return fail(Code::kTooLarge, "too many events");
    TRY(auto* stream, stream_of(head));
    const auto* parser = stream->parser.get();
    if (!stream->problem.empty()) {
        draft.fail(draft.size(), stream->problem);
        return emit(*stream, draft, false);
    }
    if (!parser || (!parser->is_json && !parser->program)) return emit(*stream, draft, false);
    if (parser->is_json) {
        parse_json(draft);
        return emit(*stream, draft, false);
    }
    for (std::size_t i = 0; i < draft.size(); ++i) {
        auto name = draft.name(i);
        if (std::ranges::find(parser->fields_to_remove, name) == parser->fields_to_remove.end())
            stream->input.add(name, draft.value(i));
    }
    stream->input.end_event(draft.time_ns.value_or(now_.ns));
    stream->input_shapes.insert(draft.shape_hash());
    if (stream->input.bytes() < kBatchBytesAimed && stream->input_shapes.size() < kBatchShapesMax)
        return {};
    return run_program(*stream);
}

/// The built-in parser `json`, without columns in between.
void Assembler::parse_json(Draft& draft) {
    auto raw = draft.find("@rawstring");
    auto before = draft.size();
    thread_local std::string text;
    text = raw;
    exec::JsonFlattenOptions options{.nulls = exec::JsonFlattenOptions::Nulls::kDiscard};
    if (auto done = flattener_.flatten(text, options, draft); !done)
        return draft.fail(before, done.error().message);
    if (draft.time_ns || draft.find("@timestamp").data()) return;
    for (std::string_view name : {"timestamp", "time", "ts"}) {
        auto value = draft.find(name);
        if (!value.data()) continue;
        std::string kept(value);
        draft.field("@timestamp", kept);
        return;
    }
}

Result<void> Assembler::run_program(Stream& stream) {
    if (stream.input.rows() == 0) return {};
    stream.input_shapes.clear();
    auto batch = stream.input.finish();
    auto output = stream.parser->program->run(batch, stream.tags, now_);
    const auto& events = output ? output->events : batch;
    auto& draft = from_program_;
    for (std::size_t row = 0; row < events.rows(); ++row) {
        draft.clear();
        const auto& shape = events.shape(row);
        for (std::size_t i = 0; i < shape.size(); ++i)
            draft.field(events.parts().fields[shape[i]], events.value(row, i));
        draft.time_ns = events.event_times()[row];
        if (!output) draft.fail(draft.size(), output.error().message);
        TRY_OK(emit(stream, draft, true));
    }
    return {};
}

Result<void> Assembler::emit(Stream& stream, Draft& draft, bool may_set_tags) {
    for (const auto& [name, value] : stream.head.fields) draft.field(name, value);
    bool has_failed = draft.has_failed();
    bool has_tag_fields = stream.parser && !stream.parser->tag_fields.empty();
    if (!has_failed && !may_set_tags && !has_tag_fields) {
        if (!stream.output) {
            TRY(stream.output, output_of(stream.tags, stream));
        }
        add_event(*stream.output, draft);
        return {};
    }
    auto tags = stream.tags;
    if (may_set_tags) collect_tags(draft, stream.parser->tag_fields, tags);
    if (has_failed) tags.set("error", "true");
    TRY(auto* output, output_of(tags, stream));
    add_event(*output, draft);
    return {};
}

void Assembler::add_event(Output& output, Draft& draft) {
    output.shapes.insert(draft.shape_hash());
    output.bytes += add_to_batch(draft, now_, output.builder);
    if (output.builder.bytes() >= kBatchBytesAimed || output.bytes >= kBatchBytesWithNamesMax ||
        output.shapes.size() >= kBatchShapesMax)
        flush(output);
}

void Assembler::flush(Output& output) {
    if (output.builder.rows() == 0) return;
    output.bytes = 0;
    output.shapes.clear();
    ready_.push_back({.tags = output.tags,
                      .parser = output.parser,
                      .parser_version = output.parser_version,
                      .events = output.builder.finish()});
}

Result<std::vector<ReadyBatch>> Assembler::finish() {
    for (auto& [head, stream] : streams_)
        if (stream->parser && stream->parser->program) TRY_OK(run_program(*stream));
    for (auto& [key, output] : outputs_) flush(*output);
    return std::move(ready_);
}

}  // namespace logwood::ingest
