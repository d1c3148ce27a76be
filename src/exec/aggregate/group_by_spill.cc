// What a groupBy() does when its groups do not fit into memory. Keys fall into parts by hash. When
// the state is too large, each part is serialised and appended to the spill space, and the state
// begins anew. At the end the parts are put together one after another; of each only the rows that
// may be in the result are kept, so that memory holds one part and twice the result at most.
#include <algorithm>
#include <numeric>
#include <utility>

#include "exec/aggregate/group_by_state.h"
#include "exec/columns/column_maker.h"
#include "exec/limits.h"

namespace logwood::exec {
namespace {

const std::uint32_t kOneGroup[] = {0};

std::size_t text_bytes(const RowTable& table) {
    std::size_t bytes = 0;
    for (auto& [name, column] : table.columns)
        for (std::size_t row = 0; row < table.rows; ++row)
            if (auto text = column[row]; !model::is_missing(text)) bytes += text.size();
    return bytes;
}

/// A row of one of several tables.
struct Place {
    std::uint32_t table;
    std::uint32_t row;
};

/// Rows of parts, cut to the best `limit` whenever twice as many are there.
class BestRows {
 public:
    BestRows(const std::vector<std::string>& keys, std::uint64_t limit)
        : keys_(keys), limit_(limit) {}

    /// kTooLarge when the rows of the result alone do not fit.
    Result<void> add(GroupedRows rows, std::vector<double> scores, std::uint64_t groups) {
        rows_ += rows.table.rows;
        groups_ += groups;
        bytes_ += text_bytes(rows.table);
        tables_.push_back({std::move(rows), std::move(scores)});
        if (groups_ > limit_ && (rows_ > 2 * limit_ || bytes_ > kSpillRowBytesMax)) join();
        if (bytes_ <= kSpillRowBytesMax) return {};
        return fail(Code::kTooLarge,
                    "the rows of groupBy() need more memory than the query may have: narrow it by "
                    "filters, shorter fields or a smaller limit");
    }
    /// The rows, ordered by their keys.
    GroupedRows take(bool& is_over) {
        join();
        is_over |= is_over_;
        return std::move(tables_.front().rows);
    }

 private:
    struct Table {
        GroupedRows rows;
        std::vector<double> scores;
    };

    /// Makes one table of all, with texts of its own: those of other rows can go.
    void join() {
        auto places = places_by_key();
        std::vector<double> scores;
        for (auto at : places) scores.push_back(tables_[at.table].scores[at.row]);
        if (groups_ > limit_) {
            auto kept = best_rows(std::vector<std::uint32_t>(scores.size()), scores, limit_);
            is_over_ |= kept.size() < scores.size();
            for (std::size_t i = 0; i < kept.size(); ++i) {
                places[i] = places[kept[i]];
                scores[i] = scores[kept[i]];
            }
            places.resize(kept.size());
            scores.resize(kept.size());
        }
        rows_ = places.size();
        Table made{table_of(places), std::move(scores)};
        bytes_ = text_bytes(made.rows.table);
        tables_.clear();
        tables_.push_back(std::move(made));
    }

    /// All rows, in the order of their keys.
    std::vector<Place> places_by_key() const {
        std::vector<Place> places;
        std::vector<std::vector<KeyText>> keys(keys_.size());
        for (std::uint32_t t = 0; t < tables_.size(); ++t) {
            auto& table = tables_[t].rows.table;
            for (std::uint32_t row = 0; row < table.rows; ++row) places.push_back({t, row});
            for (std::size_t k = 0; k < keys.size(); ++k) {
                auto* column = table.find(keys_[k]);
                for (std::uint32_t row = 0; row < table.rows; ++row)
                    keys[k].emplace_back(column ? (*column)[row] : model::kMissing);
            }
        }
        std::vector<std::uint32_t> order(places.size());
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
            for (auto& key : keys)
                if (auto order_of_key = key[a] <=> key[b]; order_of_key != 0)
                    return order_of_key < 0;
            return a < b;
        });
        std::vector<Place> sorted;
        for (auto i : order) sorted.push_back(places[i]);
        return sorted;
    }

