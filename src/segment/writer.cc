// Sorts rows of records, cuts them into row groups and turns each group's rows into columns. What
// can be done once a record and shape (which fields, where is the raw text) is done there.
#include "segment/writer.h"

#include <algorithm>
#include <compare>
#include <optional>
#include <utility>

#include "segment/limits.h"
#include "segment/segment_builder.h"

namespace logwood::segment {
namespace {

constexpr std::uint32_t kNone = UINT32_MAX;

struct RowRef {
    std::uint32_t tags;  ///< Rank of the tag set.
    std::int64_t time_ns;
    std::uint32_t record;  ///< Rank of the record.
    std::uint32_t row;
    friend auto operator<=>(const RowRef&, const RowRef&) = default;
};

/// A shape of a record's batch, in the segment's terms.
struct ShapePlan {
    Shape shape;                  ///< With the tags.
    std::vector<FieldId> fields;  ///< One a position of the batch's shape; kNone = hidden by a tag.
    std::uint32_t raw_position = kNone;
    std::uint32_t group = kNone;  ///< The row group for which `local` holds.
    std::uint32_t local = 0;      ///< Index in the group's shapes.
};

struct RecordPlan {
    const model::PlacedRecord* placed = nullptr;
    std::uint32_t tags = 0;  ///< Rank of the tag set.
    std::vector<std::pair<FieldId, std::string_view>> tag_values;
    std::vector<std::optional<ShapePlan>> shapes;
    std::uint32_t group = kNone;
    std::uint32_t local = 0;  ///< Index in the group's records.
};

class Run {
 public:
    Run(const WriteOptions& options, Sink sink,
        std::span<const std::shared_ptr<const model::PlacedRecord>> records)
        : builder_(options, std::move(sink)) {
        rank(records);
    }

    Result<Summary> write() {
        TRY_OK(builder_.start());
        for (auto row : sort()) {
            auto& record = records_[row.record];
            auto& plan = plan_of(record, row.row);
            auto& events = record.placed->record.events;
            std::uint64_t raw =
                plan.raw_position == kNone ? 0 : events.value(row.row, plan.raw_position).size();
            if (is_full(raw)) TRY_OK(close_group());
            add_row(record, plan, row, raw);
        }
        TRY_OK(close_group());
        return builder_.finish();
    }

 private:
    void rank(std::span<const std::shared_ptr<const model::PlacedRecord>> records) {
        std::vector<const model::TagSet*> sets;
        for (auto& placed : records) {
            records_.push_back({.placed = placed.get()});
            sets.push_back(&placed->record.tags);
        }
        std::ranges::sort(records_, {}, [](auto& record) {
            auto& p = *record.placed;
            return std::tuple(p.epoch, p.partition, p.offset);
        });
        auto less = [](auto* a, auto* b) { return *a < *b; };
        std::ranges::sort(sets, less);
        sets.erase(std::unique(sets.begin(), sets.end(), [](auto* a, auto* b) { return *a == *b; }),
                   sets.end());
        for (auto& record : records_) {
            auto at = std::ranges::lower_bound(sets, &record.placed->record.tags, less);
            record.tags = static_cast<std::uint32_t>(at - sets.begin());
        }
    }

    std::vector<RowRef> sort() const {
        std::vector<RowRef> rows;
        for (std::uint32_t r = 0; r < records_.size(); ++r) {
            auto times = records_[r].placed->record.events.event_times();
            for (std::uint32_t row = 0; row < times.size(); ++row)
                rows.push_back({records_[r].tags, times[row], r, row});
        }
        std::ranges::sort(rows);
        return rows;
    }

    ShapePlan& plan_of(RecordPlan& record, std::size_t row) {
        auto& events = record.placed->record.events;
        auto& tags = record.placed->record.tags;
        if (record.shapes.empty()) {
            record.shapes.resize(events.parts().shapes.size());
            for (auto& [name, value] : tags.entries())
                record.tag_values.emplace_back(builder_.field("#" + name), value);
        }
        auto& plan = record.shapes[events.parts().row_shapes[row]];
        if (plan) return *plan;
        plan.emplace();
        for (auto& [field, value] : record.tag_values) plan->shape.push_back(field);
        for (auto index : events.shape(row)) {
            std::string_view name = events.parts().fields[index];
            if (name.starts_with('#') && tags.get(name.substr(1)).data() != nullptr) {
                plan->fields.push_back(kNone);
                continue;
            }
            if (name == "@rawstring")
                plan->raw_position = static_cast<std::uint32_t>(plan->fields.size());
            plan->fields.push_back(builder_.field(name));
            plan->shape.push_back(plan->fields.back());
        }
        std::ranges::sort(plan->shape);
        return *plan;
    }

