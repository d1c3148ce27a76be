// From each root event a search in depth: the queries are taken in an order in which each is linked
// to one before it, and an index by the values of these links gives the events to try.
#include "exec/aggregate/constellations.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/bytes.h"
#include "exec/aggregate/group_by_state.h"
#include "exec/limits.h"

namespace logwood::exec {

namespace {

/// A field of a query that equals a field of one that is bound before it.
struct Condition {
    const model::Column* column;
    std::size_t other;
    const model::Column* other_column;
};

/// A query, when its turn comes.
struct Stop {
    std::size_t query = 0;
    std::vector<Condition> conditions;
    /// Rows by the hash of the conditions' columns, each list ascending.
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> rows;
};

/// Between two times; the most that can be said when they are farther apart.
std::int64_t distance(const model::OrderKey& a, const model::OrderKey& b) {
    auto [first, last] = std::minmax(a.time_ns, b.time_ns);
    auto ns = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
    return static_cast<std::int64_t>(std::min<std::uint64_t>(ns, INT64_MAX));
}

class Search {
 public:
    Search(const ConstellationRules& rules, const std::vector<CorrelateEvents>& events)
        : rules_(rules), events_(events), bound_(rules.queries), is_bound_(rules.queries) {
        out_.rows.resize(rules.queries);
        for (const auto& field : rules.sequence_by)
            for (std::size_t query = 0; query < rules.queries; ++query)
                sequence_columns_.push_back(events[query].rows.find(field));
        plan_stops();
    }

    Result<Constellations> run() {
        for (const auto& one : events_)
            if (one.orders.empty()) return std::move(out_);
        auto roots = static_cast<std::uint32_t>(events_[rules_.root].orders.size());
        for (std::uint32_t row = 0; row < roots && !out_.is_cut; ++row) {
            if (rules_.uses_once && used_.contains(events_[rules_.root].orders[row])) continue;
            found_ = 0;
            bind(rules_.root, row);
            TRY_OK(descend(0));
            is_bound_[rules_.root] = false;
        }
        return std::move(out_);
    }

 private:
    const model::Column* column_of(std::size_t query, const std::string& field) const {
        static const model::Column kNone{};
        const auto* column = events_[query].rows.find(field);
        return column ? column : &kNone;
    }

    /// The conditions that link the query to what is bound before it.
    std::vector<Condition> conditions_of(std::size_t query, const std::vector<bool>& before) const {
        std::vector<Condition> conditions;
        for (const auto& link : rules_.links) {
            if (link.query == query && before[link.other])
                conditions.push_back({column_of(query, link.field), link.other,
                                      column_of(link.other, link.other_field)});
            if (link.other == query && before[link.query])
                conditions.push_back({column_of(query, link.other_field), link.query,
                                      column_of(link.query, link.field)});
        }
        return conditions;
    }

    void plan_stops() {
        std::vector<bool> before(rules_.queries);
        before[rules_.root] = true;
        while (stops_.size() + 1 < rules_.queries) {
            std::optional<Stop> next;
            for (std::size_t query = 0; query < rules_.queries; ++query) {
                if (before[query]) continue;
                auto conditions = conditions_of(query, before);
                if (!next || (next->conditions.empty() && !conditions.empty()))
                    next = Stop{.query = query, .conditions = std::move(conditions), .rows = {}};
            }
            before[next->query] = true;
            index(*next);
            stops_.push_back(*std::move(next));
        }
    }

    void index(Stop& stop) const {
        auto rows = static_cast<std::uint32_t>(events_[stop.query].orders.size());
        for (std::uint32_t row = 0; row < rows; ++row) {
            std::uint64_t hash = 0;
            bool is_whole = true;
            for (const auto& condition : stop.conditions)
                is_whole = is_whole && add_to(hash, *condition.column, row);
            if (is_whole) stop.rows[hash].push_back(row);
        }
    }

    /// False when the row has no value.
    static bool add_to(std::uint64_t& hash, const model::Column& column, std::uint32_t row) {
        if (row >= column.rows() || model::is_missing(column[row])) return false;
        hash = checksum64(column[row], hash);
        return true;
    }

