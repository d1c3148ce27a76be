// Each filter becomes a regex. That of a text with wildcards has a group for each part between
// them.
#include "exec/filter_matches.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "exec/limits.h"
#include "lang/ast.h"
#include "lang/check.h"

namespace logwood::exec {

namespace {

constexpr std::string_view kNoText[] = {"@timestamp", "@timestamp.nanos", "@ingesttimestamp",
                                        "@id"};

bool is_looked_at(std::string_view field) {
    return !field.starts_with('#') && std::ranges::find(kNoText, field) == std::end(kNoText);
}

std::string quoted_for_regex(std::string_view text) {
    std::string out;
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        bool is_plain = byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                        (c >= 'a' && c <= 'z') || c == '_' || c == ' ';
        if (!is_plain) out += '\\';
        out += c;
    }
    return out;
}

std::uint32_t utf16_units(std::string_view text) {
    std::uint32_t units = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto bytes = std::max<std::size_t>(utf8_sequence(text.substr(at)), 1);
        units += bytes == 4 ? 2 : 1;
        at += bytes;
    }
    return units;
}

FilterMatches::Range range_of(std::string_view text, std::string_view part) {
    auto before = text.substr(0, static_cast<std::size_t>(part.data() - text.data()));
    return {utf16_units(before), utf16_units(part)};
}

}  // namespace

/// Walks over the filters.
class FilterMatchesMaker {
 public:
    explicit FilterMatchesMaker(std::vector<FilterMatches::Filter>& out) : out_(out) {}

    void take(const lang::Pipeline& pipeline, std::size_t steps) {
        for (std::size_t i = 0; i < steps; ++i)
            if (auto* filter = pipeline.steps[i].as<lang::Filter>()) take(*filter);
    }

 private:
    void take(const lang::Filter& filter) {
        if (auto* all = filter.as<lang::And>())
            for (auto& operand : all->operands) take(operand);
        if (auto* any = filter.as<lang::Or>())
            for (auto& operand : any->operands) take(operand);
        if (auto* text = filter.as<lang::FreeText>()) add("", text->value, false);
        if (auto* compare = filter.as<lang::Compare>()) {
            bool is_equal = compare->op == lang::CompareOp::kEqual;
            if (is_equal || compare->op == lang::CompareOp::kLike)
                add(compare->field.name, compare->value, is_equal);
        }
    }

    void add(const std::string& field, const lang::Literal& literal, bool is_anchored) {
        auto id = next_id_++;
        RegexOptions options{.dot_all = true};
        std::string body;
        std::size_t parts = 0;
        bool is_regex = literal.kind == lang::LiteralKind::kRegex;
        if (is_regex) {
            auto& flags = literal.flags;
            options = {flags.ignore_case, flags.dot_all, flags.multi_line, flags.engine_v2};
            body = literal.text;
        } else {
            body = pattern_of(literal.text, is_anchored, parts);
            if (parts == 0) return;  // Only wildcards: nothing to show.
        }
        auto regex = Regex::compile(body, options);
        if (!regex) return;
        bool finds_groups = !is_regex && (is_anchored || parts > 1);
        out_.push_back({id, field, *std::move(regex), finds_groups});
    }

    static std::string pattern_of(std::string_view text, bool is_anchored, std::size_t& parts) {
        std::string body = is_anchored ? "^" : "";
        while (!text.empty()) {
            auto part = text.substr(0, text.find('*'));
            text.remove_prefix(part.size());
            if (!part.empty()) {
                body += "(" + quoted_for_regex(part) + ")";
                ++parts;
            }
            if (text.empty()) break;
            text.remove_prefix(std::min(text.find_first_not_of('*'), text.size()));
            if (is_anchored || (parts > 0 && !text.empty())) body += ".*?";
        }
        return is_anchored ? body + "$" : body;
    }

    std::vector<FilterMatches::Filter>& out_;
    std::uint32_t next_id_ = 0;
};

FilterMatches::FilterMatches(std::string_view query,
                             const std::map<std::string, std::vector<std::string>>& arguments) {
    lang::CheckOptions options;
    for (auto& [name, values] : arguments) options.arguments[name] = values;
    options.allow_missing_arguments = true;
    auto checked = lang::compile(query, options);
    if (!checked) return;
    FilterMatchesMaker(filters_).take(checked->pipeline, checked->first_aggregate);
}

std::vector<FilterMatches::Found> FilterMatches::find(std::string_view field,
                                                      std::string_view text) const {
    std::vector<Found> all;
    std::vector<std::string_view> groups;
    for (auto& filter : filters_) {
        if (filter.field.empty() ? !is_looked_at(field) : filter.field != field) continue;
        Found found{filter.id, {}};
        if (filter.finds_groups) {
            if (!filter.regex->find(text, 0, groups)) continue;
            for (std::size_t i = 1; i < groups.size(); ++i)
                found.ranges.push_back(range_of(text, groups[i]));
        } else {
            for_each_match(*filter.regex, text, [&](auto& match) {
                if (!match[0].empty()) found.ranges.push_back(range_of(text, match[0]));
                return found.ranges.size() < kMatchRangesMax;
            });
        }
        if (!found.ranges.empty()) all.push_back(std::move(found));
    }
    return all;
}

}  // namespace logwood::exec
