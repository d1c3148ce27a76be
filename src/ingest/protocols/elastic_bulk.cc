// Elasticsearch bulk: lines of an action, {"index": {}} or {"create": {}}, and a document in turn.
// Names of indexes, ids and pipelines only come back in the answer. A document that cannot be read
// is told as its item's error and the others are taken; what cannot be told apart into actions and
// documents is refused as a whole. Two documents of one id are two events.
#include <algorithm>
#include <array>

#include "base/json_text.h"
#include "ingest/limits.h"
#include "ingest/protocols/elastic.h"
#include "ingest/protocols/json_reader.h"
#include "ingest/protocols/time_text.h"

namespace logwood::ingest {
namespace {

using Value = JsonReader::Value;

/// What an action line said; the same line often comes again and again.
struct Action {
    std::string line;
    std::string_view name;  ///< `index` or `create`.
    std::string item;       ///< The answer's item as far as the action makes it.
};

Result<void> read_names(JsonReader& reader, Value value, Action& action) {
    auto take = [&](std::string_view key, Value member) -> Result<void> {
        bool is_told = key == "_index" || key == "_type" || key == "_id";
        if (!is_told || reader.is_null(member)) return reader.skip(member, key);
        std::string name(key);
        TRY(auto text, reader.scalar(member, name));
        (action.item += '"') += name + "\":";
        append_json_string(action.item, text);
        action.item += ',';
        return {};
    };
    if (reader.is_null(value)) return reader.skip(value, action.name);
    if (!value.raw_json_token().starts_with('{'))
        return reader.wrong(action.name, "an object is expected");
    return reader.members(value, action.name, take);
}

Result<void> read_action(JsonReader& reader, std::string_view line, Action& action) {
    if (line == action.line) return {};
    action.name = {};
    TRY_OK(reader.open(line));
    TRY(auto object, reader.root_object());
    auto take = [&](std::string_view key, Value member) -> Result<void> {
        if (key == "update" || key == "delete") {
            TRY_OK(reader.skip(member, key));
            return fail(Code::kInvalidArgument, std::string(kOnlyIndexActions));
        }
        if ((key != "index" && key != "create") || !action.name.empty())
            return reader.skip(member, "$");
        action.name = key == "index" ? "index" : "create";
        action.item = R"({")" + std::string(action.name) + R"(":{)";
        return read_names(reader, member, action);
    };
    TRY_OK(reader.members_of(object, "$", take));
    TRY_OK(reader.finish());
    if (action.name.empty()) return reader.wrong("$", "an action is expected: index or create");
    action.line = line;
    return {};
}

/// Cuts a body into lines, without their ends.
class Lines {
 public:
    explicit Lines(std::string_view text) : rest_(text) {}
    bool is_done() const { return rest_.empty(); }
    std::string_view next() {
        auto end = std::min(rest_.find('\n'), rest_.size());
        auto line = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        ++number_;
        if (line.ends_with('\r')) line.remove_suffix(1);
        return line;
    }
    /// Of the line that was given last, from 1.
    std::string number() const { return std::to_string(number_); }

