#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/catalogue/signature.h"
#include "lang/check.h"

namespace logwood::lang {

/// What the place of a pipeline or filter allows. A pipeline's scope changes as its steps go by.
struct Scope {
    bool is_top = false;         ///< The query itself: the preamble may stand here.
    bool may_aggregate = false;  ///< Not in case, match, filters and their like.
    bool may_link = false;       ///< In a query of correlate().
    bool is_after_aggregate = false;
    bool may_extract = true;  ///< Not inside OR and NOT: regexes may have named groups.
    bool is_negated = false;
};

/// One walk over a query that substitutes, binds, rewrites and enforces; see check.h. Methods take
/// nodes as parsed and leave them checked.
class Checker {
 public:
    explicit Checker(const CheckOptions& options) : options_(options) {}

    Checked<CheckedQuery> run(Query query);

 private:
    /// Values of `?name` in one text: the query's own, or a saved query's.
    struct Values {
        std::map<std::string, std::vector<std::string>, std::less<>> given;
        std::map<std::string, std::string, std::less<>> defaults;
    };

    // Steps (check.cc).
    Checked<void> pipeline(Pipeline& pipeline, Scope& scope);
    Checked<void> steps(std::vector<Step>& out, std::vector<Step> in, Scope& scope);
    Checked<void> saved(std::vector<Step>& out, SavedCall& call, Span span, Scope& scope);
    Checked<Values> values_of(SavedCall& call);
    Checked<void> step(std::vector<Step>& out, Step step, Scope& scope);
    Checked<void> call_step(std::vector<Step>& out, Call call, Span span, Scope& scope);
    Checked<void> preamble(std::vector<Step>& out, Call call, Scope& scope);
    Checked<void> assign_step(std::vector<Step>& out, Assign assign, Span span, Scope& scope);
    Checked<void> case_step(Case& node, const Scope& scope);
    Checked<void> match_step(Match& node, const Scope& scope);

    // Filters and expressions (check_filter.cc).
    Checked<void> filter(Filter& filter, const Scope& scope);
    Checked<void> free_text(FreeText& node, Span span, const Scope& scope);
    Checked<void> compare(Compare& node, const Scope& scope);
    Checked<void> filter_call(Call& call, const Scope& scope);
    Checked<void> regex_place(const Literal& literal, const Scope& scope);
    Checked<void> expression(Expr& expr, const Scope& scope);
    Checked<void> expression_call(Call& call, const Scope& scope);

    // Parameters (check_filter.cc).
    Checked<std::vector<std::string>> value_of(const Literal& parameter) const;
    Checked<void> substitute(Literal& literal) const;

    // Calls (check_call.cc).
    Checked<void> bind(Call& call, const Scope& scope);
    Checked<void> place(const Call& call, const Scope& scope) const;
    Checked<void> receiver(Call& call) const;
    Checked<void> required(const Call& call) const;
    Checked<void> output(Call& call, FieldName target) const;
    Checked<void> argument(Argument& argument, const Call& call, const Scope& scope);
    Checked<void> literals(Expr& value, const ParameterSpec& parameter);
    Checked<void> literal(Literal& literal, const ParameterSpec& parameter);
    Checked<void> pairs(Expr& value, const ParameterSpec& parameter);
    Checked<void> aggregates(Expr& value, const Scope& scope);
    Checked<void> aggregate(Expr item, std::vector<Expr>& out, const Scope& scope);
    Checked<void> sub_pipeline(Expr& value, const Argument& argument, const Call& call,
                               const Scope& scope);
    Checked<void> correlate_queries(Expr& value, const Scope& scope);

    const CheckOptions& options_;
    Values values_;
    CheckedQuery result_;
    std::vector<std::string> saved_open_;  ///< Names of those being expanded, outermost first.
    std::size_t saved_bytes_ = 0;
};

/// Index of the first step that makes rows of events; the number of steps if none does.
std::size_t first_aggregate(const Pipeline& pipeline);

/// Decimal or scientific, the whole text; nullopt: no number.
std::optional<double> parse_number(std::string_view text);

}  // namespace logwood::lang
