#pragma once

#include <string_view>
#include <vector>

#include "exec/filter/text_predicate.h"

namespace logwood::exec {

/// Matches the whole text; `*` stands for any run, also an empty one. Case folding is ASCII.
TextPredicatePtr glob_predicate(std::string_view pattern, bool ignore_case = false);
/// Matches a part of the text, as free text and `like` do.
TextPredicatePtr contains_predicate(std::string_view pattern, bool ignore_case = false);
/// True when one of them matches. Literals among them are looked up by hash.
TextPredicatePtr any_of(std::vector<TextPredicatePtr> predicates);
/// Is the pattern only stars, or empty? Such free text matches every event.
bool matches_everything(std::string_view pattern);

}  // namespace logwood::exec
