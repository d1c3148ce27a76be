#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "exec/query.h"
#include "ingest/assembler.h"

namespace logwood::cli {

/// A parser that runs here as it would on a server. Any thread.
class LocalParser {
 public:
    /// A built-in parser of that name, else the script in that file. kNotFound when there is
    /// neither, kInvalidArgument with the place when the script does not compile.
    static Result<LocalParser> find(const std::string& name_or_file);

    /// True for the parser that does nothing.
    bool is_none() const { return name_ == "none" && parsers_->is_builtin; }
    /// True for the built-in JSON parser: what it finds stands in the line.
    bool is_json() const { return name_ == "json" && parsers_->is_builtin; }

    /// The events of the lines; `now` is the time of those without one.
    Result<std::vector<ingest::ReadyBatch>> parse(const std::vector<std::string_view>& lines,
                                                  UtcTime now) const;

    struct Shown {
        exec::ResultRows rows;   ///< All fields and tags of each event.
        std::size_t failed = 0;  ///< Events with an `@error`.
    };
    /// The events of the text's lines as rows.
    Result<Shown> show(std::string_view text) const;

 private:
    struct Parsers {
        explicit Parsers(std::vector<std::shared_ptr<const global::Parser>> own);
        bool is_builtin;
        ingest::ParserCache cache;
        ingest::ParserSet set;
    };
    LocalParser(std::string name, std::unique_ptr<Parsers> parsers)
        : name_(std::move(name)), parsers_(std::move(parsers)) {}

    std::string name_;
    std::unique_ptr<Parsers> parsers_;
};

/// The present, as a server sees it.
UtcTime now();

}  // namespace logwood::cli
