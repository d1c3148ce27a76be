#include "ingest/parsers/script_compiler.h"

#include <utility>

namespace logwood::ingest {

CompileParser script_compiler(std::function<exec::Lookups(RepoId)> lookups_of) {
    using Compiled = std::expected<std::shared_ptr<const exec::ParserProgram>, std::string>;
    return [lookups_of = std::move(lookups_of)](RepoId repo, std::string_view script) -> Compiled {
        auto program =
            exec::ParserProgram::compile(script, lookups_of ? lookups_of(repo) : exec::Lookups());
        if (!program) return std::unexpected(std::move(program).error().message);
        return *std::move(program);
    };
}

}  // namespace logwood::ingest
