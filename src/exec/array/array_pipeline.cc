// array:eval(), array:filter(), array:exists(), objectArray:eval(), objectArray:exists(): a
// pipeline on each element. All elements of a batch run through it at once, as rows.
#include <memory>
#include <optional>

#include "exec/array/array_elements.h"
#include "exec/array/array_fields.h"
#include "exec/array/array_writer.h"
#include "exec/filter/steps_filter.h"
#include "exec/plan/registry_arrays.h"

namespace logwood::exec {
namespace {

using model::Column;
using Steps = std::vector<OperatorPtr>;

struct ElementPipeline {
    std::string array;
    std::string variable;
    ElementKind kind = ElementKind::kFlat;
    Steps steps;
};

lang::Checked<ElementPipeline> read(const lang::BoundCall& call, Compiler& compiler,
                                    std::string_view pipeline, ElementKind kind) {
    ElementPipeline made;
    made.array = call.text("array");
    made.variable = call.text("var", made.array);
    made.kind = kind;
    bool is_named = call.has("var") && kind == ElementKind::kObject;
    if (is_named && made.variable.find_first_of(".[]") != std::string::npos)
        return wrong_argument(call, "var", "the name may not contain dots or brackets");
    LANG_TRY(made.steps, compiler.steps(*call.pipeline(pipeline)));
    return made;
}

/// Some element passes.
class ElementExistsFilter final : public Filter {
 public:
    explicit ElementExistsFilter(ElementPipeline pipeline)
        : array_(std::move(pipeline.array)),
          variable_(std::move(pipeline.variable)),
          kind_(pipeline.kind),
          condition_(steps_filter(std::move(pipeline.steps))) {}

    Result<Mask> test(Batch& batch) const override {
        TRY(auto elements, array_elements(batch, array_, variable_, kind_));
        Mask mask(batch.rows(), 0);
        if (elements.rows.empty()) return mask;
        TRY(auto passes, condition_->test(elements.batch));
        for (std::size_t i = 0; i < passes.size(); ++i) mask[elements.rows[i]] |= passes[i];
        return mask;
    }
    int cost() const override { return 30; }

 private:
    std::string array_;
    std::string variable_;
    ElementKind kind_;
    FilterPtr condition_;
};

/// For each element the row that came of it; kNoCode: none did.
std::vector<std::uint32_t> survivors(const Batch& run, std::size_t elements) {
    std::vector<std::uint32_t> out(elements, Column::kNoCode);
    auto trace = run.trace();
    for (std::uint32_t row = 0; row < trace.size(); ++row)
        if (out[trace[row]] == Column::kNoCode) out[trace[row]] = row;
    return out;
}

/// Makes an array of what the pipeline leaves: the field called like the array, or (array:filter)
/// the elements themselves.
class ElementsToArrayStep final : public Operator {
 public:
    enum class Takes : std::uint8_t { kField, kElement };

    ElementsToArrayStep(ElementPipeline pipeline, std::string target, Takes takes)
        : pipeline_(std::move(pipeline)), target_(std::move(target)), takes_(takes) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto elements,
            array_elements(batch, pipeline_.array, pipeline_.variable, pipeline_.kind));
        TRY(auto originals, elements.batch.column(pipeline_.variable));
        bool is_field = takes_ == Takes::kField;
        if (is_field && target_ != pipeline_.variable) elements.batch.drop(target_);
        auto& rows = elements.rows;
        auto work = elements.batch.fork();
        if (!rows.empty()) TRY_OK(run_all(pipeline_.steps, work));
        TRY(auto results, work.column(target_));
        auto left = survivors(work, rows.size());
        ArrayWriter writer;
        writer.keep_alive(originals);
        writer.keep_alive(results);
        std::size_t at = 0;
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            bool has_elements = at < rows.size() && rows[at] == row;
            has_elements ? writer.start_row() : writer.skip_row();
            for (; at < rows.size() && rows[at] == row; ++at) {
                if (left[at] == Column::kNoCode) continue;
                auto text = is_field ? results[left[at]] : originals[at];
                if (!model::is_missing(text)) writer.add_borrowed(text);
            }
        }
        return writer.write(batch, target_, ArrayWriter::Surplus::kRemoved);
    }

 private:
    ElementPipeline pipeline_;
    std::string target_;
    Takes takes_;
};

/// Sets `target[i]` where the pipeline writes the field `target` for element i.
class ObjectsToArrayStep final : public Operator {
 public:
    ObjectsToArrayStep(ElementPipeline pipeline, std::string target)
        : pipeline_(std::move(pipeline)), target_(std::move(target)) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto elements,
            array_elements(batch, pipeline_.array, pipeline_.variable, ElementKind::kObject));
        auto& rows = elements.rows;
        if (rows.empty()) return {};
        elements.batch.drop(target_);
        auto work = elements.batch.fork();
        TRY_OK(run_all(pipeline_.steps, work));
        TRY(auto results, work.column(target_));
        auto left = survivors(work, rows.size());
        // Per index of the array: the row of the results for each event.
        std::vector<std::vector<std::uint32_t>> by_index;
        for (std::size_t at = 0; at < rows.size(); ++at) {
            auto index = elements.indices[at];
            if (by_index.size() <= index)
                by_index.resize(index + 1,
                                std::vector<std::uint32_t>(batch.rows(), Column::kNoCode));
            by_index[index][rows[at]] = left[at];
        }
        for (std::size_t index = 0; index < by_index.size(); ++index)
            TRY_OK(batch.assign(target_ + "[" + std::to_string(index) + "]",
                                Values(gather_or_missing(results, by_index[index]))));
        return {};
    }

 private:
    ElementPipeline pipeline_;
    std::string target_;
};

}  // namespace

lang::Checked<FilterPtr> make_array_exists(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto pipeline, read(call, compiler, "condition", ElementKind::kFlat));
    return std::make_unique<ElementExistsFilter>(std::move(pipeline));
}

lang::Checked<FilterPtr> make_object_array_exists(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto pipeline, read(call, compiler, "condition", ElementKind::kObject));
    return std::make_unique<ElementExistsFilter>(std::move(pipeline));
}

lang::Checked<OperatorPtr> make_array_eval(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto pipeline, read(call, compiler, "function", ElementKind::kFlat));
    auto target = call.text("asArray", pipeline.array);
    return std::make_unique<ElementsToArrayStep>(std::move(pipeline), std::move(target),
                                                 ElementsToArrayStep::Takes::kField);
}

lang::Checked<OperatorPtr> make_array_filter(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto pipeline, read(call, compiler, "function", ElementKind::kFlat));
    auto target = call.text("asArray", pipeline.array);
    return std::make_unique<ElementsToArrayStep>(std::move(pipeline), std::move(target),
                                                 ElementsToArrayStep::Takes::kElement);
}

lang::Checked<OperatorPtr> make_object_array_eval(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto pipeline, read(call, compiler, "function", ElementKind::kObject));
    auto target = call.text("asArray");
    if (target == pipeline.array)
        return wrong_argument(call, "asArray", "the new array needs a name of its own");
    return std::make_unique<ObjectsToArrayStep>(std::move(pipeline), std::move(target));
}

}  // namespace logwood::exec
