// session(): an aggregate for each run of events without a long pause.
//
// A fragment is a span of time with events of one session, and a group of the sub-aggregate. Events
// come in any order: they extend a fragment near them, or start one. Fragments that turn out to be
// near each other are one session; they are joined at the end.
//
// Bytes of a state: number of fragments; group, first and last time of each; the sub-aggregate.
#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/columns/event_times.h"
#include "exec/plan/registry_rows.h"

namespace logwood::exec {
namespace {

struct SessionOptions {
    AggregatePtr function;
    std::int64_t pause_ns = 0;
};

struct Fragment {
    std::uint32_t group = 0;
    std::int64_t first = 0;
    std::int64_t last = 0;
};

/// Is the later time more than the pause behind the earlier one? Without overflow.
bool is_pause(std::int64_t earlier, std::int64_t later, std::int64_t pause_ns) {
    return later > earlier &&
           static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier) >
               static_cast<std::uint64_t>(pause_ns);
}

class SessionState final : public AggregateState {
 public:
    explicit SessionState(const SessionOptions& options)
        : options_(options), inner_(options.function->start()) {}

    void grow(std::uint32_t count) override { count_ = std::max(count_, count); }

    Result<void> add(Batch& batch, const Groups& groups) override {
        grow(groups.count);
        TRY(auto times, event_times(batch));
        std::vector<std::uint32_t> order(batch.rows());
        std::iota(order.begin(), order.end(), 0U);
        auto is_earlier = [&](std::uint32_t a, std::uint32_t b) {
            return std::tuple(groups[a], times[a], a) < std::tuple(groups[b], times[b], b);
        };
        if (!std::ranges::is_sorted(order, is_earlier)) std::ranges::sort(order, is_earlier);
        std::vector<std::uint32_t> of_rows(batch.rows());
        for (std::size_t begin = 0; begin < order.size();) {
            auto group = groups[order[begin]];
            auto end = begin + 1;
            while (end < order.size() && groups[order[end]] == group &&
                   !is_pause(times[order[end - 1]], times[order[end]], options_.pause_ns))
                ++end;
            auto fragment = place({group, times[order[begin]], times[order[end - 1]]});
            for (; begin < end; ++begin) of_rows[order[begin]] = fragment;
        }
        return inner_->add(batch, {size(), of_rows});
    }

    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t> to,
                       std::uint32_t count) override {
        grow(count);
        auto& other = static_cast<const SessionState&>(from);
        std::vector<std::uint32_t> inner_to(other.fragments_.size(), kNoGroup);
        for (std::size_t i = 0; i < inner_to.size(); ++i) {
            auto fragment = other.fragments_[i];
            if (fragment.group >= to.size() || to[fragment.group] == kNoGroup) continue;
            fragment.group = to[fragment.group];
            inner_to[i] = place(fragment);
        }
        if (fragments_.empty()) return {};
        return inner_->merge(*other.inner_, inner_to, size());
    }

    void serialise(ByteWriter& out) const override {
        out.put_varint(fragments_.size());
        for (auto& fragment : fragments_) {
            out.put_varint(fragment.group);
            out.put(fragment.first);
            out.put(fragment.last);
        }
        if (!fragments_.empty()) inner_->serialise(out);
    }

    Result<void> deserialise(ByteReader& in, std::uint32_t count) override {
        count_ = count;
        fragments_.clear();
        by_start_.clear();
        TRY(auto fragments, in.get_varint());
        if (fragments > in.remaining()) return fail(Code::kCorrupt, "more sessions than bytes");
        for (std::uint64_t i = 0; i < fragments; ++i) {
            Fragment fragment;
            TRY(auto group, in.get_varint());
            TRY(fragment.first, in.get<std::int64_t>());
            TRY(fragment.last, in.get<std::int64_t>());
            if (group >= count || fragment.first > fragment.last)
                return fail(Code::kCorrupt, "a session that cannot be");
            fragment.group = static_cast<std::uint32_t>(group);
            start(fragment);
        }
        if (fragments_.empty()) return {};
        return inner_->deserialise(in, size());
    }

    std::size_t memory() const override {
        constexpr std::size_t kNodeBytes = 64;
        return inner_->memory() + fragments_.capacity() * sizeof(Fragment) +
               by_start_.size() * kNodeBytes;
    }

