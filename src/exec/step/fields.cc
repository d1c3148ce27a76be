// drop(), select(), rename(), default(): which fields an event has.
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/plan/registry_core.h"

namespace logwood::exec {
namespace {

using model::Column;

class DropStep final : public Operator {
 public:
    explicit DropStep(std::vector<std::string> fields) : fields_(std::move(fields)) {}
    Result<void> run(Batch& batch) const override {
        for (auto& field : fields_) batch.drop(field);
        return {};
    }

 private:
    std::vector<std::string> fields_;
};

class SelectStep final : public Operator {
 public:
    explicit SelectStep(std::vector<std::string> fields) : fields_(std::move(fields)) {}
    Result<void> run(Batch& batch) const override { return batch.keep_fields(fields_); }

 private:
    std::vector<std::string> fields_;
};

class RenameStep final : public Operator {
 public:
    explicit RenameStep(std::vector<std::pair<std::string, std::string>> names)
        : names_(std::move(names)) {}
    Result<void> run(Batch& batch) const override {
        for (auto& [from, to] : names_) TRY_OK(batch.rename(from, to));
        return {};
    }

 private:
    std::vector<std::pair<std::string, std::string>> names_;
};

class DefaultStep final : public Operator {
 public:
    DefaultStep(std::vector<std::string> fields, std::string value, bool replace_empty)
        : fields_(std::move(fields)), value_(std::move(value)), replace_empty_(replace_empty) {}

    Result<void> run(Batch& batch) const override {
        for (auto& field : fields_) {
            TRY(auto column, batch.column(field));
            if (column.kind() == Column::Kind::kConstant && !column.values()[0].empty()) continue;
            if (replace_empty_)
                column = map_texts(column, [](std::string_view text, std::string&) {
                    return text.empty() ? model::kMissing : text;
                });
            auto filler = Column::constant(value_, batch.rows());
            batch.replace(field, Values(first_present(column, filler)));
        }
        return {};
    }

 private:
    std::vector<std::string> fields_;
    std::string value_;
    bool replace_empty_;
};

}  // namespace

lang::Checked<OperatorPtr> make_drop(const lang::BoundCall& call, Compiler&) {
    return std::make_unique<DropStep>(call.fields("fields"));
}

lang::Checked<OperatorPtr> make_select(const lang::BoundCall& call, Compiler&) {
    return std::make_unique<SelectStep>(call.fields("fields"));
}

lang::Checked<OperatorPtr> make_rename(const lang::BoundCall& call, Compiler&) {
    auto names = call.pairs("field");
    if (names.empty()) {
        if (!call.has("as")) return wrong_argument(call, "as", "the new name is missing");
        names.emplace_back(call.text("field"), call.text("as"));
    }
    return std::make_unique<RenameStep>(std::move(names));
}

lang::Checked<OperatorPtr> make_default(const lang::BoundCall& call, Compiler&) {
    return std::make_unique<DefaultStep>(call.fields("field"), call.text("value"),
                                         call.boolean("replaceEmpty"));
}

}  // namespace logwood::exec
