// lower(), upper(), lowercase(): letters in one case.
#include "exec/columns/column_maker.h"
#include "exec/plan/registry_values.h"
#include "exec/text/unicode_text.h"

namespace logwood::exec {
namespace {

std::string_view lowered(std::string_view text, std::string& scratch) {
    scratch.clear();
    append_lower(scratch, text);
    return scratch;
}

std::string_view uppered(std::string_view text, std::string& scratch) {
    scratch.clear();
    append_upper(scratch, text);
    return scratch;
}

/// lowercase(): values, names of fields, or both.
class LowercaseStep final : public Operator {
 public:
    LowercaseStep(std::vector<std::string> fields, bool values, bool names)
        : fields_(std::move(fields)), values_(values), names_(names) {}

    Result<void> run(Batch& batch) const override {
        bool is_all = fields_.size() == 1 && fields_[0] == "*";
        auto fields = fields_;
        if (is_all) {
            TRY(fields, batch.fields());
            std::erase_if(fields, [](auto& f) { return f.starts_with('@') || f.starts_with('#'); });
        }
        for (auto& field : fields) {
            TRY(auto column, batch.column(field));
            if (column.kind() == model::Column::Kind::kMissing) continue;
            if (values_) column = map_texts(column, lowered);
            std::string scratch;
            auto name = names_ ? std::string(lowered(field, scratch)) : field;
            if (name != field && is_all) batch.drop(field);
            TRY_OK(batch.assign(name, Values(column)));
        }
        return {};
    }

 private:
    std::vector<std::string> fields_;
    bool values_;
    bool names_;
};

}  // namespace

lang::Checked<Compute> make_lower(const lang::BoundCall& call, Compiler&) {
    return Compute{call.text("as"), text_function(call.text("field"), lowered)};
}

lang::Checked<Compute> make_upper(const lang::BoundCall& call, Compiler&) {
    return Compute{call.text("as"), text_function(call.text("field"), uppered)};
}

lang::Checked<OperatorPtr> make_lowercase(const lang::BoundCall& call, Compiler&) {
    auto include = call.text("include");
    return std::make_unique<LowercaseStep>(call.fields("field"), include != "fields",
                                           include != "values");
}

}  // namespace logwood::exec
