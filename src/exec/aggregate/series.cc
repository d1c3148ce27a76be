// series(): values of events in the order of time, cut into series by pauses and by events that
// start or end one. Events are kept until the end, since they come in any order.
//
// Bytes of a state: names of fields; for each group the number of events, and of each its order,
// flags and packed values.
#include <algorithm>
#include <charconv>
#include <optional>

#include "exec/columns/column_maker.h"
#include "exec/columns/event_times.h"
#include "exec/columns/row_store.h"
#include "exec/filter/steps_filter.h"
#include "exec/limits.h"
#include "exec/plan/registry_rows.h"

namespace logwood::exec {
namespace {

struct SeriesOptions {
    std::vector<std::string> fields;
    std::string separator;
    std::optional<std::int64_t> pause_ms;
    std::optional<std::int64_t> duration_ms;
    FilterPtr starts;  ///< Null: every event may start a series.
    FilterPtr ends;    ///< Null: none ends one.
    std::size_t bytes_max = 0;
};

struct Entry {
    model::OrderKey order;
    bool starts = false;
    bool ends = false;
    PackedRow values;
};

/// Rows under construction.
struct SeriesRows {
    std::vector<std::uint32_t> groups;
    Values::Numbers starts_ms;
    Values::Numbers durations_ms;
    std::vector<ColumnMaker> values;  ///< By field.
};

std::int64_t ms_of(const Entry& entry) { return UtcTime{entry.order.time_ns}.ms(); }

/// Cuts the events of one group, which come in order, into series.
class SeriesCutter {
 public:
    SeriesCutter(const SeriesOptions& options, SeriesRows& out, std::uint32_t group)
        : options_(options), out_(out), group_(group), texts_(options.fields.size()) {}

    /// `values` has one text a field.
    void add(const Entry& entry, std::span<const std::string_view> values) {
        auto time = ms_of(entry);
        if (is_open_ && is_over(time)) close();
        if (options_.starts && entry.starts) {
            close();
            open(time);
        } else if (!is_open_) {
            if (options_.starts) return;
            open(time);
        }
        last_ms_ = time;
        for (std::size_t i = 0; i < values.size(); ++i)
            if (!model::is_missing(values[i])) append(i, values[i]);
        if (options_.ends && entry.ends) close();
    }
    void close() {
        if (!is_open_) return;
        is_open_ = false;
        out_.groups.push_back(group_);
        out_.starts_ms.push_back(static_cast<double>(first_ms_));
        out_.durations_ms.push_back(static_cast<double>(last_ms_ - first_ms_));
        for (std::size_t i = 0; i < texts_.size(); ++i)
            out_.values[i].add(texts_[i] ? std::string_view(*texts_[i]) : model::kMissing);
    }
    bool is_cut() const { return is_cut_; }

 private:
    bool is_over(std::int64_t time) const {
        return (options_.pause_ms && time - last_ms_ > *options_.pause_ms) ||
               (options_.duration_ms && time - first_ms_ > *options_.duration_ms);
    }
    void open(std::int64_t time) {
        is_open_ = true;
        first_ms_ = last_ms_ = time;
        for (auto& text : texts_) text.reset();
    }
    void append(std::size_t field, std::string_view value) {
        if (bytes_ + value.size() > options_.bytes_max) {
            is_cut_ = true;
            return;
        }
        bytes_ += value.size();
        auto& text = texts_[field];
        if (text)
            *text += options_.separator;
        else
            text.emplace();
        *text += value;
    }

    const SeriesOptions& options_;
    SeriesRows& out_;
    std::uint32_t group_;
    bool is_open_ = false;
    bool is_cut_ = false;
    std::int64_t first_ms_ = 0;
    std::int64_t last_ms_ = 0;
    std::size_t bytes_ = 0;  ///< Of values, in all series of the group.
    std::vector<std::optional<std::string>> texts_;
};

class SeriesState final : public AggregateState {
 public:
    explicit SeriesState(const SeriesOptions& options) : options_(options), groups_(1) {}

