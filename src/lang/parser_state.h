#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/ast.h"
#include "lang/catalogue/signature.h"
#include "lang/lexer.h"
#include "lang/limits.h"

namespace logwood::lang {

/// What the words at the cursor begin.
enum class StepStart : std::uint8_t {
    kFilter,
    kCall,       ///< A call of a function that is no filter.
    kFieldCall,  ///< `field =~ f(…)` with such a function.
    kAssign,
    kCase,
    kMatch,
    kStats,
    kSaved,
    kLink,
};

/// The recursive descent over one text. Its methods are spread over files by what they read:
/// parser.cc (pipelines and steps), parse_filter.cc, parse_expr.cc, parse_call.cc. Each method
/// begins and ends at any place between tokens.
class Parser {
 public:
    Parser(std::string_view text, std::optional<Span> fixed_span)
        : lexer_(text, comments_), fixed_span_(fixed_span) {}

    Checked<Query> query();

 private:
    // Pipelines.
    Checked<Pipeline> pipeline();
    Checked<Pipeline> braced_pipeline();
    Checked<Step> step();
    Checked<Step> step_that_starts(StepStart start);
    Checked<Step::Node> assign();
    Checked<Step::Node> case_step();
    Checked<Step::Node> match();
    Checked<MatchArm> match_arm();
    Checked<Step::Node> saved();
    Checked<Step::Node> link();
    StepStart look_at_step() const;
    StepStart look_after_name(std::size_t after_name) const;
    bool next_step_may_start_without_pipe(bool after_newline) const;

    // Filters.
    Checked<Filter> filter(bool is_step);
    Checked<Filter> or_filter();
    Checked<Filter> unary_filter();
    Checked<Filter> primary_filter();
    Checked<Filter> field_filter(FieldName field);
    Checked<Filter> field_call(FieldName field);
    Checked<Filter> word_filter();
    Checked<Filter> free_text(Literal value);
    Checked<Literal> filter_value();
    bool at_filter() const;
    bool at_operator(std::size_t from) const;

    // Expressions.
    Checked<Expr> expression(int loosest = 0);
    Checked<Expr> unary();
    Checked<Expr> primary();
    Checked<Expr> word_expression();
    Checked<Expr> parenthesised();
    Checked<Expr> array_of_expressions();
    Checked<Expr> combine(BinaryOp op, Expr left, Expr right) const;

    // Calls.
    Checked<Call> call(std::optional<FieldName> receiver = std::nullopt);
    Checked<void> arguments(Call& call);
    Checked<void> argument(Call& call);
    Checked<void> unnamed_argument(Call& call);
    Checked<void> named_argument(Call& call, Argument argument);
    Checked<Expr> argument_value(ParamType type);
    Checked<Expr> literal_value(ParamType type);
    Checked<Expr> array_of_literals(ParamType type);
    Checked<Expr> aggregates();
    Checked<Expr> aggregate_list(char close);
    Checked<Expr> aggregate();
    Checked<Expr> pipeline_value();
    Checked<Expr> list_of(ParamType type);
    Checked<Expr> correlate_query();
    bool at_argument_name() const;
    bool at_call() const;

    // Shared.
    Checked<FieldName> field_name();
    Checked<Literal> quoted_literal();
    Checked<Literal> parameter();
    Checked<void> expect(char c, std::string_view after);
    std::unexpected<Diagnostic> unexpected_here(std::string_view wanted) const;
    Span span_from(std::size_t begin) const;
    Span here() const;

    /// Counts one level of nesting for as long as it lives.
    class Nest {
     public:
        explicit Nest(Parser& parser) : parser_(parser) { ++parser_.depth_; }
        ~Nest() { --parser_.depth_; }
        Nest(const Nest&) = delete;
        Nest& operator=(const Nest&) = delete;
        bool is_too_deep() const { return parser_.depth_ > kNestingMax; }

     private:
        Parser& parser_;
    };
    std::unexpected<Diagnostic> too_deep() const;

    std::vector<Span> comments_;
    Lexer lexer_;
    std::optional<Span> fixed_span_;
    int depth_ = 0;
    std::vector<ParameterUse> parameters_;
};

}  // namespace logwood::lang
