// dropEvent(), copyEvent(): events as a whole.
#include <utility>

#include "exec/filter/filter_logic.h"
#include "exec/plan/registry_core.h"

namespace logwood::exec {
namespace {

/// Each event, followed by its copy of another `#type`.
class CopyEventStep final : public Operator {
 public:
    explicit CopyEventStep(std::string type) : type_(std::move(type)) {}
    Result<void> run(Batch& batch) const override {
        std::vector<std::uint32_t> from;
        std::vector<std::string_view> types;
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            from.insert(from.end(), {row, row});
            types.insert(types.end(), {model::kMissing, std::string_view(type_)});
        }
        batch.rearrange(std::move(from));
        auto owner = std::make_shared<std::string>(type_);
        for (auto& type : types)
            if (!model::is_missing(type)) type = *owner;
        return batch.assign("#type", Values(model::Column::plain(std::move(types), owner)));
    }

 private:
    std::string type_;
};

class DiscardStep final : public Operator {
 public:
    Result<void> run(Batch& batch) const override {
        batch.discard_all();
        return {};
    }
};

}  // namespace

lang::Checked<OperatorPtr> make_drop_event(const lang::BoundCall&, Compiler& compiler) {
    if (compiler.is_parser()) return std::make_unique<DiscardStep>();
    return filter_step(constant_filter(false));
}

lang::Checked<OperatorPtr> make_copy_event(const lang::BoundCall& call, Compiler&) {
    return std::make_unique<CopyEventStep>(call.text("type"));
}

}  // namespace logwood::exec
