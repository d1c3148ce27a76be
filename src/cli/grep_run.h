#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cli/input.h"
#include "cli/local_parser.h"
#include "cli/row_output.h"
#include "exec/query.h"

namespace logwood::cli {

struct GrepOptions {
    std::vector<std::string> files;
    std::string parser;  ///< Empty: `json` for files that begin with a brace, else none.
    RowOutputOptions output;
    std::string needle;  ///< See required_text().
    std::uint64_t limit = UINT64_MAX;
    std::size_t threads = 1;
};

/// Runs a query over files: threads take chunks of lines, in any order, and rows come out in the
/// order of the files. Aggregates are shown at the end. Memory is some chunks and the aggregate.
class GrepRun {
 public:
    GrepRun(std::shared_ptr<const exec::Query> query, GrepOptions options)
        : query_(std::move(query)),
          options_(std::move(options)),
          output_(make_row_output(options_.output)) {}

    /// Reads all files and prints what is found; errors of single files are told and noted.
    Result<void> run();
    /// Reads all files and gives the result of a query with an aggregate, instead.
    Result<exec::ResultRows> collect();

    /// Rows printed, or events that reached the aggregate.
    std::uint64_t matched() const { return matched_; }
    bool has_failed_files() const { return has_failed_files_; }

 private:
    struct Chunk {
        std::uint64_t number = 0;
        std::shared_ptr<const std::string> text;
        std::shared_ptr<const LocalParser> parser;
    };
    /// What comes of a chunk: rows, rendered ahead of their turn when the format allows.
    struct Done {
        std::vector<exec::ResultRows> rows;
        std::string rendered;
        std::uint64_t count = 0;
    };

    Result<std::optional<Chunk>> next_chunk();
    Result<bool> open_next_file();
    void note_failed_file(const Error& error);
    Result<void> work(exec::Partial& partial);
    Result<void> process(const Chunk& chunk, exec::Partial& partial, RowOutput& output, Done& done);
    struct Sources;
    Result<Sources> sources_of(const Chunk& chunk) const;
    Result<void> deliver(std::uint64_t number, Done done);
    Result<void> print_in_turn(Done& done);
    using Partials = std::vector<std::unique_ptr<exec::Partial>>;
    Result<Partials> scan_all();
    Result<exec::ResultRows> finish(Partials& partials);
    Result<void> print_aggregate(Partials& partials);
    void stop(Error error);

    std::shared_ptr<const exec::Query> query_;
    GrepOptions options_;
    std::unique_ptr<RowOutput> output_;
    UtcTime now_ = now();

    std::mutex input_mutex_;  ///< Of the five below.
    std::size_t next_file_ = 0;
    std::optional<TextChunks> open_;
    std::map<std::string, std::shared_ptr<const LocalParser>> parsers_;
    std::shared_ptr<const LocalParser> parser_;  ///< Of the open file; null until it is known.
    std::uint64_t next_chunk_ = 0;

    std::mutex output_mutex_;  ///< Of all below.
    std::condition_variable turn_;
    std::uint64_t next_printed_ = 0;
    std::map<std::uint64_t, Done> waiting_;
    std::uint64_t matched_ = 0;
    bool has_failed_files_ = false;
    std::optional<Error> failure_;
    bool is_stopped_ = false;
};

}  // namespace logwood::cli
