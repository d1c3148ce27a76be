#include "model/batch_source.h"

#include <numeric>
#include <utility>

namespace logwood::model {
namespace {

class BatchSource final : public RowSource {
 public:
    explicit BatchSource(std::shared_ptr<const PlacedRecord> placed) : placed_(std::move(placed)) {
        for (auto& [name, value] : placed_->record.tags.entries())
            tag_fields_.push_back("#" + name);
    }

    std::size_t rows() const override { return events().rows(); }
    RepoId repo() const override { return placed_->record.repo; }

    Result<Column> column(std::string_view field) const override {
        if (field.starts_with('#')) {
            auto value = placed_->record.tags.get(field.substr(1));
            if (!is_missing(value)) return Column::constant(value, rows(), placed_);
        }
        return events().column(field, placed_);
    }

    Result<std::vector<std::string_view>> fields() const override {
        std::vector<std::string_view> names(events().parts().fields.begin(),
                                            events().parts().fields.end());
        names.insert(names.end(), tag_fields_.begin(), tag_fields_.end());
        return names;
    }

    Result<std::span<const std::int64_t>> event_times() const override {
        return events().event_times();
    }

    Result<std::span<const std::int64_t>> ingest_times() const override {
        if (ingest_times_.empty()) ingest_times_.assign(rows(), placed_->record.ingest_time.ns);
        return std::span<const std::int64_t>(ingest_times_);
    }

    Result<std::span<const Coordinates>> coordinates() const override {
        if (coordinates_.empty()) {
            coordinates_.assign(rows(), {placed_->epoch, placed_->partition, placed_->offset, 0});
            for (std::size_t row = 0; row < rows(); ++row)
                coordinates_[row].index = static_cast<std::uint32_t>(row);
        }
        return std::span<const Coordinates>(coordinates_);
    }

 private:
    const EventBatch& events() const { return placed_->record.events; }

    std::shared_ptr<const PlacedRecord> placed_;
    std::vector<std::string> tag_fields_;
    mutable std::vector<std::int64_t> ingest_times_;
    mutable std::vector<Coordinates> coordinates_;
};

}  // namespace

std::unique_ptr<RowSource> make_row_source(std::shared_ptr<const PlacedRecord> placed) {
    return std::make_unique<BatchSource>(std::move(placed));
}

}  // namespace logwood::model
