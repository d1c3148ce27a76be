// A batch is a list of source rows (`origins_`) and the fields that were asked for or set. What is
// stored is decoded once for all forks (`Stored`) and cut to the rows left when it is asked for.
#include "exec/columns/batch.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/limits.h"

namespace logwood::exec {

using model::Column;

namespace {

/// Bytes of the texts that the rows have; those of a dictionary for many other rows count as none.
std::size_t text_bytes(const Column& column) {
    bool is_shared = column.kind() == Column::Kind::kDictionary;
    if (is_shared && column.values().size() > column.rows()) return 0;
    std::size_t bytes = 0;
    for (auto text : column.values())
        if (!model::is_missing(text)) bytes += text.size();
    return bytes;
}

constexpr std::string_view kViews[] = {"@timestamp", "@timestamp.nanos", "@ingesttimestamp", "@id",
                                       "#repo"};

bool is_view(std::string_view field) {
    return std::ranges::find(kViews, field) != std::end(kViews);
}

std::shared_ptr<const std::vector<std::uint32_t>> compose(
    const std::shared_ptr<const std::vector<std::uint32_t>>& first,
    const std::shared_ptr<const std::vector<std::uint32_t>>& then) {
    if (!first) return then;
    auto both = std::make_shared<std::vector<std::uint32_t>>(then->size());
    for (std::size_t row = 0; row < both->size(); ++row) (*both)[row] = (*first)[(*then)[row]];
    return both;
}

}  // namespace

struct Batch::Stored {
    std::map<std::string, Column, std::less<>> columns;
};

Result<Batch> Batch::read(const model::RowSource& source, const model::TimeRange& interval,
                          const ScanContext& context, const model::TimeRange& arrival) {
    Batch batch;
    batch.source_ = &source;
    batch.context_ = &context;
    batch.rows_ = source.rows();
    batch.stored_ = std::make_shared<Stored>();
    TRY_OK(batch.keep_in(interval));
    TRY_OK(batch.keep_arrived_in(arrival));
    return batch;
}

Result<void> Batch::keep_in(const model::TimeRange& interval) {
    if (interval == model::TimeRange{}) return {};
    if (auto bounds = source_->time_bounds()) {
        if (bounds->within(interval)) return {};
        if (!bounds->overlaps(interval)) {
            rearrange({});
            return {};
        }
    }
    TRY(auto times, source_->event_times());
    Mask mask(times.size());
    for (std::size_t row = 0; row < mask.size(); ++row)
        mask[row] = interval.contains(UtcTime{times[row]});
    keep(mask);
    return {};
}

Result<void> Batch::keep_arrived_in(const model::TimeRange& arrival) {
    if (arrival == model::TimeRange{} || rows_ == 0) return {};
    TRY(auto times, source_->ingest_times());
    Mask mask(rows_);
    for (std::size_t row = 0; row < mask.size(); ++row)
        mask[row] = arrival.contains(UtcTime{times[origin(row)]});
    keep(mask);
    return {};
}

Batch::Batch(RowTable table)
    : rows_(table.rows),
      field_order_(std::move(table.field_order)),
      orders_(std::move(table.orders)) {
    for (auto& [name, column] : table.columns) slots_[name] = {column, {}, nullptr, true};
}

std::uint32_t Batch::origin(std::size_t row) const {
    return origins_ ? (*origins_)[row] : static_cast<std::uint32_t>(row);
}

Result<Values> Batch::load_virtual(std::string_view field) {
    if (field == "#repo") {
        auto& name_of = context_->repo_name;
        return Values::constant(
            name_of && *name_of ? (*name_of)(source_->repo()) : source_->repo().to_string(), rows_);
    }
    if (field == "@id") {
        TRY_OK(load_times());
        TRY(auto coordinates, source_->coordinates());
        ColumnMaker maker(rows_);
        model::EventIdText text(source_->repo());
        for (std::size_t row = 0; row < rows_; ++row)
            maker.add(text.render(coordinates[origin(row)], UtcTime{(*times_)[row]}));
        return Values(maker.finish());
    }
    Values::Numbers numbers(rows_);
    if (field == "@ingesttimestamp") {
        TRY(auto times, source_->ingest_times());
        for (std::size_t row = 0; row < rows_; ++row)
            numbers[row] = static_cast<double>(UtcTime{times[origin(row)]}.ms());
        return Values::numbers(std::move(numbers));
    }
    TRY_OK(load_times());
    bool is_nanos = field == "@timestamp.nanos";
    for (std::size_t row = 0; row < rows_; ++row) {
        UtcTime time{(*times_)[row]};
        numbers[row] = static_cast<double>(is_nanos ? time.sub_ms_ns() : time.ms());
    }
    return Values::numbers(std::move(numbers));
}

Result<Column> Batch::load(std::string_view field) {
    auto known = stored_->columns.find(field);
    if (known == stored_->columns.end()) {
        TRY(auto column, source_->column(field));
        if (column.rows() != source_->rows())
            return fail(Code::kCorrupt, "a column has another number of rows than its source");
        known = stored_->columns.emplace(field, std::move(column)).first;
    }
    return origins_ ? gather(known->second, *origins_) : known->second;
}

Result<Batch::Slot*> Batch::slot(std::string_view field) {
    if (auto known = slots_.find(field); known != slots_.end()) return &known->second;
    Slot made;
    if (!source_) {
        made.texts = Column::missing(rows_);
    } else if (is_view(field)) {
        TRY(auto values, load_virtual(field));
        made.values = std::move(values);
    } else {
        TRY(auto column, load(field));
        made.texts = std::move(column);
    }
    return &slots_.emplace(field, std::move(made)).first->second;
}

Result<Column> Batch::column(std::string_view field) {
    TRY(auto* found, slot(field));
    if (!found->texts) found->texts = found->values->texts();
    return *found->texts;
}

Result<std::shared_ptr<const Values::Numbers>> Batch::numbers(std::string_view field) {
    TRY(auto* found, slot(field));
    if (!found->numbers)
        found->numbers =
            found->values ? found->values->as_numbers() : Values(*found->texts).as_numbers();
    return found->numbers;
}

Result<Values> Batch::values(std::string_view field) {
    TRY(auto* found, slot(field));
    if (found->values) return *found->values;
    return Values(*found->texts);
}

Result<bool> Batch::holds_numbers(std::string_view field) {
    if (source_ && is_stored(field) && !is_view(field)) return false;
    TRY(auto* found, slot(field));
    return found->values && found->values->is_number();
}

Result<Column> Batch::stored_column(std::string_view field) {
    if (is_stored(field) || !source_) return column(field);
    if (!is_view(field)) return load(field);
    TRY(auto values, load_virtual(field));
    return values.texts();
}

bool Batch::is_stored(std::string_view field) const {
    auto known = slots_.find(field);
    return source_ && (known == slots_.end() || !known->second.is_assigned);
}

Result<std::vector<std::string>> Batch::fields() {
    std::vector<std::string> names;
    if (source_) {
        TRY(auto stored, source_->fields());
        for (auto name : stored)
            if (is_stored(name) && !is_view(name)) names.emplace_back(name);
        for (auto name : kViews)
            if (is_stored(name)) names.emplace_back(name);
    }
    for (auto& [name, held] : slots_) {
        bool is_gone = held.texts && held.texts->kind() == Column::Kind::kMissing;
        if (held.is_assigned && !is_gone) names.push_back(name);
    }
    // A tag may also be a stored column.
    std::ranges::sort(names);
    auto repeated = std::ranges::unique(names);
    names.erase(repeated.begin(), repeated.end());
    return names;
}

Result<std::vector<std::string>> Batch::text_fields() {
    std::vector<std::string> names;
    auto is_text = [](std::string_view name) { return !name.starts_with('#') && !is_view(name); };
    if (!source_) {
        for (auto& [name, held] : slots_)
            if (is_text(name)) names.push_back(name);
        return names;
    }
    TRY(auto stored, source_->fields());
    for (auto name : stored)
        if (is_text(name)) names.emplace_back(name);
    return names;
}

Result<void> Batch::load_times() {
    if (times_) return {};
    std::vector<std::int64_t> times(rows_);
    if (source_) {
        TRY(auto stored, source_->event_times());
        for (std::size_t row = 0; row < rows_; ++row) times[row] = stored[origin(row)];
    } else {
        TRY(auto milliseconds, numbers("@timestamp"));
        TRY(auto nanos, numbers("@timestamp.nanos"));
        for (std::size_t row = 0; row < rows_; ++row) {
            auto ms = (*milliseconds)[row];
            bool fits = std::fabs(ms) < 9.2e12;
            times[row] = fits ? static_cast<std::int64_t>(ms) * 1'000'000 : UtcTime::min().ns;
            auto ns = (*nanos)[row];
            if (fits && ns >= 0 && ns < 1e6) times[row] += static_cast<std::int64_t>(ns);
        }
    }
    times_ = std::move(times);
    return {};
}

Result<std::span<const std::int64_t>> Batch::times() {
    TRY_OK(load_times());
    return std::span<const std::int64_t>(*times_);
}

Result<model::OrderKey> Batch::order(std::size_t row) {
    if (!orders_.empty() && orders_[row]) return *orders_[row];
    TRY_OK(load_times());
    if (source_) {
        TRY(auto coordinates, source_->coordinates());
        return model::OrderKey{(*times_)[row], coordinates[origin(row)]};
    }
    model::OrderKey key{(*times_)[row], {}};
    key.at.offset = model::LogOffset(row);
    return key;
}

void Batch::note_change(std::string_view field) {
    if (std::ranges::find(changed_, field) == changed_.end()) changed_.emplace_back(field);
}

Result<void> Batch::assign(std::string_view field, Values values) {
    if (!values.is_number() && !values.is_boolean() &&
        values.texts().kind() == Column::Kind::kMissing)
        return {};
    bool has_null = true;
    if (values.is_number()) has_null = std::ranges::any_of(*values.as_numbers(), is_null);
    if (values.is_constant()) has_null = false;
    if (has_null) {
        TRY(auto old, column(field));
        if (old.kind() != Column::Kind::kMissing)
            values = Values(first_present(values.texts(), old));
    }
    replace(field, std::move(values));
    return {};
}

Result<void> Batch::check_made_text() const {
    if (made_text_bytes_ <= kMadeTextBytesMax) return {};
    return fail(Code::kTooLarge, "the query makes more text of a few events than its limit of " +
                                     std::to_string(kMadeTextBytesMax >> 20) +
                                     " MiB: write fewer or shorter fields");
}

void Batch::replace(std::string_view field, Values values) {
    Slot made;
    made.is_assigned = true;
    if (values.is_number() || values.is_boolean())
        made.values = std::move(values);
    else
        made.texts = values.texts();
    if (made.texts) made_text_bytes_ += text_bytes(*made.texts);
    if (!source_ && field.starts_with("@timestamp")) times_.reset();
    slots_.insert_or_assign(std::string(field), std::move(made));
    note_change(field);
    bool is_new = std::ranges::find(field_order_, field) == field_order_.end();
    if (!field_order_.empty() && is_new) field_order_.emplace_back(field);
}

Result<void> Batch::rename(std::string_view field, std::string_view new_name) {
    if (field == new_name) return {};
    TRY(auto held, values(field));
    if (auto at = std::ranges::find(field_order_, field); at != field_order_.end()) {
        std::erase(field_order_, new_name);
        *std::ranges::find(field_order_, field) = new_name;
    }
    drop(field);
    std::erase(field_order_, field);
    replace(new_name, std::move(held));
    return {};
}

void Batch::drop(std::string_view field) { replace(field, Values(Column::missing(rows_))); }

Result<void> Batch::keep_fields(std::span<const std::string> fields_kept) {
    TRY(auto names, fields());
    if (!source_) TRY_OK(load_times());
    auto kept_times = times_;
    for (auto& name : names)
        if (std::ranges::find(fields_kept, name) == fields_kept.end()) drop(name);
    times_ = std::move(kept_times);
    field_order_.assign(fields_kept.begin(), fields_kept.end());
    return {};
}

void Batch::keep(const Mask& mask) {
    auto kept = static_cast<std::size_t>(std::ranges::count(mask, 1));
    if (kept == rows_) return;
    std::vector<std::uint32_t> from(kept);
    std::size_t at = 0;
    // Written without a branch: the last write may go beyond `kept` only when nothing is left.
    for (std::size_t row = 0; row < mask.size() && at < kept; ++row) {
        from[at] = static_cast<std::uint32_t>(row);
        at += mask[row];
    }
    rearrange(std::move(from));
}

void Batch::rearrange(std::vector<std::uint32_t> from) {
    auto shared = std::make_shared<const std::vector<std::uint32_t>>(std::move(from));
    rows_ = shared->size();
    for (auto at = slots_.begin(); at != slots_.end();) {
        if (!at->second.is_assigned) {
            at = slots_.erase(at);
            continue;
        }
        auto& held = at->second;
        if (held.texts) held.texts = gather(*held.texts, *shared);
        if (held.values) held.values = held.values->gather(*shared);
        held.numbers.reset();
        ++at;
    }
    if (times_) {
        std::vector<std::int64_t> times(rows_);
        for (std::size_t row = 0; row < rows_; ++row) times[row] = (*times_)[(*shared)[row]];
        times_ = std::move(times);
    }
    if (!orders_.empty()) {
        std::vector<std::optional<model::OrderKey>> orders(rows_);
        for (std::size_t row = 0; row < rows_; ++row) orders[row] = orders_[(*shared)[row]];
        orders_ = std::move(orders);
    }
    if (source_) origins_ = compose(origins_, shared);
    trace_ = compose(trace_, shared);
}

std::vector<std::uint32_t> Batch::trace() const {
    if (trace_) return *trace_;
    std::vector<std::uint32_t> identity(rows_);
    std::iota(identity.begin(), identity.end(), 0U);
    return identity;
}

Batch Batch::fork() const {
    Batch copy = *this;
    copy.trace_.reset();
    copy.discarded_.clear();
    copy.changed_.clear();
    return copy;
}

void Batch::note_discarded(std::uint32_t row) {
    discarded_.push_back(trace_ ? (*trace_)[row] : row);
}

void Batch::discard_all() {
    for (std::uint32_t row = 0; row < rows_; ++row) note_discarded(row);
    rearrange({});
}

std::vector<std::string> Batch::changed_fields() const { return changed_; }

Result<void> Batch::set_errors(const Column& messages) {
    if (messages.kind() == Column::Kind::kMissing) return {};
    ColumnMaker flags(messages.rows());
    for (std::size_t row = 0; row < messages.rows(); ++row)
        flags.add_borrowed(model::is_missing(messages[row]) ? model::kMissing : "true");
    TRY_OK(assign("@error", Values(flags.finish())));
    return assign("@error_msg", Values(messages));
}

Result<RowTable> Batch::to_table() {
    RowTable table;
    table.rows = rows_;
    TRY(auto names, fields());
    for (auto& name : names) {
        TRY(auto texts, column(name));
        table.columns.emplace_back(name, std::move(texts));
    }
    table.field_order = field_order_;
    if (source_) {
        table.orders.resize(rows_);
        for (std::size_t row = 0; row < rows_; ++row) {
            TRY(auto key, order(row));
            table.orders[row] = key;
        }
    } else {
        table.orders = orders_;
    }
    return table;
}

}  // namespace logwood::exec
