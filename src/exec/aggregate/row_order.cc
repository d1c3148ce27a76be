// Each group keeps its best rows as a heap whose top is the worst. A batch is first run through by
// sort keys alone; only rows that stay are then read whole.
//
// Bytes of a state: field names; the column order; for each group a cut flag, the number of rows,
// and of each row its keys, order and packed fields.
#include "exec/aggregate/row_order.h"

#include <algorithm>
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/columns/row_store.h"
#include "exec/limits.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

constexpr std::uint32_t kPacked = 0xFFFFFFFF;

/// A value to sort by: a number, or a text.
struct SortKey {
    bool is_there = false;
    double number = 0;
    std::string text;
};

struct Entry {
    std::vector<SortKey> keys;
    model::OrderKey order;
    bool is_event = false;
    std::uint32_t row = kPacked;  ///< Row of the batch being added, or kPacked.
    PackedRow packed;
};

struct Group {
    std::vector<Entry> heap;
    bool is_cut = false;
};

double parse_hex(std::string_view text) {
    if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
    double value = 0;
    if (text.empty()) return kNullNumber;
    for (char c : text) {
        bool is_digit = c >= '0' && c <= '9';
        bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'f';
        if (!is_digit && !is_letter) return kNullNumber;
        value = value * 16 + (is_digit ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
}

/// The sort keys of a batch, by field: numbers, or texts.
struct KeyColumns {
    std::vector<std::vector<double>> numbers;
    std::vector<model::Column> texts;
};

class RowOrderState final : public AggregateState {
 public:
    explicit RowOrderState(const RowOrderOptions& options) : options_(options), groups_(1) {}

    void grow(std::uint32_t count) override {
        if (count > groups_.size()) groups_.resize(count);
    }
    Result<void> add(Batch& batch, const Groups& groups) override;
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t> to,
                       std::uint32_t count) override;
    void serialise(ByteWriter& out) const override;
    Result<void> deserialise(ByteReader& in, std::uint32_t count) override;
    std::size_t memory() const override {
        return memory_ + packer_.memory() + groups_.capacity() * sizeof(Group);
    }
    Result<GroupedRows> rows() const override;
    bool is_settled_before(std::int64_t time_ns) const override {
        if (options_.by != RowOrderOptions::By::kNewest || groups_.size() != 1) return false;
        auto& heap = groups_[0].heap;
        return heap.size() >= options_.limit && !heap.empty() &&
               heap.front().order.time_ns >= time_ns;
    }
    bool is_settled_after(std::int64_t time_ns) const override {
        if (options_.by != RowOrderOptions::By::kOldest || groups_.size() != 1) return false;
        auto& heap = groups_[0].heap;
        return heap.size() >= options_.limit && !heap.empty() &&
               heap.front().order.time_ns < time_ns;
    }

 private:
    bool is_better(const Entry& a, const Entry& b) const;
    Result<KeyColumns> key_columns(Batch& batch) const;
    std::vector<SortKey> keys_of(const KeyColumns& columns, std::size_t row) const;
    void offer(Group& group, Entry entry);
    /// Is the group full, and the row beyond doubt behind its worst? Spares making an entry.
    bool is_hopeless(const Group& group, const KeyColumns& columns, std::size_t row) const;
    Result<void> pack_new(Batch& batch);
    Result<model::OrderKey> order_of(Batch& batch, std::size_t row) const;
    /// By sizes: capacities change as entries move about in a heap.
    void count_memory(const Entry& entry, bool is_added) {
        auto bytes = sizeof(Entry) + entry.packed.size() + entry.keys.size() * sizeof(SortKey);
        memory_ += is_added ? bytes : -bytes;
    }

    const RowOrderOptions& options_;
    std::vector<Group> groups_;
    RowPacker packer_;
    std::vector<std::string> field_order_;
    std::size_t memory_ = 0;
};

bool RowOrderState::is_better(const Entry& a, const Entry& b) const {
    if (options_.by == RowOrderOptions::By::kOldest) return a.order < b.order;
    if (options_.by == RowOrderOptions::By::kNewest) return b.order < a.order;
    for (std::size_t i = 0; i < options_.sort.size(); ++i) {
        auto& x = a.keys[i];
        auto& y = b.keys[i];
        if (x.is_there != y.is_there) return x.is_there;
        if (!x.is_there) continue;
        bool descends = options_.sort[i].descending;
        if (options_.sort[i].type == SortType::kString) {
            if (x.text != y.text) return (x.text < y.text) != descends;
        } else if (x.number != y.number) {
            return (x.number < y.number) != descends;
        }
    }
    // Ties: rows of aggregates stay as they were, events go newest first.
    return a.is_event && b.is_event ? b.order < a.order : a.order < b.order;
}

Result<KeyColumns> RowOrderState::key_columns(Batch& batch) const {
    KeyColumns columns;
    for (auto& sort : options_.sort) {
        columns.numbers.emplace_back();
        columns.texts.emplace_back();
        if (sort.type == SortType::kNumber) {
            TRY(auto numbers, batch.numbers(sort.field));
            columns.numbers.back() = *numbers;
        } else if (sort.type == SortType::kHex) {
            TRY(auto column, batch.column(sort.field));
            columns.numbers.back() = map_rows<double>(column, kNullNumber, parse_hex);
        } else {
            TRY(columns.texts.back(), batch.column(sort.field));
        }
    }
    return columns;
}

std::vector<SortKey> RowOrderState::keys_of(const KeyColumns& columns, std::size_t row) const {
    std::vector<SortKey> keys(options_.sort.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (options_.sort[i].type == SortType::kString) {
            auto text = columns.texts[i][row];
            keys[i].is_there = !model::is_missing(text);
            keys[i].text = text;
        } else {
            keys[i].number = columns.numbers[i][row];
            keys[i].is_there = !is_null(keys[i].number);
            if (!keys[i].is_there) keys[i].number = 0;
        }
    }
    return keys;
}

void RowOrderState::offer(Group& group, Entry entry) {
    auto better = [this](const Entry& a, const Entry& b) { return is_better(a, b); };
    auto& heap = group.heap;
    if (heap.size() < options_.limit) {
        count_memory(entry, true);
        heap.push_back(std::move(entry));
        std::ranges::push_heap(heap, better);
        return;
    }
    group.is_cut = true;
    if (heap.empty() || !is_better(entry, heap.front())) return;
    std::ranges::pop_heap(heap, better);
    count_memory(heap.back(), false);
    count_memory(entry, true);
    heap.back() = std::move(entry);
    std::ranges::push_heap(heap, better);
}

bool RowOrderState::is_hopeless(const Group& group, const KeyColumns& columns,
                                std::size_t row) const {
    if (group.heap.size() < options_.limit || group.heap.empty()) return false;
    auto& worst = group.heap.front().keys[0];
    bool descends = options_.sort[0].descending;
    if (options_.sort[0].type == SortType::kString) {
        auto text = columns.texts[0][row];
        if (model::is_missing(text) || !worst.is_there) return worst.is_there;
        return text != worst.text && (text < worst.text) == descends;
    }
    auto number = columns.numbers[0][row];
    if (is_null(number) || !worst.is_there) return worst.is_there;
    return number != worst.number && (number < worst.number) == descends;
}

Result<model::OrderKey> RowOrderState::order_of(Batch& batch, std::size_t row) const {
    if (batch.has_order() || options_.by != RowOrderOptions::By::kFields) return batch.order(row);
    model::OrderKey position;
    position.at.offset = model::LogOffset(row);
    return position;
}

Result<void> RowOrderState::add(Batch& batch, const Groups& groups) {
    grow(groups.count);
    if (field_order_.empty()) field_order_ = batch.field_order();
    std::span<const std::int64_t> times;
    bool by_time = options_.by != RowOrderOptions::By::kFields;
    if (by_time) {
        TRY(times, batch.times());
    }
    TRY(auto columns, key_columns(batch));
    bool is_newest = options_.by == RowOrderOptions::By::kNewest;
    for (std::uint32_t row = 0; row < batch.rows(); ++row) {
        auto& group = groups_[groups[row]];
        if (by_time && batch.source() && group.heap.size() >= options_.limit &&
            !group.heap.empty()) {
            auto worst = group.heap.front().order.time_ns;
            if (is_newest ? times[row] < worst : times[row] > worst) {
                group.is_cut = true;
                continue;
            }
        }
        if (!options_.sort.empty() && is_hopeless(group, columns, row)) {
            group.is_cut = true;
            continue;
        }
        Entry entry;
        TRY(entry.order, order_of(batch, row));
        if (is_newest && !batch.has_order() && entry.order.time_ns == UtcTime::min().ns)
            return fail(Code::kInvalidArgument,
                        "Expected events to have a @timestamp field for tail to work");
        entry.keys = keys_of(columns, row);
        entry.is_event = batch.has_order();
        entry.row = row;
        offer(group, std::move(entry));
    }
    return pack_new(batch);
}

Result<void> RowOrderState::pack_new(Batch& batch) {
    std::vector<Entry*> fresh;
    for (auto& group : groups_)
        for (auto& entry : group.heap)
            if (entry.row != kPacked) fresh.push_back(&entry);
    std::ranges::sort(fresh, {}, &Entry::row);
    std::vector<std::uint32_t> rows;
    for (auto* entry : fresh) rows.push_back(entry->row);
    auto* fields = options_.columns.empty() ? nullptr : &options_.columns;
    TRY(auto packed, packer_.pack(batch, rows, fields));
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        fresh[i]->packed = std::move(packed[i]);
        fresh[i]->row = kPacked;
        memory_ += fresh[i]->packed.size();
    }
    return {};
}

