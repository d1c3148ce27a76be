#pragma once

#include "ingest/parsers/parser_set.h"

namespace logwood::ingest {

/// Compiles scripts with exec::ParserProgram; `lookups_of` says what those of a repository
/// may use; unset: nothing.
CompileParser script_compiler(std::function<exec::Lookups(RepoId)> lookups_of = {});

}  // namespace logwood::ingest
