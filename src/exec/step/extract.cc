// Each distinct text is matched once. Its matches are numbered through; a row is repeated for each
// match of its text, and fields are dictionary columns over the match numbers.
#include "exec/step/extract.h"

#include <algorithm>
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/limits.h"

namespace logwood::exec {

using model::Column;

namespace {

/// The matches of one text: numbers [begin, begin + count).
struct Matches {
    std::uint32_t begin = 0;
    std::uint32_t count = 0;
};

class ExtractStep final : public Operator {
 public:
    explicit ExtractStep(Extraction extraction) : it_(std::move(extraction)) {
        for (auto& group : it_.regex->named_groups())
            if (std::ranges::find(fields_, group.name) == fields_.end())
                fields_.push_back(group.name);
    }

    Result<void> run(Batch& batch) const override {
        std::vector<std::string> fields = {it_.field};
        if (it_.field.empty()) {
            TRY(fields, batch.text_fields());
            if (auto raw = std::ranges::find(fields, "@rawstring"); raw != fields.end())
                std::swap(*raw, fields.front());
        }
        Found found;
        found.values.resize(fields_.size());
        std::vector<Matches> rows(batch.rows());
        for (auto& field : fields) {
            bool is_stored_wanted = it_.field.empty() && !it_.current_fields;
            TRY(auto column, is_stored_wanted ? batch.stored_column(field) : batch.column(field));
            found.owners.push_back(column.values_owner());
            auto more = map_rows<Matches>(
                column, {}, [&](std::string_view text) { return match(text, found); });
            for (std::size_t row = 0; row < rows.size(); ++row)
                if (rows[row].count == 0) rows[row] = more[row];
        }
        return apply(batch, rows, std::move(found));
    }

 private:
    struct Found {
        std::vector<std::vector<std::string_view>> values;  ///< By field, then match number.
        std::vector<std::shared_ptr<const void>> owners;
        std::uint32_t count = 0;
    };

    Matches match(std::string_view text, Found& found) const {
        Matches made{found.count, 0};
        auto limit = it_.repeat ? it_.repeat_max : 1;
        for_each_match(*it_.regex, text, [&](auto& groups) {
            for (auto& values : found.values) values.push_back(model::kMissing);
            for (auto& group : it_.regex->named_groups()) {
                auto text_of_group = groups[group.index];
                if (model::is_missing(text_of_group)) continue;
                auto field = std::ranges::find(fields_, group.name) - fields_.begin();
                found.values[static_cast<std::size_t>(field)].back() = text_of_group;
            }
            ++found.count;
            return ++made.count < limit;
        });
        return made;
    }

    Result<void> apply(Batch& batch, const std::vector<Matches>& rows, Found found) const {
        std::vector<std::uint32_t> from;
        std::vector<std::uint32_t> codes;
        for (std::uint32_t row = 0; row < rows.size(); ++row) {
            for (std::uint32_t i = 0; i < rows[row].count; ++i) {
                from.push_back(row);
                codes.push_back(rows[row].begin + i);
            }
            if (rows[row].count == 0 && it_.keeps_unmatched) {
                from.push_back(row);
                codes.push_back(Column::kNoCode);
            }
            if (from.size() > kBatchRowsMax)
                return fail(Code::kTooLarge, "a repeated regex makes too many events");
        }
        if (from.size() != batch.rows() || it_.repeat) batch.rearrange(std::move(from));
        auto owner = std::make_shared<Found>(std::move(found));
        for (std::size_t field = 0; field < fields_.size(); ++field) {
            auto& values = owner->values[field];
            auto field_codes = codes;
            for (auto& code : field_codes)
                if (code != Column::kNoCode && model::is_missing(values[code]))
                    code = Column::kNoCode;
            std::span<const std::string_view> texts = values;
            if (texts.empty()) continue;
            TRY_OK(batch.assign(fields_[field],
                                Values(Column::dictionary(std::move(field_codes), texts, owner))));
        }
        return {};
    }

    Extraction it_;
    std::vector<std::string> fields_;  ///< Distinct names of groups.
};

}  // namespace

OperatorPtr extract_step(Extraction extraction) {
    return std::make_unique<ExtractStep>(std::move(extraction));
}

}  // namespace logwood::exec