Result<void> RowOrderState::merge(const AggregateState& from, std::span<const std::uint32_t> to,
                                  std::uint32_t count) {
    grow(count);
    auto& other = static_cast<const RowOrderState&>(from);
    if (field_order_.empty()) field_order_ = other.field_order_;
    for (std::size_t g = 0; g < other.groups_.size() && g < to.size(); ++g) {
        if (to[g] == kNoGroup) continue;
        auto& group = groups_[to[g]];
        group.is_cut |= other.groups_[g].is_cut;
        for (auto& theirs : other.groups_[g].heap) {
            Entry entry = theirs;
            entry.packed = packer_.repack(theirs.packed, other.packer_);
            offer(group, std::move(entry));
        }
    }
    return {};
}

void RowOrderState::serialise(ByteWriter& out) const {
    packer_.write(out);
    out.put_varint(field_order_.size());
    for (auto& field : field_order_) out.put_string(field);
    for (auto& group : groups_) {
        out.put(static_cast<std::uint8_t>(group.is_cut));
        out.put_varint(group.heap.size());
        for (auto& entry : group.heap) {
            for (auto& key : entry.keys) {
                out.put(static_cast<std::uint8_t>(key.is_there));
                write_number(out, key.number);
                out.put_string(key.text);
            }
            write_order(out, entry.order);
            out.put(static_cast<std::uint8_t>(entry.is_event));
            out.put_string(entry.packed);
        }
    }
}