    bool is_full(std::uint64_t raw) const {
        auto rows = rows_.event_times.size();
        return rows == kRowGroupRowsMax || value_bytes_ >= kRowGroupValueBytesMax ||
               (rows != 0 && raw_bytes_ + raw > kRowGroupRawBytesMax);
    }

    std::uint32_t local_shape(ShapePlan& plan) {
        if (std::exchange(plan.group, group_) == group_) return plan.local;
        auto& shapes = rows_.shapes.shapes;
        auto [entry, is_new] =
            local_shapes_.try_emplace(plan.shape, static_cast<std::uint32_t>(shapes.size()));
        if (is_new) shapes.push_back(plan.shape);
        return plan.local = entry->second;
    }

    std::uint32_t local_record(RecordPlan& record) {
        if (std::exchange(record.group, group_) == group_) return record.local;
        auto& records = rows_.coordinates.records;
        records.push_back({record.placed->epoch, record.placed->partition, record.placed->offset,
                           record.placed->record.ingest_time.ns});
        return record.local = static_cast<std::uint32_t>(records.size() - 1);
    }

    void add_value(FieldId field, std::string_view value) {
        if (field >= columns_.size()) columns_.resize(field + 1);
        columns_[field].push_back(value);
        value_bytes_ += value.size();
    }

    void add_row(RecordPlan& record, ShapePlan& plan, const RowRef& row, std::uint64_t raw) {
        rows_.event_times.push_back(row.time_ns);
        rows_.raw_bytes.push_back(static_cast<std::uint32_t>(raw));
        raw_bytes_ += raw;
        rows_.shapes.row_shapes.push_back(local_shape(plan));
        rows_.shapes.row_tags.push_back(builder_.tag_set(record.placed->record.tags));
        rows_.coordinates.row_records.push_back(local_record(record));
        rows_.coordinates.row_indexes.push_back(row.row);
        auto& events = record.placed->record.events;
        for (std::size_t position = 0; position < plan.fields.size(); ++position)
            if (plan.fields[position] != kNone)
                add_value(plan.fields[position], events.value(row.row, position));
        for (auto& [field, value] : record.tag_values) add_value(field, value);
    }

    Result<void> close_group() {
        if (rows_.event_times.empty()) return {};
        TRY_OK(builder_.add(rows_, [&](FieldId field, Interner& into) -> Result<void> {
            for (auto value : columns_[field]) into.add(value);
            return {};
        }));
        for (auto& column : columns_) column.clear();
        rows_ = {};
        local_shapes_.clear();
        raw_bytes_ = value_bytes_ = 0;
        ++group_;
        return {};
    }

    SegmentBuilder builder_;
    std::vector<RecordPlan> records_;
    GroupRows rows_;
    std::vector<std::vector<std::string_view>> columns_;
    std::map<Shape, std::uint32_t> local_shapes_;
    std::uint64_t raw_bytes_ = 0;
    std::uint64_t value_bytes_ = 0;
    std::uint32_t group_ = 0;
};

}  // namespace

struct Writer::State {
    WriteOptions options;
    Sink sink;
    std::vector<std::shared_ptr<const model::PlacedRecord>> records;
    std::uint64_t rows = 0;
};

Writer::Writer(const WriteOptions& options, Sink sink)
    : state_(std::make_unique<State>(options, std::move(sink))) {}
Writer::~Writer() = default;
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;

Result<void> Writer::add(std::shared_ptr<const model::PlacedRecord> placed) {
    if (placed->record.repo != state_->options.repo)
        return fail(Code::kInvalidArgument, "the record belongs to another repository");
    state_->rows += placed->record.events.rows();
    if (placed->record.events.rows() != 0) state_->records.push_back(std::move(placed));
    return {};
}

std::uint64_t Writer::rows() const { return state_->rows; }

Result<Summary> Writer::finish() {
    Run run(state_->options, state_->sink, state_->records);
    return run.write();
}

Result<WrittenSegment> write_segment(
    const WriteOptions& options,
    std::span<const std::shared_ptr<const model::PlacedRecord>> records) {
    WrittenSegment written;
    Writer writer(options, [&](std::string_view bytes) -> Result<void> {
        written.bytes += bytes;
        return {};
    });
    for (auto& placed : records) TRY_OK(writer.add(placed));
    TRY(written.summary, writer.finish());
    return written;
}

}  // namespace logwood::segment