    GroupedRows table_of(const std::vector<Place>& places) {
        GroupedRows made;
        made.groups.resize(places.size());
        auto& to = made.table;
        to.rows = places.size();
        for (auto& table : tables_) {
            auto& from = table.rows.table;
            for (auto& [name, column] : from.columns)
                if (!to.find(name)) to.columns.emplace_back(name, copied(name, places));
            for (auto& name : from.field_order)
                if (std::ranges::find(to.field_order, name) == to.field_order.end())
                    to.field_order.push_back(name);
            std::ranges::move(from.warnings, std::back_inserter(to.warnings));
            to.extra_data.merge(from.extra_data);
        }
        return made;
    }

    model::Column copied(const std::string& name, const std::vector<Place>& places) const {
        std::vector<const model::Column*> columns;
        for (auto& table : tables_) columns.push_back(table.rows.table.find(name));
        ColumnMaker maker(places.size());
        for (auto at : places)
            maker.add(columns[at.table] ? (*columns[at.table])[at.row] : model::kMissing);
        return maker.finish();
    }

    const std::vector<std::string>& keys_;
    std::uint64_t limit_;
    std::uint64_t rows_ = 0;
    std::uint64_t groups_ = 0;  ///< Of all rows that were added.
    std::size_t bytes_ = 0;     ///< Of the rows' texts.
    bool is_over_ = false;
    std::vector<Table> tables_;
};

}  // namespace

void GroupByState::spill_to(std::shared_ptr<SpillSpace> space, std::size_t bytes_max) {
    space_ = std::move(space);
    spill_above_ = bytes_max;
}

/// In memory alone. With a space to spill to, memory is what limits them.
std::uint32_t GroupByState::groups_max() const { return space_ ? kNoGroup - 1 : kGroupsMax; }

std::uint32_t GroupByState::part_of(std::uint32_t group) const {
    auto* tuple = groups_.tuple(group);
    std::uint64_t mixed = 0;
    for (std::size_t k = 0; k < keys_.size(); ++k)
        mixed = (mixed ^ keys_[k].hash(tuple[k + 1])) * 0xD6E8FEB86659FD93ULL;
    return static_cast<std::uint32_t>((mixed >> 32) % kSpillParts);
}

Result<void> GroupByState::spill_if_large() {
    if (!space_ || count_ != 1 || memory() <= spill_above_) return {};
    for (std::uint32_t part = 0; part < kSpillParts; ++part) {
        GroupByState of_part(options_);
        TRY_OK(of_part.merge_groups(*this, kOneGroup, part));
        if (of_part.groups_.size() == 0) continue;
        std::string bytes;
        ByteWriter out(bytes);
        of_part.serialise(out);
        TRY(auto position, space_->append(bytes));
        chunks_.push_back({space_, position, bytes.size(), part});
    }
    for (auto& key : keys_) {
        key = {};
        key.number_of("");
    }
    groups_ = TupleTable(keys_.size() + 1);
    if (inner_) inner_ = options_.function->start();
    return {};
}

Result<void> GroupByState::gather_part(std::uint32_t part, GroupByState& into) const {
    TRY_OK(into.merge_groups(*this, kOneGroup, part));
    for (auto& chunk : chunks_) {
        if (chunk.part != part) continue;
        TRY(auto bytes, chunk.space->read(chunk.position, chunk.size));
        ByteReader in(bytes);
        GroupByState spilled(options_);
        TRY_OK(spilled.deserialise(in, 1));
        TRY_OK(into.merge_groups(spilled, kOneGroup, std::nullopt));
        if (into.memory() > kSpillPartBytesMax)
            return fail(Code::kTooLarge,
                        "the query has too many groups also for temporary disk space: narrow it "
                        "by filters or a shorter time");
    }
    return {};
}

Result<GroupedRows> GroupByState::spilled_rows() const {
    BestRows best(options_.keys, options_.limit);
    bool is_cut = is_cut_;
    for (std::uint32_t part = 0; part < kSpillParts; ++part) {
        GroupByState all(options_);
        TRY_OK(gather_part(part, all));
        is_cut |= all.is_cut_;
        std::vector<double> scores;
        TRY(auto rows, all.all_rows(scores));
        TRY_OK(best.add(std::move(rows), std::move(scores), all.groups_.size()));
    }
    bool is_over = false;
    auto out = best.take(is_over);
    finish_rows(out, is_over, is_cut);
    return out;
}

}  // namespace logwood::exec