    Result<GroupedRows> rows() const override {
        if (fragments_.empty()) return GroupedRows{};
        auto sessions = join_fragments();
        GroupedRows found;
        if (sessions.groups.size() == fragments_.size()) {
            // Nothing to join; but the rows are in the order of fragments, not of sessions.
            TRY(found, inner_->rows());
            for (auto& group : found.groups) group = sessions.of_fragments[group];
        } else {
            auto joined = options_.function->start();
            auto count = static_cast<std::uint32_t>(sessions.groups.size());
            TRY_OK(joined->merge(*inner_, sessions.of_fragments, count));
            TRY(found, joined->rows());
        }
        return in_order(std::move(found), sessions.groups);
    }

 private:
    struct Sessions {
        std::vector<std::uint32_t> of_fragments;
        std::vector<std::uint32_t> groups;  ///< Of each session, ascending.
    };

    std::uint32_t size() const { return static_cast<std::uint32_t>(fragments_.size()); }

    std::uint32_t start(const Fragment& fragment) {
        fragments_.push_back(fragment);
        by_start_.emplace(std::pair(fragment.group, fragment.first), size() - 1);
        return size() - 1;
    }

    /// The fragment that takes the events of that span.
    std::uint32_t place(const Fragment& span) {
        auto next = by_start_.upper_bound(std::pair(span.group, span.first));
        if (next != by_start_.begin()) {
            auto before = std::prev(next)->second;
            auto& fragment = fragments_[before];
            if (fragment.group == span.group &&
                !is_pause(fragment.last, span.first, options_.pause_ns)) {
                fragment.last = std::max(fragment.last, span.last);
                return before;
            }
        }
        if (next != by_start_.end() && next->first.first == span.group &&
            !is_pause(span.last, next->first.second, options_.pause_ns)) {
            auto index = next->second;
            auto& fragment = fragments_[index];
            fragment.first = span.first;
            fragment.last = std::max(fragment.last, span.last);
            by_start_.erase(next);
            by_start_.emplace(std::pair(span.group, span.first), index);
            return index;
        }
        return start(span);
    }

    Sessions join_fragments() const {
        std::vector<std::uint32_t> order(fragments_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
            auto& x = fragments_[a];
            auto& y = fragments_[b];
            return std::tie(x.group, x.first, a) < std::tie(y.group, y.first, b);
        });
        Sessions sessions;
        sessions.of_fragments.resize(fragments_.size());
        std::int64_t last = 0;
        for (auto index : order) {
            auto& fragment = fragments_[index];
            bool is_next = sessions.groups.empty() || sessions.groups.back() != fragment.group ||
                           is_pause(last, fragment.first, options_.pause_ns);
            if (is_next) sessions.groups.push_back(fragment.group);
            last = is_next ? fragment.last : std::max(last, fragment.last);
            sessions.of_fragments[index] = static_cast<std::uint32_t>(sessions.groups.size()) - 1;
        }
        return sessions;
    }

    /// Rows by session, with the groups that the sessions are in.
    static GroupedRows in_order(GroupedRows rows, const std::vector<std::uint32_t>& groups) {
        std::vector<std::uint32_t> order(rows.groups.size());
        std::iota(order.begin(), order.end(), 0U);
        if (!std::ranges::is_sorted(rows.groups)) {
            std::ranges::sort(order, {},
                              [&](auto row) { return std::pair(rows.groups[row], row); });
            for (auto& [name, column] : rows.table.columns) column = gather(column, order);
        }
        std::vector<std::uint32_t> sorted;
        for (auto row : order) sorted.push_back(groups[rows.groups[row]]);
        rows.groups = std::move(sorted);
        rows.table.orders.clear();
        return rows;
    }

    const SessionOptions& options_;
    AggregateStatePtr inner_;  ///< By fragment.
    std::vector<Fragment> fragments_;
    std::map<std::pair<std::uint32_t, std::int64_t>, std::uint32_t> by_start_;
    std::uint32_t count_ = 1;
};

class SessionAggregate final : public Aggregate {
 public:
    explicit SessionAggregate(SessionOptions options) : options_(std::move(options)) {}
    AggregateStatePtr start() const override { return std::make_unique<SessionState>(options_); }

 private:
    SessionOptions options_;
};

}  // namespace

lang::Checked<AggregatePtr> make_session(const lang::BoundCall& call, Compiler& compiler) {
    constexpr std::int64_t kPauseMsMax = INT64_MAX / 1'000'000;
    SessionOptions options;
    auto pause_ms = call.duration_ms("maxpause");
    if (!pause_ms || *pause_ms < 0 || *pause_ms > kPauseMsMax)
        return wrong_argument(call, "maxpause", "the pause must be a duration");
    options.pause_ns = *pause_ms * 1'000'000;
    LANG_TRY(options.function, compiler.aggregates_or_count(call, "function"));
    return std::make_unique<SessionAggregate>(std::move(options));
}

}  // namespace logwood::exec
