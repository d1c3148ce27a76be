// replace(): each match of a regex by a text; `$1` is a group. splitString(): what lies between.
#include <utility>

#include "exec/columns/field_collector.h"
#include "exec/plan/registry_values.h"
#include "exec/text/regex.h"

namespace logwood::exec {
namespace {

RegexOptions options_of(std::string_view flags) {
    RegexOptions options;
    options.dot_all = flags.find('d') != std::string_view::npos;
    options.ignore_case = flags.find('i') != std::string_view::npos;
    options.multi_line = flags.find('m') != std::string_view::npos;
    options.engine_v2 = flags.find('F') != std::string_view::npos;
    return options;
}

/// The regex of an argument: a literal brings its own flags.
lang::Checked<RegexPtr> regex_argument(const lang::BoundCall& call, std::string_view parameter,
                                       std::string_view flags) {
    auto options = options_of(flags);
    if (auto* literal = call.literal(parameter);
        literal && literal->kind == lang::LiteralKind::kRegex) {
        options.dot_all = literal->flags.dot_all;
        options.ignore_case = literal->flags.ignore_case;
        options.multi_line = literal->flags.multi_line;
        options.engine_v2 = literal->flags.engine_v2;
    }
    auto regex = Regex::compile(call.text(parameter), options);
    if (!regex) return wrong_argument(call, parameter, regex.error().message);
    return *regex;
}

/// A replacement text, cut into literals and groups.
class Replacement {
 public:
    Replacement(std::string_view text, const Regex& regex) {
        Part part;
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (text[at] == '\\' && at + 1 < text.size()) {
                part.literal += text[++at];
                continue;
            }
            std::size_t size = 0;
            auto group = text[at] == '$' ? group_at(text.substr(at + 1), regex, size) : 0;
            if (size == 0) {
                part.literal += text[at];
                continue;
            }
            part.group = group;
            part.has_group = true;
            parts_.push_back(std::exchange(part, {}));
            at += size;
        }
        if (!part.literal.empty()) parts_.push_back(std::move(part));
    }

    void append(std::string& out, const std::vector<std::string_view>& groups) const {
        for (auto& part : parts_) {
            out += part.literal;
            if (part.has_group && part.group < groups.size()) out += groups[part.group];
        }
    }

 private:
    struct Part {
        std::string literal;
        std::size_t group = 0;
        bool has_group = false;
    };

    /// The group that `1`, `12` or `{name}` means, and its size in bytes; size 0: none. As in
    /// Java, further digits count as long as there is such a group.
    static std::size_t group_at(std::string_view text, const Regex& regex, std::size_t& size) {
        if (text.starts_with('{')) {
            auto end = text.find('}');
            for (auto& group : regex.named_groups()) {
                if (end == std::string_view::npos || text.substr(1, end - 1) != group.name)
                    continue;
                size = end + 1;
                return group.index;
            }
            return 0;
        }
        std::size_t group = 0;
        while (size < text.size() && text[size] >= '0' && text[size] <= '9') {
            auto longer = group * 10 + static_cast<std::size_t>(text[size] - '0');
            if (size > 0 && longer > regex.group_count()) break;
            group = longer;
            ++size;
        }
        return group;
    }

    std::vector<Part> parts_;
};

/// The pieces between matches, as Java's String.split gives them: an empty match at the start
/// splits nothing, and empty pieces at the end are left out.
std::vector<std::string_view> split_by(const Regex& regex, std::string_view text) {
    std::vector<std::string_view> pieces;
    std::size_t from = 0;
    for_each_match(regex, text, [&](const std::vector<std::string_view>& groups) {
        auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
        bool splits = begin + groups[0].size() > 0 && !(groups[0].empty() && begin == text.size());
        if (splits) {
            pieces.push_back(text.substr(from, begin - from));
            from = begin + groups[0].size();
        }
        return true;
    });
    pieces.push_back(text.substr(from));
    while (pieces.size() > 1 && pieces.back().empty()) pieces.pop_back();
    return pieces;
}

class SplitStringStep final : public Operator {
 public:
    SplitStringStep(std::string field, std::string as, RegexPtr regex)
        : field_(std::move(field)), as_(std::move(as)), regex_(std::move(regex)) {}
    Result<void> run(Batch& batch) const override {
        FieldCollector collector;
        auto parse = [this](std::string_view text, FieldCollector& into) -> Result<void> {
            std::size_t index = 0;
            for (auto piece : split_by(*regex_, text))
                into.field(as_ + "[" + std::to_string(index++) + "]", piece);
            return {};
        };
        return parse_field(batch, field_, collector, parse, false);
    }

 private:
    std::string field_;
    std::string as_;
    RegexPtr regex_;
};

}  // namespace

lang::Checked<Compute> make_replace(const lang::BoundCall& call, Compiler&) {
    LANG_TRY(auto regex, regex_argument(call, "regex", call.text("flags")));
    auto field = call.text("field");
    auto replace = [regex, with = Replacement(call.text("with"), *regex)](std::string_view text,
                                                                          std::string& out) {
        out.clear();
        std::size_t from = 0;
        bool has_match = false;
        for_each_match(*regex, text, [&](const std::vector<std::string_view>& groups) {
            auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
            has_match = true;
            out += text.substr(from, begin - from);
            with.append(out, groups);
            from = begin + groups[0].size();
            return true;
        });
        if (!has_match) return text;
        out += text.substr(from);
        return std::string_view(out);
    };
    return Compute{call.text("as", field), text_function(field, replace)};
}

lang::Checked<Compute> make_split_string(const lang::BoundCall& call, Compiler&) {
    LANG_TRY(auto regex, regex_argument(call, "by", ""));
    if (!call.has("index")) return wrong_argument(call, "index", "an index is needed here");
    auto index = static_cast<std::int64_t>(call.number("index"));
    auto pick = [regex, index](std::string_view text, std::string&) {
        auto pieces = split_by(*regex, text);
        auto at = index < 0 ? index + static_cast<std::int64_t>(pieces.size()) : index;
        bool is_there = at >= 0 && at < static_cast<std::int64_t>(pieces.size());
        return is_there ? pieces[static_cast<std::size_t>(at)] : model::kMissing;
    };
    return Compute{call.text("as"), text_function(call.text("field"), pick)};
}

lang::Checked<OperatorPtr> make_split_string_step(const lang::BoundCall& call, Compiler& compiler) {
    if (call.has("index")) {
        LANG_TRY(auto made, make_split_string(call, compiler));
        return assign_step(std::move(made.target), std::move(made.expression));
    }
    LANG_TRY(auto regex, regex_argument(call, "by", ""));
    return std::make_unique<SplitStringStep>(call.text("field"), call.text("as"), regex);
}

}  // namespace logwood::exec