    void grow(std::uint32_t count) override {
        if (count > groups_.size()) groups_.resize(count);
    }
    Result<void> add(Batch& batch, const Groups& groups) override;
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t> to,
                       std::uint32_t count) override {
        grow(count);
        auto& other = static_cast<const SeriesState&>(from);
        for (std::size_t g = 0; g < other.groups_.size() && g < to.size(); ++g) {
            if (to[g] == kNoGroup) continue;
            for (auto& theirs : other.groups_[g]) {
                Entry entry = theirs;
                entry.values = packer_.repack(theirs.values, other.packer_);
                take(to[g], std::move(entry));
            }
        }
        return {};
    }
    void serialise(ByteWriter& out) const override {
        packer_.write(out);
        for (auto& group : groups_) {
            out.put_varint(group.size());
            for (auto& entry : group) {
                write_order(out, entry.order);
                out.put(static_cast<std::uint8_t>((entry.starts ? 1 : 0) | (entry.ends ? 2 : 0)));
                out.put_string(entry.values);
            }
        }
    }
    Result<void> deserialise(ByteReader& in, std::uint32_t count) override {
        groups_.assign(count, {});
        TRY_OK(packer_.read(in));
        for (std::uint32_t g = 0; g < count; ++g) {
            TRY(auto entries, in.get_varint());
            for (std::uint64_t i = 0; i < entries; ++i) {
                Entry entry;
                TRY(entry.order, read_order(in));
                TRY(auto flags, in.get<std::uint8_t>());
                entry.starts = (flags & 1) != 0;
                entry.ends = (flags & 2) != 0;
                TRY(entry.values, in.get_string());
                TRY_OK(packer_.check(entry.values));
                take(g, std::move(entry));
            }
        }
        return {};
    }
    std::size_t memory() const override {
        return memory_ + packer_.memory() + groups_.capacity() * sizeof(groups_[0]);
    }
    Result<GroupedRows> rows() const override;

 private:
    void take(std::uint32_t group, Entry entry) {
        memory_ += sizeof(Entry) + entry.values.capacity();
        groups_[group].push_back(std::move(entry));
    }
    GroupedRows table_of(SeriesRows made, bool is_cut) const;

    const SeriesOptions& options_;
    RowPacker packer_;
    std::vector<std::vector<Entry>> groups_;
    std::size_t memory_ = 0;
};

Result<void> SeriesState::add(Batch& batch, const Groups& groups) {
    grow(groups.count);
    TRY(auto times, event_times(batch));
    Mask starts(batch.rows(), 0);
    Mask ends(batch.rows(), 0);
    if (options_.starts) {
        TRY(starts, options_.starts->test(batch));
    }
    if (options_.ends) {
        TRY(ends, options_.ends->test(batch));
    }
    std::vector<model::Column> columns;
    for (auto& field : options_.fields) {
        TRY(auto column, batch.column(field));
        columns.push_back(std::move(column));
    }
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < batch.rows(); ++row) {
        bool has_value = std::ranges::any_of(
            columns, [row](const auto& column) { return !model::is_missing(column[row]); });
        bool is_wanted = has_value || starts[row] != 0 || ends[row] != 0;
        if (is_wanted && times[row] != UtcTime::min().ns) rows.push_back(row);
    }
    TRY(auto packed, packer_.pack(batch, rows, &options_.fields));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Entry entry;
        TRY(entry.order, batch.order(rows[i]));
        entry.order.time_ns = times[rows[i]];
        entry.starts = starts[rows[i]] != 0;
        entry.ends = ends[rows[i]] != 0;
        entry.values = std::move(packed[i]);
        take(groups[rows[i]], std::move(entry));
    }
    return {};
}

