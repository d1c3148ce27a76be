// The commonest values are kept by Misra and Gries' rule (Science of Computer Programming 2, 1982):
// when there are too many, all are made smaller by the same amount, and those at 0 leave.
#include "exec/aggregate/field_values.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "exec/aggregate/hll.h"
#include "exec/columns/column_maker.h"
#include "exec/limits.h"

namespace logwood::exec {
namespace {

using model::Column;

constexpr std::string_view kSkipped[] = {"@id", "@timestamp", "@timestamp.nanos",
                                         "@ingesttimestamp"};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return checksum64(text); }
};

/// The commonest of many texts.
class CommonValues {
 public:
    void add(std::string_view text, std::uint64_t count) {
        auto at = counts_.find(text);
        if (at != counts_.end()) {
            at->second += count;
            return;
        }
        counts_.emplace(text, count);
        bytes_ += text.size();
        // A half more than are kept: then most texts cost no look at all others.
        if (counts_.size() > kCommonValuesKept + kCommonValuesKept / 2) shrink();
    }
    void merge(const CommonValues& from) {
        for (auto& [text, count] : from.counts_) add(text, count);
    }
    std::vector<std::pair<std::string_view, std::uint64_t>> best(std::size_t limit) const {
        std::vector<std::pair<std::string_view, std::uint64_t>> all(counts_.begin(), counts_.end());
        std::ranges::sort(all, [](auto& a, auto& b) {
            return std::tuple(b.second, a.first) < std::tuple(a.second, b.first);
        });
        all.resize(std::min(all.size(), limit));
        return all;
    }
    std::size_t memory() const { return counts_.size() * 96 + bytes_; }
    void write(ByteWriter& out) const {
        out.put_varint(counts_.size());
        for (auto& [text, count] : counts_) {
            out.put_string(text);
            out.put_varint(count);
        }
    }
    Result<void> read(ByteReader& in) {
        TRY(auto size, in.get_varint());
        for (std::uint64_t i = 0; i < size; ++i) {
            TRY(auto text, in.get_string());
            TRY(auto count, in.get_varint());
            add(text, count);
        }
        return {};
    }

 private:
    void shrink() {
        std::vector<std::uint64_t> sizes;
        for (auto& entry : counts_) sizes.push_back(entry.second);
        auto next = sizes.begin() + kCommonValuesKept;
        std::ranges::nth_element(sizes, next, std::greater());
        auto less = *next;
        for (auto at = counts_.begin(); at != counts_.end();) {
            if (at->second > less) {
                at->second -= less;
                ++at;
                continue;
            }
            bytes_ -= at->first.size();
            at = counts_.erase(at);
        }
    }

    std::unordered_map<std::string, std::uint64_t, TextHash, std::equal_to<>> counts_;
    std::size_t bytes_ = 0;
};

struct FieldValues {
    std::uint64_t rows = 0;
    DistinctCounter distinct;
    CommonValues common;

    void add(std::string_view text, std::uint64_t count) {
        rows += count;
        distinct.add(text);
        if (text.size() <= kCommonValueBytesMax) common.add(text, count);
    }
};

/// Each distinct text of a dictionary is looked at once.
void add_column(const Column& column, FieldValues& into) {
    switch (column.kind()) {
        case Column::Kind::kMissing:
            return;
        case Column::Kind::kConstant:
            if (column.rows() > 0) into.add(column[0], column.rows());
            return;
        case Column::Kind::kPlain:
            for (auto text : column.values())
                if (!model::is_missing(text)) into.add(text, 1);
            return;
        case Column::Kind::kDictionary:
            break;
    }
    if (!internal::codes_worth_a_table(column)) {
        for (auto code : column.codes())
            if (code != Column::kNoCode) into.add(column.values()[code], 1);
        return;
    }
    std::vector<std::uint32_t> counts(column.values().size());
    for (auto code : column.codes())
        if (code != Column::kNoCode) ++counts[code];
    for (std::size_t code = 0; code < counts.size(); ++code)
        if (counts[code] > 0) into.add(column.values()[code], counts[code]);
}

