#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/row_source.h"

/// Only for tests of this module.
namespace logwood::exec {

/// An event of a test: its fields, its time, its place.
struct TestEvent {
    std::vector<std::pair<std::string, std::string>> fields;
    std::int64_t time_ns = 0;
    std::uint32_t index = 0;

    std::string_view get(std::string_view field) const {
        for (auto& [name, value] : fields)
            if (name == field) return value;
        return model::kMissing;
    }
};

/// Which kinds of columns a source gives.
enum class ColumnStyle : std::uint8_t { kPlain, kDictionary, kMixed };

/// Rows of given events. Constant columns where all are alike, else plain ones or dictionaries;
/// dictionaries hold a text that no row has.
class TestSource final : public model::RowSource {
 public:
    TestSource(std::vector<TestEvent> events, ColumnStyle style)
        : events_(std::make_shared<std::vector<TestEvent>>(std::move(events))), style_(style) {
        for (auto& event : *events_) {
            times_.push_back(event.time_ns);
            ingest_times_.push_back(event.time_ns + 1'000'000'000);
            model::Coordinates at;
            at.partition = model::PartitionId(1);
            at.offset = model::LogOffset(7);
            at.index = event.index;
            coordinates_.push_back(at);
            for (auto& [name, value] : event.fields) names_.insert(name);
        }
        for (auto& name : names_) dictionaries_[name] = make_dictionary(name);
    }

    std::size_t rows() const override { return events_->size(); }
    RepoId repo() const override { return RepoId(Id128{1, 2}); }
    Result<model::Column> column(std::string_view field) const override {
        ++columns_decoded;
        using model::Column;
        if (!names_.contains(field)) return Column::missing(rows());
        std::vector<std::string_view> values;
        for (auto& event : *events_) values.push_back(event.get(field));
        bool is_constant = !values.empty() && !model::is_missing(values[0]);
        for (auto value : values) is_constant &= !model::is_missing(value) && value == values[0];
        if (is_constant && style_ != ColumnStyle::kPlain)
            return Column::constant(values[0], rows(), events_);
        if (!has_dictionary(field)) return Column::plain(std::move(values), events_);
        auto dictionary = dictionaries_.find(field)->second;
        std::vector<std::uint32_t> codes;
        for (auto value : values) {
            auto code = Column::kNoCode;
            for (std::uint32_t i = 0; i < dictionary->size(); ++i)
                if (!model::is_missing(value) && (*dictionary)[i] == value) code = i;
            codes.push_back(code);
        }
        std::span<const std::string_view> texts = *dictionary;
        return Column::dictionary(std::move(codes), texts, dictionary);
    }
    Result<std::optional<std::span<const std::string_view>>> dictionary(
        std::string_view field) const override {
        if (!names_.contains(field) || !has_dictionary(field)) return std::nullopt;
        return std::span<const std::string_view>(*dictionaries_.find(field)->second);
    }
    Result<std::vector<std::string_view>> fields() const override {
        return std::vector<std::string_view>(names_.begin(), names_.end());
    }
    Result<std::span<const std::int64_t>> event_times() const override { return times_; }
    Result<std::span<const std::int64_t>> ingest_times() const override { return ingest_times_; }
    Result<std::span<const model::Coordinates>> coordinates() const override {
        return coordinates_;
    }

    mutable std::size_t columns_decoded = 0;

 private:
    using Dictionary = std::shared_ptr<const std::vector<std::string_view>>;

    bool has_dictionary(std::string_view field) const {
        if (style_ == ColumnStyle::kPlain) return false;
        return style_ == ColumnStyle::kDictionary || field.size() % 2 == 0;
    }
    Dictionary make_dictionary(const std::string& field) const {
        auto texts = std::make_shared<std::vector<std::string_view>>();
        texts->push_back("a text of no row");
        std::set<std::string_view> seen;
        for (auto& event : *events_)
            if (auto value = event.get(field);
                !model::is_missing(value) && seen.insert(value).second)
                texts->push_back(value);
        // The texts live as long as the events, which the dictionary keeps.
        struct Both {
            std::shared_ptr<const void> events;
            std::shared_ptr<std::vector<std::string_view>> texts;
        };
        auto both = std::make_shared<Both>(events_, texts);
        return {both, texts.get()};
    }

    std::shared_ptr<std::vector<TestEvent>> events_;
    ColumnStyle style_;
    std::set<std::string, std::less<>> names_;
    std::map<std::string, Dictionary, std::less<>> dictionaries_;
    std::vector<std::int64_t> times_;
    std::vector<std::int64_t> ingest_times_;
    std::vector<model::Coordinates> coordinates_;
};

}  // namespace logwood::exec
