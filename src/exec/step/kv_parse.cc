// kvParse(): key=value pairs as fields.
#include "exec/parse/kv_parse.h"

#include <optional>

#include "exec/columns/field_collector.h"
#include "exec/plan/registry_values.h"

namespace logwood::exec {
namespace {

class KvParseStep final : public Operator {
 public:
    KvParseStep(const lang::BoundCall& call, char separator)
        : fields_(call.fields("field")),
          prefix_(call.text("as")),
          is_override_(call.boolean("override")),
          keeps_first_(call.text("onDuplicate") == "keepFirst") {
        using Padding = KeyValueOptions::Padding;
        auto padding = call.text("separatorPadding");
        options_.separator = separator;
        options_.padding = padding == "yes"  ? Padding::kYes
                           : padding == "no" ? Padding::kNo
                                             : Padding::kUnknown;
        options_.exclude_empty = call.boolean("excludeEmpty");
        if (!prefix_.empty() && !prefix_.ends_with('.')) prefix_ += '.';
    }

    Result<void> run(Batch& batch) const override {
        auto rename = [this](std::string_view key) {
            return std::optional(prefix_ + std::string(key));
        };
        auto parse = [this](std::string_view text, FieldCollector& into) -> Result<void> {
            parse_key_values(text, options_, into);
            return {};
        };
        for (auto& field : fields_) {
            FieldCollector collector(prefix_.empty() ? FieldCollector::Rename() : rename,
                                     keeps_first_ ? FieldCollector::Duplicates::kKeepFirst
                                                  : FieldCollector::Duplicates::kKeepLast);
            TRY_OK(parse_field(batch, field, collector, parse, !is_override_));
        }
        return {};
    }

 private:
    std::vector<std::string> fields_;
    std::string prefix_;
    KeyValueOptions options_;
    bool is_override_;
    bool keeps_first_;
};

}  // namespace

lang::Checked<OperatorPtr> make_kv_parse(const lang::BoundCall& call, Compiler&) {
    auto separator = call.text("separator");
    if (separator.size() != 1)
        return wrong_argument(call, "separator", "the separator must be one character");
    return std::make_unique<KvParseStep>(call, separator[0]);
}

}  // namespace logwood::exec
