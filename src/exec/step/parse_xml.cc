// parseXml(): elements as fields, named by the way to them from the root: `a.b`, `a.b[1]` for the
// second `b` in the same `a`, `a.b.@name` for attributes.
#include <map>
#include <memory>

#include "exec/columns/column_maker.h"
#include "exec/columns/field_collector.h"
#include "exec/parse/xml_reader.h"
#include "exec/plan/registry_values.h"

namespace logwood::exec {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

class XmlFields final : public XmlHandler {
 public:
    XmlFields(std::string_view prefix, FieldSink& sink) : path_(prefix), sink_(sink) {}

    void begin(std::string_view name, Attributes attributes) override {
        std::size_t index = 0;
        if (!levels_.empty()) {
            levels_.back().has_children = true;
            auto& counts = levels_.back().counts;
            auto known = counts.find(name);
            if (known == counts.end()) known = counts.emplace(name, 0).first;
            index = known->second++;
        }
        auto& level = levels_.emplace_back();
        level.path_size = path_.size();
        if (levels_.size() > 1) path_ += '.';
        path_ += name;
        if (index > 0) path_ += "[" + std::to_string(index) + "]";
        level.has_attributes = !attributes.empty();
        auto size = path_.size();
        for (auto& [attribute, value] : attributes) {
            path_ += ".@";
            path_ += attribute;
            sink_.field(path_, value);
            path_.resize(size);
        }
    }
    void text(std::string_view text) override { levels_.back().text += text; }
    void end() override {
        auto& level = levels_.back();
        // Blanks between elements are layout; an element of nothing else is an empty text.
        auto& text = level.text;
        bool is_blank = text.find_first_not_of(kBlanks) == std::string::npos;
        if (!is_blank)
            sink_.field(path_, level.has_children ? trimmed(text) : std::string_view(text));
        else if (!level.has_children && !level.has_attributes)
            sink_.field(path_, text);
        path_.resize(level.path_size);
        levels_.pop_back();
    }

 private:
    struct Level {
        std::size_t path_size = 0;  ///< Of the path without this element.
        bool has_children = false;
        bool has_attributes = false;
        std::string text;
        std::map<std::string, std::size_t, std::less<>> counts;  ///< Children so far, by name.
    };
    static std::string_view trimmed(std::string_view text) {
        auto first = text.find_first_not_of(kBlanks);
        return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
    }

    std::string path_;
    FieldSink& sink_;
    std::vector<Level> levels_;
};

class ParseXmlStep final : public Operator {
 public:
    explicit ParseXmlStep(const lang::BoundCall& call)
        : field_(call.text("field")),
          prefix_(call.text("prefix")),
          is_strict_(call.boolean("strict")) {}

    Result<void> run(Batch& batch) const override {
        FieldCollector collector;
        auto parse = [this](std::string_view text, FieldCollector& into) {
            XmlFields fields(prefix_, into);
            return read_xml(text, fields);
        };
        model::Column errors;
        TRY_OK(parse_field(batch, field_, collector, parse, false, &errors));
        if (!is_strict_) return batch.set_errors(errors);
        if (errors.kind() == model::Column::Kind::kMissing) return {};
        Mask is_right(batch.rows());
        for (std::size_t row = 0; row < is_right.size(); ++row)
            is_right[row] = model::is_missing(errors[row]);
        batch.keep(is_right);
        return {};
    }

 private:
    std::string field_;
    std::string prefix_;
    bool is_strict_;
};

}  // namespace

lang::Checked<OperatorPtr> make_parse_xml(const lang::BoundCall& call, Compiler&) {
    return std::make_unique<ParseXmlStep>(call);
}

}  // namespace logwood::exec
