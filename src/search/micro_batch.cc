#include "search/micro_batch.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/bytes.h"

namespace logwood::search {

using model::Column;

namespace {

struct TextHash {
    std::size_t operator()(std::string_view text) const { return checksum64(text); }
};

/// Rows after which a column shows whether its texts repeat, and how often they must: then work
/// for each distinct text pays.
constexpr std::size_t kSampleRows = 256;
constexpr std::size_t kRepeats = 4;

}  // namespace

Column encode_texts(std::vector<std::string_view> texts, std::shared_ptr<const void> owner) {
    std::unordered_map<std::string_view, std::uint32_t, TextHash> code_of;
    std::vector<std::uint32_t> codes(texts.size(), Column::kNoCode);
    std::vector<std::string_view> values;
    for (std::size_t row = 0; row < texts.size(); ++row) {
        if (row >= kSampleRows && values.size() * kRepeats > row)
            return Column::plain(std::move(texts), std::move(owner));
        if (model::is_missing(texts[row])) continue;
        if (row > 0 && codes[row - 1] != Column::kNoCode && texts[row] == texts[row - 1]) {
            codes[row] = codes[row - 1];
            continue;
        }
        auto [known, is_new] =
            code_of.try_emplace(texts[row], static_cast<std::uint32_t>(values.size()));
        if (is_new) values.push_back(texts[row]);
        codes[row] = known->second;
    }
    if (values.empty()) return Column::missing(texts.size());
    if (values.size() == 1 && std::ranges::find(codes, Column::kNoCode) == codes.end())
        return Column::constant(values[0], texts.size(), std::move(owner));
    if (values.size() * kRepeats > texts.size())
        return Column::plain(std::move(texts), std::move(owner));
    return Column::dictionary(std::move(codes), std::move(values), std::move(owner));
}

MicroBatch::MicroBatch(std::vector<Part> parts, model::TimeRange times)
    : parts_(std::move(parts)), times_(times) {
    std::set<model::TagSet> seen;
    for (auto& part : parts_) {
        auto& record = part.placed->record;
        auto of_part = record.events.event_times();
        event_times_.insert(event_times_.end(), of_part.begin(), of_part.end());
        raw_bytes_ += record.events.raw_bytes();
        if (!seen.insert(record.tags).second) continue;
        tag_sets_.push_back(&record.tags);
        for (auto& [name, value] : record.tags.entries()) tag_fields_.insert("#" + name);
    }
    for (auto time : event_times_) bounds_.add(time);
}

bool MicroBatch::may_match(const exec::Query& query) const {
    return std::ranges::any_of(tag_sets_, [&](auto* tags) {
        return std::ranges::all_of(tags->entries(), [&](auto& tag) {
            return query.may_match_tag("#" + tag.first, tag.second);
        });
    });
}

Column MicroBatch::make_column(std::string_view field) const {
    std::vector<std::string_view> texts;
    texts.reserve(rows());
    for (auto& part : parts_) {
        auto& record = part.placed->record;
        auto end = texts.size() + record.events.rows();
        if (field.starts_with('#'))
            if (auto value = record.tags.get(field.substr(1)); !model::is_missing(value)) {
                texts.resize(end, value);
                continue;
            }
        auto column = record.events.column(field, nullptr);
        if (column.kind() == Column::Kind::kPlain)
            texts.insert(texts.end(), column.values().begin(), column.values().end());
        texts.resize(end, model::kMissing);
    }
    // The texts live in the records. The parts are owned, and not the batch, which would own itself
    // by its columns.
    auto owner = std::make_shared<std::vector<std::shared_ptr<const model::PlacedRecord>>>();
    for (auto& part : parts_) owner->push_back(part.placed);
    return encode_texts(std::move(texts), std::move(owner));
}

Column MicroBatch::column(std::string_view field) const {
    std::scoped_lock lock(mutex_);
    auto known = columns_.find(field);
    if (known == columns_.end())
        known = columns_.emplace(std::string(field), make_column(field)).first;
    return known->second;
}

const std::vector<std::string_view>& MicroBatch::fields() const {
    std::scoped_lock lock(mutex_);
    if (!fields_.empty()) return fields_;
    std::set<std::string_view> names(tag_fields_.begin(), tag_fields_.end());
    for (auto& part : parts_) {
        auto& of_part = part.placed->record.events.parts().fields;
        names.insert(of_part.begin(), of_part.end());
    }
    fields_.assign(names.begin(), names.end());
    return fields_;
}

const std::vector<std::int64_t>& MicroBatch::ingest_times() const {
    std::scoped_lock lock(mutex_);
    if (!ingest_times_.empty()) return ingest_times_;
    for (auto& part : parts_) {
        auto& record = part.placed->record;
        ingest_times_.resize(ingest_times_.size() + record.events.rows(), record.ingest_time.ns);
    }
    return ingest_times_;
}

const std::vector<model::Coordinates>& MicroBatch::coordinates() const {
    std::scoped_lock lock(mutex_);
    if (!coordinates_.empty()) return coordinates_;
    for (auto& part : parts_) {
        auto& placed = *part.placed;
        coordinates_.insert(coordinates_.end(), part.coordinates.begin(), part.coordinates.end());
        if (!part.coordinates.empty()) continue;
        for (std::uint32_t row = 0; row < placed.record.events.rows(); ++row)
            coordinates_.push_back({placed.epoch, placed.partition, placed.offset, row});
    }
    return coordinates_;
}

class MicroBatch::Source final : public model::RowSource {
 public:
    explicit Source(std::shared_ptr<const MicroBatch> batch) : batch_(std::move(batch)) {}

    std::size_t rows() const override { return batch_->rows(); }
    RepoId repo() const override { return batch_->repo(); }
    Result<Column> column(std::string_view field) const override { return batch_->column(field); }
    Result<std::vector<std::string_view>> fields() const override { return batch_->fields(); }
    std::optional<model::TimeBounds> time_bounds() const override { return batch_->bounds_; }
    Result<std::span<const std::int64_t>> event_times() const override {
        return std::span<const std::int64_t>(batch_->event_times_);
    }
    Result<std::span<const std::int64_t>> ingest_times() const override {
        return std::span<const std::int64_t>(batch_->ingest_times());
    }
    Result<std::span<const model::Coordinates>> coordinates() const override {
        return std::span<const model::Coordinates>(batch_->coordinates());
    }

 private:
    std::shared_ptr<const MicroBatch> batch_;
};

std::unique_ptr<model::RowSource> MicroBatch::source() const {
    return std::make_unique<Source>(shared_from_this());
}

}  // namespace logwood::search
