// Prints a tree so that it parses to itself: quotes only what a bare word cannot say, brackets only
// what precedence does not.
#include "lang/format.h"

#include <fmt/format.h>

#include <map>

#include "lang/catalogue/signature.h"
#include "lang/lexer.h"
#include "lang/parser.h"

namespace logwood::lang {
namespace {

constexpr std::string_view kBinaryText[] = {
    "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">="};
constexpr std::string_view kCompareText[] = {"=", "!=", " like ", "<", "<=", ">", ">="};

std::string quote(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out + '"';
}

bool is_operator_word(std::string_view name) {
    return equals_ignoring_case(name, "and") || equals_ignoring_case(name, "or") ||
           equals_ignoring_case(name, "not");
}

std::string field_text(std::string_view name) {
    bool is_bare = !name.empty() && Lexer(name).name_end(0) == name.size();
    return is_bare && !is_operator_word(name) ? std::string(name) : quote(name);
}

std::string regex_text(const Literal& literal) {
    std::string out = "/";
    for (std::size_t i = 0; i < literal.text.size(); ++i) {
        if (literal.text[i] == '/') out += '\\';
        out += literal.text[i];
        if (literal.text[i] == '\\' && i + 1 < literal.text.size()) out += literal.text[++i];
    }
    out += '/';
    if (literal.flags.dot_all) out += 'd';
    if (literal.flags.ignore_case) out += 'i';
    if (literal.flags.multi_line) out += 'm';
    if (literal.flags.repeat) out += 'g';
    if (literal.flags.engine_v2) out += 'F';
    return out;
}

/// With a blank where `=` and the value would make another operator, `=~`.
std::string after_operator(const std::string& value) {
    return value.starts_with('~') ? " " + value : value;
}

int level_of(BinaryOp op) {
    if (op >= BinaryOp::kEqual) return 1;
    return op <= BinaryOp::kSubtract ? 2 : 3;
}

class Printer {
 public:
    Printer() = default;
    explicit Printer(const Query& query) {
        for (const auto& use : query.parameters) {
            if (use.default_value) defaults_.try_emplace(use.name, *use.default_value);
        }
    }

    std::string pipeline(const Pipeline& pipeline, std::string_view separator) const {
        std::string out;
        for (const auto& each : pipeline.steps) {
            if (!out.empty()) out += separator;
            out += step(each);
        }
        return out;
    }
    std::string filter(const Filter& filter) const;
    std::string expr(const Expr& expr) const;
    std::string step(const Step& step) const;

 private:
    std::string block(const Pipeline& inner) const {
        return inner.steps.empty() ? "{ }" : "{ " + pipeline(inner, " | ") + " }";
    }
    std::string case_text(const Case& node) const;
    std::string match_text(const Match& node) const;
    std::string saved_text(const SavedCall& node) const;
    std::string guard(const Guard& guard) const;
    std::string terms(const std::vector<Filter>& operands, std::string_view between) const;
    std::string operand(const Filter& filter) const;
    std::string compare(const Compare& node) const;
    std::string literal(const Literal& literal) const;
    std::string call(const Call& call) const;
    std::string argument(const Argument& argument) const;
    std::string binary(const Binary& node) const;
    std::string list(const std::vector<Expr>& items) const;
    std::string correlate_query(const CorrelateQuery& query) const;

    std::map<std::string, std::string, std::less<>> defaults_;
};

std::string Printer::literal(const Literal& literal) const {
    switch (literal.kind) {
        case LiteralKind::kRegex:
            return regex_text(literal);
        case LiteralKind::kParameter: {
            auto found = defaults_.find(literal.text);
            auto name = field_text(literal.text);
            if (found == defaults_.end()) return "?" + name;
            return fmt::format("?{{{}={}}}", name, quote(found->second));
        }
        case LiteralKind::kPattern: {
            bool is_bare = Lexer(literal.text).pattern_end(0) == literal.text.size();
            if (is_bare && !literal.text.empty()) return literal.text;
            return quote(literal.text);
        }
        case LiteralKind::kString:
            break;
    }
    return quote(literal.text);
}

std::string Printer::compare(const Compare& node) const {
    auto op = kCompareText[static_cast<std::size_t>(node.op)];
    auto value = literal(node.value);
    return fmt::format("{}{}{}", field_text(node.field.name), op, after_operator(value));
}

std::string Printer::operand(const Filter& filter) const {
    bool is_compound = filter.as<And>() || filter.as<Or>();
    return is_compound ? "(" + this->filter(filter) + ")" : this->filter(filter);
}

std::string Printer::terms(const std::vector<Filter>& operands, std::string_view between) const {
    std::string out;
    for (const auto& each : operands) {
        if (!out.empty()) out += between;
        out += operand(each);
    }
    return out;
}

std::string Printer::filter(const Filter& filter) const {
    if (const auto* node = filter.as<And>()) return terms(node->operands, " AND ");
    if (const auto* node = filter.as<Or>()) return terms(node->operands, " OR ");
    if (const auto* node = filter.as<Not>()) {
        // Two negations in a row would read as none.
        auto inner = operand(*node->operand);
        return node->operand->as<Not>() ? "NOT (" + inner + ")" : "NOT " + inner;
    }
    if (const auto* node = filter.as<Constant>()) return node->value ? "true" : "false";
    if (const auto* node = filter.as<FreeText>()) return literal(node->value);
    if (const auto* node = filter.as<Compare>()) return compare(*node);
    return call(**filter.as<Box<Call>>());
}

std::string Printer::binary(const Binary& node) const {
    int level = level_of(node.op);
    auto side = [&](const Expr& operand, bool is_left) {
        const auto* inner = operand.as<Binary>();
        bool is_bare = !inner || (is_left && level > 1 && level_of(inner->op) == level);
        return is_bare ? expr(operand) : "(" + expr(operand) + ")";
    };
    auto op = kBinaryText[static_cast<std::size_t>(node.op)];
    return fmt::format("{} {} {}", side(*node.left, true), op, side(*node.right, false));
}

std::string Printer::list(const std::vector<Expr>& items) const {
    std::string out;
    for (const auto& item : items) {
        if (!out.empty()) out += ", ";
        out += expr(item);
    }
    return "[" + out + "]";
}

std::string Printer::expr(const Expr& expr) const {
    if (const auto* node = expr.as<Literal>()) return literal(*node);
    if (const auto* node = expr.as<FieldRef>()) return node->name;
    if (const auto* node = expr.as<Number>()) return node->text;
    if (const auto* node = expr.as<Boolean>()) return node->value ? "true" : "false";
    if (const auto* node = expr.as<Unary>()) {
        auto inner = this->expr(*node->operand);
        if (node->operand->as<Binary>()) inner = "(" + inner + ")";
        return (node->op == UnaryOp::kMinus ? "-" : "!") + inner;
    }
    if (const auto* node = expr.as<Binary>()) return binary(*node);
    if (const auto* node = expr.as<Array>()) return list(node->items);
    if (const auto* node = expr.as<Box<Call>>()) return call(**node);
    if (const auto* node = expr.as<Box<Pipeline>>()) return block(**node);
    if (const auto* node = expr.as<NamedElement>()) {
        return field_text(node->target.name) + " := " + this->expr(*node->value);
    }
    return correlate_query(*expr.as<CorrelateQuery>());
}

std::string Printer::correlate_query(const CorrelateQuery& query) const {
    auto out = field_text(query.name.name) + ": " + block(*query.pipeline);
    if (query.include) out += " include: " + expr(*query.include);
    return out;
}

std::string Printer::argument(const Argument& argument) const {
    const auto* parameter = argument.parameter;
    const auto* array = argument.value.as<Array>();
    if (parameter && parameter->type == ParamType::kCorrelate && array) {
        auto queries = list(array->items);
        return queries.substr(1, queries.size() - 2);
    }
    auto value = expr(argument.value);
    bool is_single =
        array && array->items.size() == 1 && parameter && parameter->type == ParamType::kAggregates;
    if (is_single) value = expr(array->items.front());
    return field_text(argument.name) + "=" + after_operator(value);
}

std::string Printer::call(const Call& call) const {
    std::string out = call.receiver ? field_text(call.receiver->name) + " =~ " : "";
    out += call.name + "(";
    bool is_first = true;
    for (const auto& each : call.arguments) {
        if (!is_first) out += ", ";
        is_first = false;
        out += argument(each);
    }
    return out + ")";
}

std::string Printer::case_text(const Case& node) const {
    std::string out;
    for (const auto& clause : node.clauses) {
        out += (out.empty() ? " " : " ; ") + pipeline(clause, " | ");
    }
    return "case {" + out + " }";
}

std::string Printer::guard(const Guard& guard) const {
    if (const auto* value = std::get_if<Literal>(&guard)) return literal(*value);
    if (const auto* function = std::get_if<Box<Call>>(&guard)) return call(**function);
    return "*";
}

std::string Printer::match_text(const Match& node) const {
    std::string out;
    for (const auto& arm : node.arms) {
        if (!out.empty()) out += " ; ";
        out += guard(arm.guard) + " => " + pipeline(*arm.pipeline, " | ");
    }
    return field_text(node.field.name) + " match { " + out + " }";
}

std::string Printer::saved_text(const SavedCall& node) const {
    std::string out;
    for (const auto& argument : node.arguments) {
        if (!out.empty()) out += ", ";
        out += field_text(argument.name) + "=" + expr(argument.value);
    }
    return "$" + quote(node.name) + "(" + out + ")";
}

std::string Printer::step(const Step& step) const {
    if (const auto* node = step.as<Filter>()) return filter(*node);
    if (const auto* node = step.as<Call>()) return call(*node);
    if (const auto* node = step.as<Assign>()) {
        auto target = field_text(node->target.name);
        if (node->target_is_indirect) target = "`" + target + "`";
        return target + " := " + expr(node->value);
    }
    if (const auto* node = step.as<Case>()) return case_text(*node);
    if (const auto* node = step.as<Match>()) return match_text(*node);
    if (const auto* node = step.as<StatsShorthand>()) return list(node->elements);
    if (const auto* node = step.as<SavedCall>()) return saved_text(*node);
    const auto* link = step.as<Link>();
    return field_text(link->left.name) + " <=> " + field_text(link->right.name);
}

}  // namespace

Checked<std::string> format_text(std::string_view text) {
    LANG_TRY(auto query, parse(text));
    Printer printer(query);
    auto comment = query.comments.begin();
    std::string out;
    auto slice = [&](Span span) { return text.substr(span.begin, span.end - span.begin); };
    auto add_comments_before = [&](std::uint32_t end) {
        for (; comment != query.comments.end() && comment->begin < end; ++comment) {
            out += fmt::format("{}\n", slice(*comment));
        }
    };
    bool is_first = true;
    for (const auto& step : query.pipeline.steps) {
        add_comments_before(step.span.begin);
        bool holds_comment = comment != query.comments.end() && comment->begin < step.span.end;
        while (comment != query.comments.end() && comment->begin < step.span.end) ++comment;
        out += is_first ? "" : "| ";
        out += holds_comment ? std::string(slice(step.span)) : printer.step(step);
        out += '\n';
        is_first = false;
    }
    add_comments_before(static_cast<std::uint32_t>(text.size()));
    return out;
}

std::string format(const Query& query) { return Printer(query).pipeline(query.pipeline, "\n| "); }
std::string format(const Pipeline& pipeline) { return Printer().pipeline(pipeline, " | "); }
std::string format(const Filter& filter) { return Printer().filter(filter); }
std::string format(const Expr& expr) { return Printer().expr(expr); }

}  // namespace logwood::lang