 private:
    std::string_view rest_;
    std::size_t number_ = 0;
};

bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t") == std::string_view::npos;
}

/// Fields of a document that mean something here; of those for one purpose the first wins.
struct Known {
    std::string_view message, time, type, host, source;
    std::vector<std::string_view> tag_names;
};

struct Meaning {
    std::string_view name;
    std::string_view Known::* known;
};
/// In order of precedence.
constexpr Meaning kMeanings[] = {
    {"message", &Known::message},      {"@timestamp", &Known::time},
    {"@type", &Known::type},           {"fields.type", &Known::type},
    {"beat.hostname", &Known::host},   {"agent.hostname", &Known::host},
    {"host.name", &Known::host},       {"source", &Known::source},
    {"log.file.path", &Known::source},
};

Known look_at(const Draft& draft) {
    std::array<std::string_view, std::size(kMeanings)> found;
    Known known;
    for (std::size_t i = 0; i < draft.size(); ++i) {
        auto name = draft.name(i);
        for (std::size_t m = 0; m < found.size(); ++m)
            if (name == kMeanings[m].name) found[m] = draft.value(i);
        if (name.starts_with("@tags[")) known.tag_names.push_back(draft.value(i));
    }
    for (std::size_t m = found.size(); m-- > 0;)
        if (found[m].data()) known.*kMeanings[m].known = found[m];
    return known;
}

/// Moves the fields that `@tags` names to the tags.
Result<void> move_tags(const std::vector<std::string_view>& names, Draft& draft,
                       model::TagSet& tags) {
    if (names.size() > kDocumentTagsMax)
        return fail(Code::kInvalidArgument, "@tags: too many fields for tags");
    Draft rest;
    for (std::size_t i = 0; i < draft.size(); ++i) {
        auto name = draft.name(i);
        auto bare = name.substr(name.starts_with('#') ? 1 : 0);
        bool is_tag = std::ranges::find(names, name) != names.end() && !bare.empty() &&
                      bare != "type" && bare != "repo";
        if (is_tag)
            tags.set(name, draft.value(i));
        else if (!name.starts_with("@tags["))
            rest.field(name, draft.value(i));
    }
    std::swap(draft, rest);
    return {};
}

/// Adds to a flattened document what an event has besides, and finds what it says of itself.
Result<GroupHead> complete(std::string_view text, Draft& draft) {
    auto known = look_at(draft);
    GroupHead head{.type = std::string(known.type)};
    // A document without a message has its fields already: nothing is left for a parser to find.
    if (head.type.empty() && !known.message.data()) head.type = "none";
    auto time = guess_time(known.time);
    std::string host(known.host);
    std::string source(known.source);
    std::string message(known.message);  // Adding fields moves those that the views are of.
    bool has_message = known.message.data();
    if (!known.tag_names.empty()) {
        TRY_OK(move_tags(known.tag_names, draft, head.tags));
    }
    draft.field("@rawstring", has_message ? message : text);
    if (!host.empty()) draft.field("@host", host);
    if (!source.empty()) draft.field("@source", source);
    if (time) {
        draft.time_ns = time->ns;
        draft.field("@timezone", time->timezone);
    }
    return head;
}

Result<GroupHead> read_document(JsonReader& reader, std::string_view line, Draft& draft) {
    TRY_OK(reader.open(line));
    TRY(auto root, reader.root_value());
    draft.clear();
    TRY_OK(reader.flatten(root, "", draft, "$"));
    TRY_OK(reader.finish());
    return complete(line, draft);
}

void append_error(const Error& error, std::string& out) {
    out += R"("status":400,"error":{"type":"document_parsing_exception","reason":)";
    append_json_string(out, error.message);
    out += "}}}";
}

}  // namespace

Result<void> decode_elastic_bulk(Incoming& incoming, Intake& intake) {
    JsonReader::pad(incoming.body);
    JsonReader reader;
    Lines lines(incoming.body);
    Action action;
    Draft draft;
    std::string items;
    bool has_errors = false;
    std::size_t count = 0;
    while (!lines.is_done()) {
        auto line = lines.next();
        if (is_blank(line)) continue;
        if (auto read = read_action(reader, line, action); !read)
            return fail(std::move(read).error().with_context("line " + lines.number()));
        if (lines.is_done())
            return fail(Code::kInvalidArgument,
                        "line " + lines.number() + ": the action has no document");
        if (++count > kEventsPerRequestMax)
            return fail(Code::kTooLarge, "too many documents in one request");
        auto head = read_document(reader, lines.next(), draft);
        if (!items.empty()) items += ',';
        items += action.item;
        if (head) {
            TRY_OK(intake.take(*head, draft));
            items += R"("_version":1,"result":"created","status":201}})";
        } else {
            has_errors = true;
            append_error(std::move(head).error().with_context("line " + lines.number()), items);
        }
    }
    if (count == 0) return fail(Code::kInvalidArgument, "the body holds no action");
    incoming.answer = std::string(R"("errors":)") + (has_errors ? "true" : "false") +
                      R"(,"items":[)" + items + "]}";
    return {};
}

}  // namespace logwood::ingest
