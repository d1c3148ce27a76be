#pragma once

#include "ingest/parser_set.h"

namespace logwood::ingest {

/// Compiles scripts with exec::ParserProgram.
CompileParser script_compiler();

}  // namespace logwood::ingest
