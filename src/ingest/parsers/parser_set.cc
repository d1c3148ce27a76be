#include "ingest/parsers/parser_set.h"

#include <algorithm>

#include "ingest/limits.h"
#include "ingest/parsers/builtin_parsers.h"

namespace logwood::ingest {

void ParserCache::compile_into(ReadyParser& ready, const global::Parser& parser) const {
    auto program = compile_(parser);
    if (program)
        ready.program = *std::move(program);
    else
        ready.broken = "parser " + ready.name + " does not compile: " + program.error();
}

std::shared_ptr<const ReadyParser> ParserCache::of(const global::Parser& parser) {
    Key key(parser.id, parser.revision);
    std::lock_guard lock(mutex_);
    if (auto at = parsers_.find(key); at != parsers_.end()) return at->second;
    auto ready =
        std::make_shared<ReadyParser>(ReadyParser{.name = parser.name,
                                                  .id = parser.id,
                                                  .version = parser.revision,
                                                  .tag_fields = parser.tag_fields,
                                                  .fields_to_remove = parser.fields_to_remove});
    compile_into(*ready, parser);
    if (parsers_.size() >= kCompiledParsersMax) parsers_.clear();
    return parsers_[key] = ready;
}

std::shared_ptr<const ReadyParser> ParserCache::builtin(std::string_view name) {
    std::lock_guard lock(mutex_);
    if (auto at = builtins_.find(name); at != builtins_.end()) return at->second;
    const auto* found = find_builtin_parser(name);
    if (!found) return nullptr;
    auto ready = std::make_shared<ReadyParser>(ReadyParser{.name = std::string(name)});
    ready->is_json = name == "json";
    if (!ready->is_json && !found->script.empty())
        compile_into(*ready, global::Parser{.script = std::string(found->script)});
    return builtins_[ready->name] = ready;
}

std::shared_ptr<const ReadyParser> ParserSet::find(std::string_view name) const {
    auto named = [&](const auto& parser) { return parser->name == name; };
    auto at = std::ranges::find_if(of_repository_, named);
    if (at != of_repository_.end()) return cache_.of(**at);
    return cache_.builtin(name);
}

}  // namespace logwood::ingest
