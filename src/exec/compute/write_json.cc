// writeJson(): fields as a JSON text, with objects and arrays made of their names.
//
// The tree of names is built once a batch; each row then writes the branches that it has.
#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/json_text.h"
#include "exec/columns/column_maker.h"
#include "exec/columns/field_path.h"
#include "exec/limits.h"
#include "exec/parse/json_layout.h"
#include "exec/plan/registry_values.h"

namespace logwood::exec {
namespace {

using model::Column;

/// One name in an object, or index in an array.
struct Node {
    std::map<std::string, Node, std::less<>> members;
    std::map<std::uint32_t, Node> elements;
    std::optional<Column> column;  ///< The plain value.

    bool has_value(std::size_t row) const { return column && !model::is_missing((*column)[row]); }
};

/// The next part of a name: an index when it is `[n]`, else up to the next dot or bracket.
struct NamePart {
    std::string_view name;
    std::optional<std::uint32_t> index;
};

NamePart take_part(std::string_view& rest) {
    if (rest.starts_with('[')) {
        std::uint32_t index = 0;
        auto close = rest.find(']');
        auto digits = rest.substr(1, close == std::string_view::npos ? 0 : close - 1);
        auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
        bool is_index = error == std::errc() && end == digits.data() + digits.size() &&
                        index < kArrayElementsMax;
        if (is_index) {
            rest.remove_prefix(close + 1);
            if (rest.starts_with('.')) rest.remove_prefix(1);
            return {{}, index};
        }
    }
    auto end = std::min(rest.find_first_of(".[", 1), rest.size());
    NamePart part{rest.substr(0, end), std::nullopt};
    rest.remove_prefix(end);
    if (rest.size() > 1 && rest.front() == '.') rest.remove_prefix(1);
    return part;
}

void add(Node& root, std::string_view field, Column column) {
    auto* at = &root;
    int depth = 0;
    for (auto rest = field; !rest.empty();) {
        // Names deeper than any document stay whole from there on.
        auto part =
            ++depth < kJsonDepthMax ? take_part(rest) : NamePart{std::exchange(rest, {}), {}};
        at = part.index ? &at->elements[*part.index] : &at->members[std::string(part.name)];
    }
    at->column = std::move(column);
}

bool has_any(const Node& node, std::size_t row) {
    auto has = [row](const auto& child) { return has_any(child.second, row); };
    return node.has_value(row) || std::ranges::any_of(node.members, has) ||
           std::ranges::any_of(node.elements, has);
}

void write(std::string& out, const Node& node, std::size_t row);

/// Elements that the row lacks before one that it has are null.
void write_array(std::string& out, const Node& node, std::size_t row) {
    out += '[';
    std::uint32_t next = 0;
    for (auto& [index, element] : node.elements) {
        if (!has_any(element, row)) continue;
        for (; next < index; ++next) out += next == 0 ? "null" : ",null";
        if (next++ > 0) out += ',';
        write(out, element, row);
    }
    out += ']';
}

/// An index among names becomes a name itself.
void write_object(std::string& out, const Node& node, std::size_t row) {
    out += '{';
    auto member = [&](std::string_view name, const Node& child) {
        if (!has_any(child, row)) return;
        if (out.back() != '{') out += ',';
        append_json_bytes(out, name);
        out += ':';
        write(out, child, row);
    };
    for (auto& [name, child] : node.members) member(name, child);
    for (auto& [index, child] : node.elements) member("[" + std::to_string(index) + "]", child);
    out += '}';
}

void write(std::string& out, const Node& node, std::size_t row) {
    auto has = [row](const auto& child) { return has_any(child.second, row); };
    if (std::ranges::any_of(node.members, has)) return write_object(out, node, row);
    if (std::ranges::any_of(node.elements, has)) return write_array(out, node, row);
    auto text = (*node.column)[row];
    bool is_bare = text == "true" || text == "false" || text == "null" || is_json_number(text);
    if (is_bare)
        out += text;
    else
        append_json_bytes(out, text);
}

class WriteJsonExpression final : public Expression {
 public:
    explicit WriteJsonExpression(std::vector<std::string> paths) : paths_(std::move(paths)) {}

    Result<Values> evaluate(Batch& batch) const override {
        Node root;
        TRY(auto fields, batch.fields());
        for (auto& field : fields) {
            auto begins = [&](const std::string& path) { return path_begins(path, field); };
            if (std::ranges::none_of(paths_, begins)) continue;
            TRY(auto column, batch.column(field));
            add(root, field, std::move(column));
        }
        ColumnMaker maker(batch.rows());
        std::string text;
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            text.clear();
            if (WorkLimit::is_over()) {
                maker.add(model::kMissing);
                continue;
            }
            bool is_array = std::ranges::none_of(
                root.members, [row](const auto& child) { return has_any(child.second, row); });
            is_array = is_array && has_any(root, row);
            is_array ? write_array(text, root, row) : write_object(text, root, row);
            maker.add(text);
        }
        return Values(maker.finish());
    }

 private:
    std::vector<std::string> paths_;
};

}  // namespace

lang::Checked<Compute> make_write_json(const lang::BoundCall& call, Compiler&) {
    return Compute{call.text("as"), std::make_unique<WriteJsonExpression>(call.fields("field"))};
}

}  // namespace logwood::exec
