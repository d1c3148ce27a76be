#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "exec/parse/json_flatten.h"
#include "ingest/draft.h"
#include "ingest/parsers/parser_set.h"
#include "ingest/protocols/protocol.h"
#include "model/event_batch.h"

namespace logwood::ingest {

/// Events ready for the log: one tag set, one parser, near kBatchBytesAimed at most.
struct ReadyBatch {
    model::TagSet tags;
    ParserId parser;
    std::uint32_t parser_version = 0;
    model::EventBatch events;
    Id128 request_key;       ///< Of the record; none when the request has no key.
    std::uint64_t home = 0;  ///< Chooses the partition of all batches of a keyed request.
};

/// How the parser of a request's events is chosen.
struct ParserRule {
    std::optional<std::string> of_token;  ///< Wins over what the events say.
    std::string fallback;                 ///< When neither names one; empty: none runs.
    /// Whether a type that names no parser is an error of the event. Source types of HEC need not
    /// be parsers.
    bool type_must_exist = true;
};

/// Turns the drafts of one request into batches: runs the parser, applies the rules about sizes,
/// reserved names and times, splits tags off. One thread, not the loop's.
///
/// - The event time is the protocol's or the parser's, else `now`.
/// - `@timezone` is `Z` unless set. `@id`, `@ingesttimestamp` and `#repo` cannot be set.
/// - Fields that begin with `#` become tags when a parser that was written for it made them; else
///   they lose the `#`.
/// - What a parser cannot read is kept with `@error`, `@error_msg`, `@event_parsed` and the tag
///   `#error`.
/// - Above kEventBytesMax only `@rawstring`, cut, and `@timezone` are kept; above kEventFieldsMax
///   the first fields by name.
class Assembler final : public Intake {
 public:
    Assembler(const ParserSet& parsers, ParserRule rule, UtcTime now);
    ~Assembler() override;

    Result<void> take(const GroupHead& head, Draft& draft) override;
    /// Runs what still waits for a parser and gives all batches.
    Result<std::vector<ReadyBatch>> finish();

 private:
    struct Stream;
    struct Output;

    Result<Stream*> stream_of(const GroupHead& head);
    void choose_parser(Stream& stream) const;
    Result<Output*> output_of(const model::TagSet& tags, const Stream& stream);
    void parse_json(Draft& draft);
    Result<void> run_program(Stream& stream);
    Result<void> emit(Stream& stream, Draft& draft, bool may_set_tags);
    void add_event(Output& output, Draft& draft);
    void flush(Output& output);

    std::size_t taken_ = 0;
    const ParserSet& parsers_;
    ParserRule rule_;
    UtcTime now_;
    exec::JsonFlattener flattener_;
    std::map<GroupHead, std::unique_ptr<Stream>> streams_;
    Stream* last_stream_ = nullptr;
    /// In an order that equal requests have in common.
    std::map<std::tuple<model::TagSet, ParserId, std::uint32_t>, std::unique_ptr<Output>> outputs_;
    std::vector<ReadyBatch> ready_;
    Draft from_program_;
};

}  // namespace logwood::ingest
