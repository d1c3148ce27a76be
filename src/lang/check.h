#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/ast.h"

namespace logwood::lang {

/// Where a query is to run; decides what it may contain.
enum class Context : std::uint8_t { kSearch, kParser, kAlert };

struct CheckOptions {
    Context context = Context::kSearch;
    /// Can this function (canonical name) run here? Unset: every function of the language can.
    std::function<bool(std::string_view name)> is_built;
    /// Values of `?name`; several values only where lists are taken.
    std::map<std::string, std::vector<std::string>, std::less<>> arguments;
    /// Text of a saved query by name (`scope/package:name` for packages); nullopt: there is none.
    std::function<std::optional<std::string>(std::string_view name)> saved_query;
    /// Let parameters without value or default stand as empty text, instead of failing.
    bool allow_missing_arguments = false;
};

/// A query that can run. The tree has the properties that ast.h notes under "Checked".
struct CheckedQuery {
    Pipeline pipeline;           ///< Without the preamble.
    std::vector<Call> preamble;  ///< setTimeInterval() and defineTable() calls, in order.
    /// Index in pipeline.steps of the first aggregate (a kAggregate or kSequence call, or a
    /// source); steps.size() when there is none.
    std::size_t first_aggregate = 0;
    std::vector<std::string> saved_queries;  ///< Names used, each once.

    bool is_aggregate() const { return first_aggregate < pipeline.steps.size(); }
};

/// Expands saved queries and parameters, binds arguments to parameters, rewrites shorthands
/// (`x := f()`, `f =~ g()`, `[f(), g()]`), and enforces the rules on where things may stand.
/// The first violation is the answer. Any thread; callbacks are called on this one.
Checked<CheckedQuery> check(Query query, const CheckOptions& options = {});

/// Where a filter may be put before all that a query does with events: behind the last call of its
/// preamble; 0 when it has none, or does not parse.
std::size_t preamble_end(std::string_view text);

/// Parses and checks.
Checked<CheckedQuery> compile(std::string_view text, const CheckOptions& options = {});

}  // namespace logwood::lang
