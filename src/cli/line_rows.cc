#include "cli/line_rows.h"

#include <optional>
#include <span>
#include <utility>

namespace logwood::cli {
namespace {

using model::Column;

class LineRows final : public model::RowSource {
 public:
    LineRows(std::shared_ptr<const std::string> text, std::vector<std::string_view> lines,
             UtcTime time, std::uint64_t chunk)
        : chunk_(chunk), bounds_{time.ns, time.ns}, rows_(lines.size()) {
        raw_ = Column::plain(std::move(lines), std::move(text));
    }

    std::size_t rows() const override { return rows_; }
    RepoId repo() const override { return {}; }
    Result<Column> column(std::string_view field) const override {
        return field == "@rawstring" ? raw_ : Column::missing(rows_);
    }
    Result<std::vector<std::string_view>> fields() const override {
        return std::vector<std::string_view>{"@rawstring"};
    }
    std::optional<model::TimeBounds> time_bounds() const override { return bounds_; }
    Result<std::span<const std::int64_t>> event_times() const override {
        if (times_.empty()) times_.assign(rows_, bounds_.min_ns);
        return std::span<const std::int64_t>(times_);
    }
    Result<std::span<const std::int64_t>> ingest_times() const override { return event_times(); }
    Result<std::span<const model::Coordinates>> coordinates() const override {
        if (coordinates_.empty()) {
            coordinates_.resize(rows_);
            for (std::size_t row = 0; row < rows_; ++row) {
                coordinates_[row].offset = model::LogOffset(chunk_);
                coordinates_[row].index = static_cast<std::uint32_t>(row);
            }
        }
        return std::span<const model::Coordinates>(coordinates_);
    }

 private:
    std::uint64_t chunk_;
    model::TimeBounds bounds_;
    std::size_t rows_;
    Column raw_;
    mutable std::vector<std::int64_t> times_;
    mutable std::vector<model::Coordinates> coordinates_;
};

}  // namespace

std::unique_ptr<model::RowSource> make_line_rows(std::shared_ptr<const std::string> text,
                                                 std::vector<std::string_view> lines, UtcTime time,
                                                 std::uint64_t chunk) {
    return std::make_unique<LineRows>(std::move(text), std::move(lines), time, chunk);
}

}  // namespace logwood::cli