Result<void> RowOrderState::deserialise(ByteReader& in, std::uint32_t count) {
    groups_.clear();
    TRY_OK(packer_.read(in));
    TRY(auto fields, in.get_varint());
    for (std::uint64_t i = 0; i < fields; ++i) {
        TRY(auto field, in.get_string());
        field_order_.emplace_back(field);
    }
    for (std::uint32_t g = 0; g < count; ++g) {
        auto& group = groups_.emplace_back();
        TRY(auto is_cut, in.get<std::uint8_t>());
        TRY(auto rows, in.get_varint());
        if (rows > options_.limit) return fail(Code::kCorrupt, "more rows than the limit");
        for (std::uint64_t i = 0; i < rows; ++i) {
            Entry entry;
            entry.keys.resize(options_.sort.size());
            for (auto& key : entry.keys) {
                TRY(auto is_there, in.get<std::uint8_t>());
                TRY(key.number, read_number(in));
                TRY(key.text, in.get_string());
                key.is_there = is_there != 0;
                if (is_null(key.number)) return fail(Code::kCorrupt, "a sort key is no number");
            }
            TRY(entry.order, read_order(in));
            TRY(auto is_event, in.get<std::uint8_t>());
            entry.is_event = is_event != 0;
            TRY(entry.packed, in.get_string());
            TRY_OK(packer_.check(entry.packed));
            offer(group, std::move(entry));
        }
        group.is_cut = is_cut != 0;
    }
    return {};
}

Result<GroupedRows> RowOrderState::rows() const {
    GroupedRows out;
    std::vector<const PackedRow*> packed;
    std::vector<std::optional<model::OrderKey>> orders;
    bool is_cut = false;
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
        is_cut |= groups_[g].is_cut;
        std::vector<const Entry*> sorted;
        for (auto& entry : groups_[g].heap) sorted.push_back(&entry);
        std::ranges::sort(sorted, [&](auto* a, auto* b) { return is_better(*a, *b); });
        for (auto* entry : sorted) {
            packed.push_back(&entry->packed);
            orders.push_back(entry->is_event ? std::optional(entry->order) : std::nullopt);
            out.groups.push_back(g);
        }
    }
    out.table = packer_.table(packed);
    if (std::ranges::any_of(orders, [](auto& order) { return order.has_value(); }))
        out.table.orders = std::move(orders);
    out.table.field_order = options_.columns.empty() ? field_order_ : options_.columns;
    if (is_cut && !options_.limit_warning.empty())
        out.table.warnings.push_back({"RowLimitExceeded", options_.limit_warning});
    return out;
}

class RowOrderAggregate final : public Aggregate {
 public:
    explicit RowOrderAggregate(RowOrderOptions options) : options_(std::move(options)) {}
    AggregateStatePtr start() const override { return std::make_unique<RowOrderState>(options_); }
    bool wants_oldest_first() const override { return options_.by == RowOrderOptions::By::kOldest; }

 private:
    RowOrderOptions options_;
};

}  // namespace

AggregatePtr row_order_aggregate(RowOrderOptions options) {
    return std::make_unique<RowOrderAggregate>(std::move(options));
}

}  // namespace logwood::exec