/// Has but one group: it is never a part of another aggregate.
class FieldValuesState final : public AggregateState {
 public:
    void grow(std::uint32_t) override {}

    Result<void> add(Batch& batch, const Groups&) override {
        TRY(auto names, batch.fields());
        for (auto& name : names) {
            if (std::ranges::find(kSkipped, name) != std::end(kSkipped)) continue;
            TRY(auto column, batch.column(name));
            if (column.kind() == Column::Kind::kMissing) continue;
            if (auto* field = field_named(name)) add_column(column, *field);
        }
        return {};
    }
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t>,
                       std::uint32_t) override {
        auto& other = static_cast<const FieldValuesState&>(from);
        is_over_ |= other.is_over_;
        for (auto& [name, values] : other.fields_) {
            auto* field = field_named(name);
            if (!field) continue;
            field->rows += values.rows;
            field->distinct.merge(values.distinct);
            field->common.merge(values.common);
        }
        return {};
    }
    void serialise(ByteWriter& out) const override {
        out.put_varint(is_over_ ? 1 : 0);
        out.put_varint(fields_.size());
        for (auto& [name, values] : fields_) {
            out.put_string(name);
            out.put_varint(values.rows);
            values.distinct.write(out);
            values.common.write(out);
        }
    }
    Result<void> deserialise(ByteReader& in, std::uint32_t) override {
        TRY(auto is_over, in.get_varint());
        is_over_ = is_over != 0;
        TRY(auto count, in.get_varint());
        if (count > kValueFieldsMax) return fail(Code::kCorrupt, "field values: too many fields");
        for (std::uint64_t i = 0; i < count; ++i) {
            TRY(auto name, in.get_string());
            auto& field = fields_[std::string(name)];
            TRY(field.rows, in.get_varint());
            TRY(field.distinct, DistinctCounter::read(in));
            TRY_OK(field.common.read(in));
        }
        return {};
    }
    std::size_t memory() const override {
        constexpr std::size_t kNodeBytes = 200;
        std::size_t bytes = 0;
        for (auto& [name, values] : fields_)
            bytes += kNodeBytes + values.distinct.memory() + values.common.memory();
        return bytes;
    }
    Result<GroupedRows> rows() const override {
        GroupedRows out;
        ColumnMaker names;
        ColumnMaker values;
        ColumnMaker counts;
        ColumnMaker distinct;
        for (auto& [name, field] : fields_) {
            if (field.rows == 0) continue;
            names.add(name);
            values.add(model::kMissing);
            counts.add(std::to_string(field.rows));
            distinct.add(std::to_string(std::llround(field.distinct.estimate())));
            for (auto& [text, count] : field.common.best(kCommonValuesShown)) {
                names.add(model::kMissing);
                values.add(text);
                counts.add(std::to_string(count));
                distinct.add(model::kMissing);
            }
        }
        out.table.rows = names.rows();
        out.groups.resize(out.table.rows);
        out.table.columns.emplace_back("field", names.finish());
        out.table.columns.emplace_back("value", values.finish());
        out.table.columns.emplace_back("_count", counts.finish());
        out.table.columns.emplace_back("distinct", distinct.finish());
        if (is_over_)
            out.table.warnings.push_back(
                {"FieldStatsLimited", "the events have more than " +
                                          std::to_string(kValueFieldsMax) +
                                          " fields; statistics are kept of that many"});
        return out;
    }

 private:
    /// Null when there are too many.
    FieldValues* field_named(const std::string& name) {
        auto at = fields_.find(name);
        if (at != fields_.end()) return &at->second;
        if (fields_.size() < kValueFieldsMax) return &fields_[name];
        is_over_ = true;
        return nullptr;
    }

    std::map<std::string, FieldValues> fields_;
    bool is_over_ = false;
};

class FieldValuesAggregate final : public Aggregate {
 public:
    AggregateStatePtr start() const override { return std::make_unique<FieldValuesState>(); }
};

}  // namespace

AggregatePtr field_values_aggregate() { return std::make_unique<FieldValuesAggregate>(); }

}  // namespace logwood::exec
