// parseCsv(): columns of a line with separators (RFC 4180 quoting).
#include <algorithm>

#include "exec/columns/field_collector.h"
#include "exec/plan/registry_values.h"

namespace logwood::exec {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

class ParseCsvStep final : public Operator {
 public:
    ParseCsvStep(const lang::BoundCall& call, std::string delimiter)
        : field_(call.text("field")),
          columns_(call.texts("columns")),
          delimiter_(std::move(delimiter)),
          trims_(call.boolean("trim")),
          exclude_empty_(call.boolean("excludeEmpty")) {}

    Result<void> run(Batch& batch) const override {
        FieldCollector collector;
        std::string unquoted;
        auto parse = [&](std::string_view line, FieldCollector& into) -> Result<void> {
            std::size_t at = 0;
            for (auto& column : columns_) {
                auto value = next_value(line, at, unquoted);
                if (!(value.empty() && exclude_empty_)) into.field(column, value);
                if (at == std::string_view::npos) break;
            }
            return {};
        };
        return parse_field(batch, field_, collector, parse, false);
    }

 private:
    /// Reads the value at `at` and moves behind its delimiter; npos: it was the last.
    std::string_view next_value(std::string_view line, std::size_t& at, std::string& out) const {
        auto begin = at;
        if (trims_)
            while (begin < line.size() && is_blank(line[begin])) ++begin;
        if (begin < line.size() && line[begin] == '"') return quoted(line, at, begin, out);
        auto end = line.find(delimiter_, at);
        auto value = line.substr(at, end == std::string_view::npos ? end : end - at);
        at = end == std::string_view::npos ? end : end + delimiter_.size();
        return trims_ ? trimmed(value) : value;
    }

    std::string_view quoted(std::string_view line, std::size_t& at, std::size_t begin,
                            std::string& out) const {
        out.clear();
        auto i = begin + 1;
        for (; i < line.size(); ++i) {
            if (line[i] == '"' && line.substr(i + 1).starts_with('"'))
                ++i;
            else if (line[i] == '"')
                break;
            out += line[i];
        }
        auto end = line.find(delimiter_, std::min(i, line.size()));
        at = end == std::string_view::npos ? end : end + delimiter_.size();
        return out;
    }

    std::string field_;
    std::vector<std::string> columns_;
    std::string delimiter_;
    bool trims_;
    bool exclude_empty_;
};

}  // namespace

lang::Checked<OperatorPtr> make_parse_csv(const lang::BoundCall& call, Compiler&) {
    auto delimiter = call.text("delimiter");
    if (delimiter == "\\t") delimiter = "\t";
    if (delimiter.empty()) return wrong_argument(call, "delimiter", "the delimiter is empty");
    return std::make_unique<ParseCsvStep>(call, delimiter);
}

}  // namespace logwood::exec