    void bind(std::size_t query, std::uint32_t row) {
        bound_[query] = row;
        is_bound_[query] = true;
    }

    Result<void> descend(std::size_t depth) {
        if (depth == stops_.size()) {
            accept();
            return {};
        }
        const auto& stop = stops_[depth];
        std::uint64_t hash = 0;
        for (const auto& condition : stop.conditions)
            if (!add_to(hash, *condition.other_column, bound_[condition.other])) return {};
        auto at = stop.rows.find(hash);
        if (at == stop.rows.end()) return {};
        for (auto row : at->second) {
            if (found_ >= rules_.per_root_max || out_.is_cut) break;
            if (rules_.uses_once &&
                used_.contains(events_[rules_.root].orders[bound_[rules_.root]]))
                break;
            if (++tried_ > kCorrelateStepsMax)
                return fail(Code::kTooLarge,
                            "correlate(): too many events fit each other; add links, filters or a "
                            "shorter `within`");
            if (!fits(stop, row)) continue;
            bind(stop.query, row);
            TRY_OK(descend(depth + 1));
            is_bound_[stop.query] = false;
        }
        return {};
    }

    bool fits(const Stop& stop, std::uint32_t row) const {
        const auto& order = events_[stop.query].orders[row];
        if (rules_.uses_once && used_.contains(order)) return false;
        for (const auto& condition : stop.conditions)
            if ((*condition.column)[row] != (*condition.other_column)[bound_[condition.other]])
                return false;
        for (std::size_t query = 0; query < rules_.queries; ++query) {
            if (!is_bound_[query]) continue;
            const auto& other = events_[query].orders[bound_[query]];
            if (other == order) return false;
            if (rules_.within_ns && distance(order, other) > *rules_.within_ns) return false;
            if (!rules_.is_sequence) continue;
            bool is_ordered = query < stop.query
                                  ? comes_before(query, bound_[query], stop.query, row)
                                  : comes_before(stop.query, row, query, bound_[query]);
            if (!is_ordered) return false;
        }
        return true;
    }

    bool comes_before(std::size_t a, std::uint32_t row_a, std::size_t b,
                      std::uint32_t row_b) const {
        for (std::size_t i = 0; i < rules_.sequence_by.size(); ++i) {
            const auto* column_a = sequence_columns_[i * rules_.queries + a];
            const auto* column_b = sequence_columns_[i * rules_.queries + b];
            KeyText key_a(column_a ? (*column_a)[row_a] : std::string_view());
            KeyText key_b(column_b ? (*column_b)[row_b] : std::string_view());
            if (key_a != key_b) return key_a < key_b;
        }
        const auto& order_a = events_[a].orders[row_a];
        const auto& order_b = events_[b].orders[row_b];
        if (!rules_.sequence_by.empty()) return order_a.at < order_b.at;
        return order_a < order_b ||
               (rules_.jitter_ns > 0 && distance(order_a, order_b) <= rules_.jitter_ns);
    }

    void accept() {
        ++found_;
        if (out_.rows[0].size() >= kCorrelateRowsMax) {
            out_.is_cut = true;
            return;
        }
        for (std::size_t query = 0; query < rules_.queries; ++query) {
            out_.rows[query].push_back(bound_[query]);
            if (rules_.uses_once) used_.insert(events_[query].orders[bound_[query]]);
        }
    }

    const ConstellationRules& rules_;
    const std::vector<CorrelateEvents>& events_;
    std::vector<const model::Column*> sequence_columns_;  ///< By field, then query; may be null.
    std::vector<Stop> stops_;
    std::vector<std::uint32_t> bound_;  ///< By query: the row.
    std::vector<bool> is_bound_;
    std::set<model::OrderKey> used_;
    std::uint64_t found_ = 0;  ///< Of the root event.
    std::uint64_t tried_ = 0;
    Constellations out_;
};

}  // namespace

Result<Constellations> find_constellations(const ConstellationRules& rules,
                                           const std::vector<CorrelateEvents>& events) {
    return Search(rules, events).run();
}

}  // namespace logwood::exec