Result<GroupedRows> SeriesState::rows() const {
    SeriesRows made;
    made.values.resize(options_.fields.size());
    bool is_cut = false;
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
        std::vector<const Entry*> sorted;
        for (auto& entry : groups_[g]) sorted.push_back(&entry);
        std::ranges::sort(sorted, {}, [](auto* entry) { return entry->order; });
        std::vector<const PackedRow*> packed;
        for (auto* entry : sorted) packed.push_back(&entry->values);
        auto table = packer_.table(packed);
        std::vector<const model::Column*> columns;
        for (auto& field : options_.fields) columns.push_back(table.find(field));
        SeriesCutter cutter(options_, made, g);
        std::vector<std::string_view> values(columns.size());
        for (std::size_t row = 0; row < sorted.size(); ++row) {
            for (std::size_t i = 0; i < columns.size(); ++i)
                values[i] = columns[i] ? (*columns[i])[row] : model::kMissing;
            cutter.add(*sorted[row], values);
        }
        cutter.close();
        is_cut = is_cut || cutter.is_cut();
    }
    return table_of(std::move(made), is_cut);
}

GroupedRows SeriesState::table_of(SeriesRows made, bool is_cut) const {
    GroupedRows out;
    out.table.rows = made.groups.size();
    auto add = [&](std::string name, model::Column column) {
        if (out.table.find(name)) return;
        out.table.field_order.push_back(name);
        out.table.columns.emplace_back(std::move(name), std::move(column));
    };
    add("@timestamp", Values::numbers(std::move(made.starts_ms)).texts());
    add("_duration", Values::numbers(std::move(made.durations_ms)).texts());
    for (std::size_t i = 0; i < options_.fields.size(); ++i)
        add(options_.fields[i], made.values[i].finish());
    if (is_cut)
        out.table.warnings.push_back(
            {"SeriesMemoryExceeded", "series() reached its memlimit; some values are left out"});
    out.groups = std::move(made.groups);
    return out;
}

class SeriesAggregate final : public Aggregate {
 public:
    explicit SeriesAggregate(SeriesOptions options) : options_(std::move(options)) {}
    AggregateStatePtr start() const override { return std::make_unique<SeriesState>(options_); }

 private:
    SeriesOptions options_;
};

/// `1KiB`, `64KB`, `2MiB`, `4096`; nullopt: no such size, or above the limit.
std::optional<std::size_t> parse_bytes(std::string_view text) {
    std::uint64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    auto unit = text.substr(static_cast<std::size_t>(end - text.data()));
    while (unit.starts_with(' ')) unit.remove_prefix(1);
    constexpr std::pair<std::string_view, std::uint64_t> kUnits[] = {
        {"", 1},          {"B", 1},          {"KB", 1000},    {"kB", 1000},
        {"KiB", 1 << 10}, {"MB", 1'000'000}, {"MiB", 1 << 20}};
    for (auto& [name, factor] : kUnits)
        if (unit == name && number <= kSeriesBytesMax / factor) return number * factor;
    return std::nullopt;
}

}  // namespace

lang::Checked<AggregatePtr> make_series(const lang::BoundCall& call, Compiler& compiler) {
    SeriesOptions options;
    options.fields = call.fields("collect");
    options.separator = call.text("separator", "\n");
    options.pause_ms = call.duration_ms("maxpause");
    options.duration_ms = call.duration_ms("maxduration");
    auto bytes = parse_bytes(call.text("memlimit"));
    if (!bytes) return wrong_argument(call, "memlimit", "takes a size such as 64KiB, up to 16MiB");
    options.bytes_max = *bytes;
    const std::pair<std::string_view, FilterPtr*> matches[] = {{"startmatch", &options.starts},
                                                               {"endmatch", &options.ends}};
    for (auto& [name, filter] : matches) {
        if (!call.has(name)) continue;
        LANG_TRY(auto steps, compiler.steps(*call.pipeline(name)));
        *filter = steps_filter(std::move(steps));
    }
    return std::make_unique<SeriesAggregate>(std::move(options));
}

}  // namespace logwood::exec
