#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exec/parser_program.h"
#include "global/entities.h"

namespace logwood::ingest {

/// Turns a parser's script into a program; an error is a sentence.
using CompileParser =
    std::function<std::expected<std::shared_ptr<const exec::ParserProgram>, std::string>(
        const global::Parser& parser)>;

/// A parser as it is run: exactly one of `program`, `is_json`, `broken` and none of them is set.
struct ReadyParser {
    std::string name;
    ParserId id;  ///< None for a built-in one.
    std::uint32_t version = 0;
    std::vector<std::string> tag_fields;
    std::vector<std::string> fields_to_remove;
    std::shared_ptr<const exec::ParserProgram> program;
    bool is_json = false;  ///< The built-in JSON parser: run natively.
    std::string broken;    ///< Why events stay unparsed.
};

/// Compiles parsers once and remembers them by id and version. Any thread.
class ParserCache {
 public:
    explicit ParserCache(CompileParser compile) : compile_(std::move(compile)) {}

    std::shared_ptr<const ReadyParser> of(const global::Parser& parser);
    /// A built-in parser; null when there is none of that name.
    std::shared_ptr<const ReadyParser> builtin(std::string_view name);

 private:
    using Key = std::pair<ParserId, std::uint32_t>;
    void compile_into(ReadyParser& ready, const global::Parser& parser) const;

    CompileParser compile_;
    std::mutex mutex_;
    std::map<Key, std::shared_ptr<const ReadyParser>> parsers_;
    std::map<std::string, std::shared_ptr<const ReadyParser>, std::less<>> builtins_;
};

/// The parsers that the events of one request may name: those of its repository, then the built-in
/// ones. Made on the loop's thread, used on another.
class ParserSet {
 public:
    ParserSet(ParserCache& cache, std::vector<std::shared_ptr<const global::Parser>> of_repository)
        : cache_(cache), of_repository_(std::move(of_repository)) {}

    /// Null when there is none.
    std::shared_ptr<const ReadyParser> find(std::string_view name) const;

 private:
    ParserCache& cache_;
    std::vector<std::shared_ptr<const global::Parser>> of_repository_;
};

}  // namespace logwood::ingest
