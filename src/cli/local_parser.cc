#include "cli/local_parser.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "cli/input.h"
#include "cli/limits.h"
#include "cli/line_order.h"
#include "exec/parser_program.h"
#include "global/entities.h"
#include "ingest/parsers/builtin_parsers.h"
#include "ingest/parsers/script_compiler.h"
#include "model/batch_source.h"

namespace logwood::cli {
namespace {

/// `dir/web.logscale` is the parser `web`.
std::string stem_of(std::string_view path) {
    auto name = path.substr(path.rfind('/') + 1);
    return std::string(name.substr(0, name.rfind('.')));
}

}  // namespace

LocalParser::Parsers::Parsers(std::vector<std::shared_ptr<const global::Parser>> own)
    : is_builtin(own.empty()), cache(ingest::script_compiler()), set(cache, std::move(own)) {}

Result<LocalParser> LocalParser::find(const std::string& name_or_file) {
    std::vector<std::shared_ptr<const global::Parser>> own;
    if (ingest::find_builtin_parser(name_or_file))
        return LocalParser(name_or_file, std::make_unique<Parsers>(std::move(own)));
    auto script = read_all(name_or_file, kScriptBytesMax);
    if (!script && script.error().code == Code::kNotFound)
        return fail(Code::kNotFound,
                    "there is no built-in parser and no file named " + name_or_file);
    if (!script) return fail(std::move(script).error());
    auto program = exec::ParserProgram::compile(*script);
    if (!program)
        return fail(Code::kInvalidArgument, name_or_file + ":" + program.error().rendered);
    auto parser = std::make_shared<global::Parser>();
    parser->id = ParserId(Id128{0, 1});
    parser->name = stem_of(name_or_file);
    parser->script = *std::move(script);
    auto name = parser->name;
    own.push_back(std::move(parser));
    return LocalParser(std::move(name), std::make_unique<Parsers>(std::move(own)));
}

Result<std::vector<ingest::ReadyBatch>> LocalParser::parse(
    const std::vector<std::string_view>& lines, UtcTime now) const {
    ingest::Assembler assembler(parsers_->set, {.of_token = name_, .fallback = ""}, now);
    ingest::Draft draft;
    ingest::GroupHead head;
    for (auto line : lines) {
        draft.clear();
        draft.field("@rawstring", line);
        TRY_OK(assembler.take(head, draft));
    }
    return assembler.finish();
}

Result<LocalParser::Shown> LocalParser::show(std::string_view text) const {
    std::vector<std::string_view> lines;
    for_each_line(text, [&](std::string_view line) { lines.push_back(line); });
    auto compiled =
        exec::Query::compile("drop([@id, #repo, @ingesttimestamp])", {.implicit_tail = false});
    ASSERT(compiled);
    Shown shown;
    // One line at a time, so that events stand in the order of their lines.
    for (auto line : lines) {
        TRY(auto batches, parse({line}, now()));
        for (auto& batch : batches) {
            auto placed = std::make_shared<model::PlacedRecord>();
            placed->record.tags = std::move(batch.tags);
            placed->record.events = std::move(batch.events);
            TRY(auto rows, (*compiled)->export_rows(*model::make_row_source(placed)));
            auto is_error = std::ranges::find(rows.fields, "@error") != rows.fields.end();
            shown.failed += is_error ? rows.rows.size() : 0;
            append_rows(std::move(rows), shown.rows);
        }
    }
    return shown;
}

UtcTime now() {
    return {
        std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())
            .count()};
}

}  // namespace logwood::cli
