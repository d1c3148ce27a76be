#include "cli/grep_run.h"

#include <algorithm>
#include <cstdio>
#include <thread>
#include <utility>

#include "cli/limits.h"
#include "cli/line_order.h"
#include "cli/line_rows.h"
#include "cli/required_text.h"
#include "cli/terminal.h"
#include "model/batch_source.h"

namespace logwood::cli {
namespace {

bool begins_with_brace(std::string_view text) {
    auto first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '{';
}

void cut(exec::ResultRows& rows, std::uint64_t count) {
    if (rows.rows.size() > count) rows.rows.resize(count);
}

}  // namespace

void GrepRun::note_failed_file(const Error& error) {
    std::fprintf(stderr, "logwood: %s\n", error.message.c_str());
    std::lock_guard lock(output_mutex_);
    has_failed_files_ = true;
}

/// False when there is none left.
Result<bool> GrepRun::open_next_file() {
    while (next_file_ < options_.files.size()) {
        auto input = open_input(options_.files[next_file_++]);
        if (!input) {
            note_failed_file(input.error());
            continue;
        }
        open_.emplace(*std::move(input), kGrepChunkBytes);
        parser_.reset();
        return true;
    }
    return false;
}

Result<std::optional<GrepRun::Chunk>> GrepRun::next_chunk() {
    std::lock_guard lock(input_mutex_);
    while (true) {
        if (!open_) {
            TRY(auto is_open, open_next_file());
            if (!is_open) return std::nullopt;
        }
        auto text = open_->next();
        if (!text)
            note_failed_file(std::move(text).error().with_context(options_.files[next_file_ - 1]));
        if (!text || !*text) {
            open_.reset();
            continue;
        }
        if (!parser_) {
            auto name = options_.parser;
            if (name.empty()) name = begins_with_brace(**text) ? "json" : "none";
            auto& known = parsers_[name];
            if (!known) {
                TRY(auto found, LocalParser::find(name));
                known = std::make_shared<const LocalParser>(std::move(found));
            }
            parser_ = known;
        }
        return Chunk{.number = next_chunk_++,
                     .text = std::make_shared<const std::string>(**std::move(text)),
                     .parser = parser_};
    }
}

/// The events of a chunk.
struct GrepRun::Sources {
    std::vector<std::string_view> lines;
    std::vector<std::shared_ptr<const model::PlacedRecord>> records;  ///< None without a parser.
    std::vector<std::unique_ptr<model::RowSource>> all;
    bool is_in_order = true;  ///< One behind the other they have the order of the lines.
};

Result<GrepRun::Sources> GrepRun::sources_of(const Chunk& chunk) const {
    Sources sources;
    bool keeps_values = chunk.parser->is_none() || chunk.parser->is_json();
    auto& lines = sources.lines;
    lines = lines_with(*chunk.text, keeps_values ? options_.needle : "",
                       chunk.parser->is_json() ? hiding_escape(options_.needle) : "");
    if (lines.empty()) return sources;
    if (chunk.parser->is_none()) {
        sources.all.push_back(make_line_rows(chunk.text, std::move(lines), now_, chunk.number));
        return sources;
    }
    TRY(auto batches, chunk.parser->parse(lines, now_));
    std::uint32_t number = 0;
    for (auto& batch : batches) {
        auto placed = std::make_shared<model::PlacedRecord>();
        placed->offset = model::LogOffset(chunk.number);
        placed->partition = model::PartitionId(number++);
        placed->record.tags = std::move(batch.tags);
        placed->record.ingest_time = now_;
        placed->record.events = std::move(batch.events);
        if (!sources.records.empty() && sources.records.front()->record.tags != placed->record.tags)
            sources.is_in_order = false;
        sources.all.push_back(model::make_row_source(placed));
        sources.records.push_back(std::move(placed));
    }
    return sources;
}

Result<void> GrepRun::process(const Chunk& chunk, exec::Partial& partial, RowOutput& output,
                              Done& done) {
    TRY(auto sources, sources_of(chunk));
    std::vector<exec::ResultRows> results;
    for (auto& source : sources.all) {
        if (query_->is_aggregate()) {
            TRY_OK(query_->scan(*source, partial));
            continue;
        }
        TRY(auto rows, query_->export_rows(*source));
        done.count += rows.rows.size();
        if (!rows.rows.empty()) results.push_back(std::move(rows));
    }
    if (!sources.is_in_order && results.size() > 1) {
        auto merged = in_line_order(sources.lines, sources.records, std::move(results));
        results.clear();
        results.push_back(std::move(merged));
    }
    if (!output.is_stateless() || options_.limit != UINT64_MAX) {
        done.rows = std::move(results);
        return {};
    }
    for (auto& rows : results) TRY_OK(output.append(rows, done.rendered));
    return {};
}

Result<void> GrepRun::print_in_turn(Done& done) {
    if (is_stopped_) return {};
    for (auto& rows : done.rows) {
        cut(rows, options_.limit - std::min(options_.limit, matched_));
        matched_ += rows.rows.size();
        TRY_OK(output_->append(rows, done.rendered));
    }
    if (done.rows.empty()) matched_ += done.count;
    is_stopped_ = is_stopped_ || matched_ >= options_.limit;
    return print(done.rendered);
}

/// Prints when all earlier chunks are printed; waits when too many are done before their turn.
Result<void> GrepRun::deliver(std::uint64_t number, Done done) {
    std::unique_lock lock(output_mutex_);
    turn_.wait(lock, [&] {
        return is_stopped_ || number == next_printed_ || waiting_.size() < kGrepChunksAhead;
    });
    if (is_stopped_) return {};
    waiting_.emplace(number, std::move(done));
    bool has_printed = false;
    for (auto at = waiting_.begin(); at != waiting_.end() && at->first == next_printed_;
         at = waiting_.erase(at), ++next_printed_) {
        TRY_OK(print_in_turn(at->second));
        has_printed = true;
    }
    if (has_printed) TRY_OK(flush_output());
    turn_.notify_all();
    return {};
}

Result<void> GrepRun::work(exec::Partial& partial) {
    auto output = make_row_output(options_.output);
    while (true) {
        {
            std::lock_guard lock(output_mutex_);
            if (is_stopped_ || is_interrupted()) return {};
        }
        TRY(auto chunk, next_chunk());
        if (!chunk) return {};
        Done done;
        TRY_OK(process(*chunk, partial, *output, done));
        if (!query_->is_aggregate()) TRY_OK(deliver(chunk->number, std::move(done)));
    }
}

void GrepRun::stop(Error error) {
    std::lock_guard lock(output_mutex_);
    if (!failure_) failure_ = std::move(error);
    is_stopped_ = true;
    turn_.notify_all();
}

Result<exec::ResultRows> GrepRun::finish(Partials& partials) {
    for (std::size_t i = 1; i < partials.size(); ++i)
        TRY_OK(query_->merge(*partials[0], *partials[i]));
    matched_ = partials[0]->matched();
    return query_->finish(*partials[0]);
}

Result<void> GrepRun::print_aggregate(Partials& partials) {
    TRY(auto rows, finish(partials));
    cut(rows, options_.limit);
    std::string out;
    TRY_OK(output_->append(rows, out));
    output_->finish(out);
    TRY_OK(print(out));
    for (auto& warning : rows.warnings)
        std::fprintf(stderr, "warning: %s\n", warning.message.c_str());
    return flush_output();
}

Result<GrepRun::Partials> GrepRun::scan_all() {
    Partials partials;
    for (std::size_t i = 0; i < options_.threads; ++i) partials.push_back(query_->start());
    {
        std::vector<std::jthread> threads;
        for (auto& partial : partials)
            threads.emplace_back([this, &partial] {
                if (auto done = work(*partial); !done) stop(std::move(done).error());
            });
    }
    if (failure_) return fail(*std::move(failure_));
    return partials;
}

Result<exec::ResultRows> GrepRun::collect() {
    TRY(auto partials, scan_all());
    return finish(partials);
}

Result<void> GrepRun::run() {
    TRY(auto partials, scan_all());
    if (is_interrupted()) return {};
    if (query_->is_aggregate()) return print_aggregate(partials);
    std::string rest;
    output_->finish(rest);
    TRY_OK(print(rest));
    return flush_output();
}

}  // namespace logwood::cli
