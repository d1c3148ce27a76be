// Pipelines and steps: what separates them, and which kind of step comes next.
//
// Which step it is shows within a few tokens, so nothing is ever read twice but those.
#include "lang/parser.h"

#include <fmt/format.h>

#include "lang/parser_state.h"

namespace logwood::lang {

Checked<Query> parse(std::string_view text) { return Parser(text, std::nullopt).query(); }

Checked<Query> parse_as_part(std::string_view text, Span span) {
    return Parser(text, span).query();
}

/// A `;` after a step is taken for the pipe that it was meant to be.
Checked<Query> Parser::query() {
    if (lexer_.text().size() > kTextBytesMax) {
        return std::unexpected(Diagnostic{{}, "the query is too long", Code::kTooLarge});
    }
    Query query;
    LANG_TRY(query.pipeline, pipeline());
    while (lexer_.accept(';')) {
        LANG_TRY(auto rest, pipeline());
        for (auto& step : rest.steps) query.pipeline.steps.push_back(std::move(step));
    }
    lexer_.skip();
    if (!lexer_.at_end()) return unexpected_here("`|` or the end of the query");
    query.parameters = std::move(parameters_);
    query.comments = std::move(comments_);
    return query;
}

Checked<Pipeline> Parser::pipeline() {
    lexer_.skip();
    auto begin = lexer_.position();
    Pipeline pipeline;
    auto at_close = [this] {
        char c = lexer_.peek();
        return lexer_.at_end() || c == '}' || c == ';' || c == ')';
    };
    lexer_.accept('|');
    lexer_.skip();
    while (!at_close()) {
        LANG_TRY(auto next, step());
        pipeline.steps.push_back(std::move(next));
        auto step_end = lexer_.position();
        lexer_.skip();
        auto gap = lexer_.between(step_end, lexer_.position());
        if (lexer_.accept('|')) {
            lexer_.skip();
        } else if (!at_close() && !next_step_may_start_without_pipe(gap.contains('\n'))) {
            return unexpected_here("`|` or the end of the query");
        }
    }
    pipeline.span = span_from(begin);
    return pipeline;
}

Checked<Pipeline> Parser::braced_pipeline() {
    Nest nest(*this);
    if (nest.is_too_deep()) return too_deep();
    auto begin = lexer_.position();
    LANG_TRY_OK(expect('{', "a sub-pipeline"));
    LANG_TRY(auto inner, pipeline());
    LANG_TRY_OK(expect('}', "the sub-pipeline"));
    inner.span = span_from(begin);
    return inner;
}

/// A pipe may be missing before a call that is no filter, and at the start of a line.
bool Parser::next_step_may_start_without_pipe(bool after_newline) const {
    auto start = look_at_step();
    if (start == StepStart::kCall) return true;
    return after_newline && (start != StepStart::kFilter || at_filter());
}

StepStart Parser::look_at_step() const {
    auto begin = lexer_.position();
    char c = lexer_.peek();
    if (c == '[') return StepStart::kStats;
    if (c == '$') return StepStart::kSaved;
    if (c == '"') {
        auto end = lexer_.quoted_end(begin);
        return end ? look_after_name(lexer_.skip_from(*end)) : StepStart::kFilter;
    }
    if (c == '`') return StepStart::kAssign;
    auto end = lexer_.name_end(begin);
    if (end == begin) return StepStart::kFilter;
    auto after = lexer_.skip_from(end);
    if (lexer_.byte_at(after) == '{' && lexer_.between(begin, end) == "case") {
        return StepStart::kCase;
    }
    if (auto start = look_after_name(after); start != StepStart::kFilter) return start;
    if (at_operator(after)) return StepStart::kFilter;
    auto function_end = lexer_.function_name_end(begin);
    if (lexer_.byte_at(lexer_.skip_from(function_end)) != '(') return StepStart::kFilter;
    const auto* function = find_function(lexer_.between(begin, function_end));
    return function && !function->is_usable_as_filter() ? StepStart::kCall : StepStart::kFilter;
}

StepStart Parser::look_after_name(std::size_t after_name) const {
    Lexer ahead = lexer_;
    ahead.move_to(after_name);
    if (ahead.accept("<=>")) return StepStart::kLink;
    if (ahead.accept(":=")) return StepStart::kAssign;
    if (ahead.accept("=~")) {
        ahead.move_to(ahead.skip_from(ahead.position()));
        if (ahead.peek() == '!' || ahead.at_word("not")) return StepStart::kFilter;
        auto end = ahead.function_name_end(ahead.position());
        const auto* function = find_function(ahead.between(ahead.position(), end));
        bool is_filter = !function || function->is_usable_as_filter();
        return is_filter ? StepStart::kFilter : StepStart::kFieldCall;
    }
    if (ahead.accept("match")) {
        ahead.move_to(ahead.skip_from(ahead.position()));
        if (ahead.peek() == '{') return StepStart::kMatch;
    }
    return StepStart::kFilter;
}

Checked<Step> Parser::step() {
    auto begin = lexer_.position();
    LANG_TRY(auto step, step_that_starts(look_at_step()));
    step.span = span_from(begin);
    return step;
}

Checked<Step> Parser::step_that_starts(StepStart start) {
    auto wrap = [](auto node) -> Checked<Step> {
        if (!node) return std::unexpected(std::move(node).error());
        return Step{Step::Node(*std::move(node)), {}};
    };
    switch (start) {
        case StepStart::kCall:
            return wrap(call());
        case StepStart::kAssign:
            return wrap(assign());
        case StepStart::kCase:
            return wrap(case_step());
        case StepStart::kMatch:
            return wrap(match());
        case StepStart::kSaved:
            return wrap(saved());
        case StepStart::kLink:
            return wrap(link());
        case StepStart::kStats: {
            lexer_.accept('[');
            LANG_TRY(auto list, aggregate_list(']'));
            return Step{StatsShorthand{std::move(list.as<Array>()->items)}, {}};
        }
        case StepStart::kFieldCall: {
            LANG_TRY(auto field, field_name());
            lexer_.skip();
            lexer_.accept("=~");
            lexer_.skip();
            LANG_TRY(auto function, call(std::move(field)));
            return Step{std::move(function), {}};
        }
        case StepStart::kFilter:
            break;
    }
    LANG_TRY(auto terms, filter(true));
    if (auto* single = terms.as<Box<Call>>()) return Step{std::move(**single), {}};
    return Step{std::move(terms), {}};
}

Checked<Step::Node> Parser::assign() {
    Assign assign;
    if (lexer_.accept('`')) {
        assign.target_is_indirect = true;
        LANG_TRY(assign.target, field_name());
        if (!lexer_.accept('`')) return unexpected_here("a closing back-tick");
    } else {
        LANG_TRY(assign.target, field_name());
    }
    lexer_.skip();
    if (!lexer_.accept(":=")) return unexpected_here("`:=`");
    LANG_TRY(assign.value, expression());
    return assign;
}

Checked<Step::Node> Parser::case_step() {
    Nest nest(*this);
    if (nest.is_too_deep()) return too_deep();
    lexer_.accept("case");
    LANG_TRY_OK(expect('{', "case"));
    Case result;
    while (true) {
        LANG_TRY(auto clause, pipeline());
        lexer_.skip();
        bool is_last = lexer_.peek() == '}';
        if (clause.steps.empty() && !is_last) {
            return unexpected_here("a clause of the case");
        }
        if (!clause.steps.empty()) result.clauses.push_back(std::move(clause));
        if (lexer_.accept('}')) return result;
        if (!lexer_.accept(';')) return unexpected_here("`;` or the `}` of the case");
    }
}

Checked<Step::Node> Parser::match() {
    Nest nest(*this);
    if (nest.is_too_deep()) return too_deep();
    Match result;
    LANG_TRY(result.field, field_name());
    lexer_.skip();
    lexer_.accept("match");
    LANG_TRY_OK(expect('{', "match"));
    while (true) {
        lexer_.skip();
        if (lexer_.peek() == '}' && !result.arms.empty()) break;
        LANG_TRY(auto arm, match_arm());
        result.arms.push_back(std::move(arm));
        lexer_.skip();
        if (lexer_.peek() == '}') break;
        if (!lexer_.accept(';')) return unexpected_here("`;` or the `}` of the match");
    }
    lexer_.accept('}');
    return result;
}

Checked<MatchArm> Parser::match_arm() {
    MatchArm arm;
    auto begin = lexer_.position();
    bool is_star = lexer_.peek() == '*' && lexer_.pattern_end(begin) == begin + 1;
    if (is_star || lexer_.at_word("true")) {
        lexer_.move_to(lexer_.pattern_end(begin));
        arm.guard = Always{};
    } else if (at_call()) {
        LANG_TRY(auto guard, call());
        arm.guard = Box<Call>(std::move(guard));
    } else {
        LANG_TRY(arm.guard, filter_value());
    }
    arm.guard_span = span_from(begin);
    lexer_.skip();
    if (!lexer_.accept("=>")) return unexpected_here("`=>` after the guard");
    LANG_TRY(auto then, pipeline());
    if (then.steps.empty()) return unexpected_here("a step after `=>` (`*` does nothing)");
    arm.pipeline = std::move(then);
    return arm;
}

Checked<Step::Node> Parser::saved() {
    lexer_.accept('$');
    SavedCall saved;
    if (lexer_.peek() == '"') {
        LANG_TRY(saved.name, lexer_.quoted());
    } else {
        LANG_TRY(saved.name, lexer_.pattern());
    }
    LANG_TRY_OK(expect('(', "the name of the saved query"));
    lexer_.skip();
    while (lexer_.peek() != ')') {
        SavedArgument argument;
        LANG_TRY(auto name, field_name());
        argument.name = std::move(name.name);
        LANG_TRY_OK(expect('=', "the name of the argument"));
        LANG_TRY(argument.value, literal_value(ParamType::kStrings));
        saved.arguments.push_back(std::move(argument));
        lexer_.skip();
        if (!lexer_.accept(',')) break;
        lexer_.skip();
    }
    LANG_TRY_OK(expect(')', "the arguments"));
    return saved;
}

Checked<Step::Node> Parser::link() {
    Link link;
    LANG_TRY(link.left, field_name());
    lexer_.skip();
    lexer_.accept("<=>");
    lexer_.skip();
    LANG_TRY(link.right, field_name());
    return link;
}

}  // namespace logwood::lang
