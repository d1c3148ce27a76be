#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exec/lookup/lookups.h"
#include "exec/plan/compiler.h"
#include "exec/query.h"

namespace logwood::exec {

/// What a sub-query makes a table of.
struct TableRequest {
    std::string name;                  ///< Of the input, for people.
    std::vector<std::string> columns;  ///< Empty: all.
    std::uint64_t events_max = 0;      ///< Rows when the sub-query gives events, ...
    std::uint64_t rows_max = 0;        ///< ... and any rows.
    bool warns = true;
    std::vector<std::string> filled = {};  ///< Columns with empty texts where a row has no value.
};

/// Collects the inputs of one query while it compiles: those of its sub-queries, and of theirs,
/// come before whatever asks for them.
class Inputs {
 public:
    /// `options` are those that sub-queries start from, with the interval of the query; `seed`
    /// tells the query from others, in the bytes of partials.
    Inputs(CompileOptions options, std::uint64_t seed);

    /// A call of defineTable(): its table is known from now on.
    lang::Checked<void> define_table(const lang::BoundCall& call);
    /// A table by name; null: there is none.
    LookupFilePtr table(std::string_view name) const;
    /// The rows of the sub-query that is the call's `query`, over the call's interval and view.
    /// The same table when the same call is compiled again.
    lang::Checked<LookupFilePtr> add_table(const lang::BoundCall& call, TableRequest request);

    /// What an earlier compilation of the part of the query made; null: nothing yet.
    std::shared_ptr<const void> made(const void* part) const;
    /// Adds a pass over the events that the query itself sees: a plan with an aggregate.
    lang::Checked<void> add_pass(
        const lang::BoundCall& call, const void* part, std::shared_ptr<const void> made, Plan plan,
        std::function<Result<std::vector<Warning>>(const ResultRows&)> take);

    /// Lets a part that was made for the query live until it is compiled: parts are known by their
    /// addresses.
    void keep(const std::shared_ptr<const void>& part) { shared_->made[part.get()] = part; }

    const CompileOptions& options() const { return options_; }
    /// All inputs so far, in the order in which they have to run.
    const std::vector<Input>& list() const { return shared_->list; }

 private:
    struct Shared {
        std::uint64_t seed = 0;
        std::vector<Input> list = {};
        std::map<std::string, LookupFilePtr, std::less<>> tables = {};
        std::map<const void*, std::shared_ptr<const void>> made = {};
        std::shared_ptr<std::size_t> bytes = std::make_shared<std::size_t>(0);  ///< Of tables.
    };
    Inputs(CompileOptions options, std::shared_ptr<Shared> shared, std::optional<std::string> view);
    lang::Checked<void> add(const lang::BoundCall& call, Input input);
    lang::Checked<CompileOptions> options_of(const lang::BoundCall& call,
                                             const std::optional<std::string>& view) const;

    CompileOptions options_;
    std::shared_ptr<Shared> shared_;   ///< Of the query and all of its sub-queries.
    std::optional<std::string> view_;  ///< Of this sub-query; unset: that of the query.
};

/// A query of a plan with an aggregate. `salt` tells it from others of the same options.
std::shared_ptr<const Query> query_of(Plan plan, const CompileOptions& options, std::uint64_t salt);

/// True when the pipeline gives events, the newest first.
bool lists_events(const lang::Pipeline& pipeline);

}  // namespace logwood::exec
