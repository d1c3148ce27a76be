#include "ingest/script_compiler.h"

namespace logwood::ingest {

CompileParser script_compiler() {
    using Compiled = std::expected<std::shared_ptr<const exec::ParserProgram>, std::string>;
    return [](std::string_view script) -> Compiled {
        auto program = exec::ParserProgram::compile(script);
        if (!program) return std::unexpected(std::move(program).error().message);
        return *std::move(program);
    };
}

}  // namespace logwood::ingest
