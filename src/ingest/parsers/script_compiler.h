#pragma once

#include "ingest/parsers/parser_set.h"

namespace logwood::ingest {

/// Compiles the parser's script with the saved queries that it carries.
std::expected<std::shared_ptr<const exec::ParserProgram>, exec::CompileError> compile_parser(
    const global::Parser& parser, const exec::Lookups& lookups);

/// Compiles scripts with exec::ParserProgram; `lookups_of` says what those of a repository
/// may use; unset: nothing.
CompileParser script_compiler(std::function<exec::Lookups(RepoId)> lookups_of = {});

}  // namespace logwood::ingest
