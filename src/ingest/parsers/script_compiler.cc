#include "ingest/parsers/script_compiler.h"

#include <utility>

namespace logwood::ingest {

std::expected<std::shared_ptr<const exec::ParserProgram>, exec::CompileError> compile_parser(
    const global::Parser& parser, const exec::Lookups& lookups) {
    auto saved_query = [&](std::string_view name) -> std::optional<std::string> {
        for (auto& [known, text] : parser.saved_queries)
            if (known == name) return text;
        return std::nullopt;
    };
    return exec::ParserProgram::compile(parser.script, lookups, saved_query);
}

CompileParser script_compiler(std::function<exec::Lookups(RepoId)> lookups_of) {
    using Compiled = std::expected<std::shared_ptr<const exec::ParserProgram>, std::string>;
    return [lookups_of = std::move(lookups_of)](const global::Parser& parser) -> Compiled {
        auto program =
            compile_parser(parser, lookups_of ? lookups_of(parser.repo) : exec::Lookups());
        if (!program) return std::unexpected(std::move(program).error().message);
        return *std::move(program);
    };
}

}  // namespace logwood::ingest
