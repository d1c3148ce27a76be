#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "exec/query.h"

namespace CLI {
class App;
}

namespace logwood::cli {

enum class Format : std::uint8_t { kText, kJson, kCsv, kTsv, kTable };

struct OutputOptions {
    std::string format;  ///< As given; empty: see choose_format().
    std::vector<std::string> columns;
    std::string colour = "auto";
};

/// Adds `--format`, `--columns` and `--color` to a verb.
void add_output_options(CLI::App& verb, OutputOptions& options);

/// What was asked for; else on a terminal that shows colours (NO_COLOR).
bool wants_colour(const OutputOptions& options);

/// What was asked for; else JSON into files and pipes, and on a terminal tables of aggregates and
/// the text of events.
Format choose_format(const OutputOptions& options, bool gives_events);

/// Renders rows as they come. One thread at a time.
class RowOutput {
 public:
    virtual ~RowOutput() = default;
    /// kInvalidArgument when the format cannot hold the rows.
    virtual Result<void> append(const exec::ResultRows& rows, std::string& out) = 0;
    /// What has been held back.
    virtual void finish(std::string& /*out*/) {}
    /// True when rows are rendered by themselves: then any number of outputs may share the work.
    virtual bool is_stateless() const { return false; }
};

struct RowOutputOptions {
    Format format = Format::kText;
    std::vector<std::string> columns;  ///< Only these, in this order; empty: all.
    std::size_t width = 0;             ///< A table's columns are cut to fit; 0: they are not.
    /// Rows come in several parts, so that columns must be known before the first one.
    bool is_stream = false;
    /// Of text, events by their level; of a table, the header.
    bool is_coloured = false;
};
std::unique_ptr<RowOutput> make_row_output(RowOutputOptions options);

}  // namespace logwood::cli
