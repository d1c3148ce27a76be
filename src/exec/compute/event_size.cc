// eventSize(), eventFieldCount(): how much an event is, as it was stored. In parsers, where
// nothing is stored yet, as it is.
#include <memory>

#include "exec/plan/registry_values.h"

namespace logwood::exec {
namespace {

class EventSizeExpression final : public Expression {
 public:
    enum class Counts : std::uint8_t { kBytes, kFields };

    EventSizeExpression(Counts counts, bool is_parser) : counts_(counts), is_parser_(is_parser) {}

    Result<Values> evaluate(Batch& batch) const override {
        Values::Numbers sums(batch.rows(), 0);
        if (!batch.source() && !is_parser_) return Values::numbers(std::move(sums));
        TRY(auto fields, batch.text_fields());
        for (auto& field : fields) {
            TRY(auto column, batch.stored_column(field));
            for (std::size_t row = 0; row < sums.size(); ++row) {
                auto text = column[row];
                if (model::is_missing(text)) continue;
                sums[row] += counts_ == Counts::kFields ? 1 : static_cast<double>(text.size());
            }
        }
        return Values::numbers(std::move(sums));
    }

 private:
    Counts counts_;
    bool is_parser_;
};

}  // namespace

lang::Checked<Compute> make_event_size(const lang::BoundCall& call, Compiler& compiler) {
    return Compute{call.text("as"), std::make_unique<EventSizeExpression>(
                                        EventSizeExpression::Counts::kBytes, compiler.is_parser())};
}

lang::Checked<Compute> make_event_field_count(const lang::BoundCall& call, Compiler& compiler) {
    return Compute{call.text("as"),
                   std::make_unique<EventSizeExpression>(EventSizeExpression::Counts::kFields,
                                                         compiler.is_parser())};
}

}  // namespace logwood::exec
