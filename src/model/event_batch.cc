// An EventBatch keeps values row by row, because that is how they come and because a sparse field
// then costs nothing. The builder finds the shape of an event by walking a trie of field names;
// each node remembers the child taken last, so that a run of like events costs one string compare
// a field and no hashing. Any other step costs two hash look-ups, however many fields there are.
#include "model/event_batch.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <utility>

#include "base/result.h"

namespace logwood::model {

Result<EventBatch> EventBatch::make(Parts parts) {
    auto corrupt = [](const char* what) { return fail(Code::kCorrupt, what); };
    std::vector<std::size_t> last_seen(parts.fields.size(), SIZE_MAX);
    for (std::size_t s = 0; s < parts.shapes.size(); ++s) {
        for (auto field : parts.shapes[s]) {
            if (field >= parts.fields.size()) return corrupt("batch: field index out of range");
            if (std::exchange(last_seen[field], s) == s)
                return corrupt("batch: field twice in a shape");
        }
    }
    if (parts.event_times.size() != parts.row_shapes.size())
        return corrupt("batch: times do not fit rows");
    EventBatch batch;
    batch.row_values_.reserve(parts.row_shapes.size());
    std::size_t values = 0;
    for (auto shape : parts.row_shapes) {
        if (shape >= parts.shapes.size()) return corrupt("batch: shape index out of range");
        batch.row_values_.push_back(values);
        values += parts.shapes[shape].size();
    }
    if (values != parts.value_ends.size()) return corrupt("batch: values do not fit shapes");
    if (!std::ranges::is_sorted(parts.value_ends)) return corrupt("batch: value ends decrease");
    auto end = parts.value_ends.empty() ? 0 : parts.value_ends.back();
    if (end != parts.bytes.size()) return corrupt("batch: values do not fill the bytes");
    batch.parts_ = std::move(parts);
    auto raw = batch.column("@rawstring", nullptr);
    for (auto value : raw.values()) batch.raw_bytes_ += value.size();
    return batch;
}

std::optional<EventBatch::FieldIndex> EventBatch::find(std::string_view field) const {
    auto at = std::ranges::find(parts_.fields, field);
    if (at == parts_.fields.end()) return std::nullopt;
    return static_cast<FieldIndex>(at - parts_.fields.begin());
}

std::string_view EventBatch::value_of(std::size_t row, std::string_view field) const {
    auto& names = shape(row);
    for (std::size_t i = 0; i < names.size(); ++i)
        if (parts_.fields[names[i]] == field) return value(row, i);
    return kMissing;
}

Column EventBatch::column(std::string_view field, std::shared_ptr<const void> owner) const {
    auto index = find(field);
    if (!index) return Column::missing(rows());
    constexpr auto kAbsent = SIZE_MAX;
    std::vector<std::size_t> position_in_shape;
    position_in_shape.reserve(parts_.shapes.size());
    for (auto& names : parts_.shapes) {
        auto at = std::ranges::find(names, *index);
        position_in_shape.push_back(
            at == names.end() ? kAbsent : static_cast<std::size_t>(at - names.begin()));
    }
    std::vector<std::string_view> values(rows());
    for (std::size_t row = 0; row < rows(); ++row) {
        auto position = position_in_shape[parts_.row_shapes[row]];
        if (position != kAbsent) values[row] = value(row, position);
    }
    return Column::plain(std::move(values), std::move(owner));
}

std::size_t EventBatch::memory() const {
    auto total = sizeof *this + parts_.bytes.capacity() +
                 row_values_.capacity() * sizeof(std::size_t) + parts_.value_ends.capacity() * 4 +
                 parts_.row_shapes.capacity() * 4 + parts_.event_times.capacity() * 8;
    for (auto& names : parts_.shapes) total += names.capacity() * 4 + sizeof names;
    for (auto& name : parts_.fields) total += name.capacity() + sizeof name;
    return total;
}

TimeBounds EventBatch::time_bounds() const {
    TimeBounds bounds;
    for (auto ns : parts_.event_times) bounds.add(ns);
    return bounds;
}

struct EventBatchBuilder::State {
    struct Node {
        EventBatch::FieldIndex field = 0;
        Node* parent = nullptr;
        Node* last_child = nullptr;
        bool has_duplicate = false;
        std::optional<EventBatch::ShapeIndex> shape;
    };
    /// Names a node by its parent and field.
    using Edge = std::pair<const Node*, EventBatch::FieldIndex>;
    struct EdgeHash {
        std::size_t operator()(const Edge& edge) const {
            return std::hash<const Node*>()(edge.first) ^ (edge.second * 0x9E3779B97F4A7C15ULL);
        }
    };

    EventBatch::Parts parts;
    std::unordered_map<std::string, EventBatch::FieldIndex> field_index;
    std::deque<Node> nodes{Node{}};
    std::unordered_map<Edge, Node*, EdgeHash> edges;
    std::vector<std::size_t> last_event;  ///< Of each field, the event that had it last, from 1.
    std::size_t event = 1;
    Node* at = &nodes.front();

    bool is_named(const Node& node, std::string_view field) const {
        return parts.fields[node.field] == field;
    }
    Node* step(std::string_view field);
    EventBatch::FieldIndex index_of(std::string_view field);
    std::vector<EventBatch::FieldIndex> path() const;
    void drop_duplicates();
};

EventBatch::FieldIndex EventBatchBuilder::State::index_of(std::string_view field) {
    auto [entry, is_new] = field_index.try_emplace(
        std::string(field), static_cast<EventBatch::FieldIndex>(parts.fields.size()));
    if (is_new) {
        parts.fields.emplace_back(field);
        last_event.push_back(0);
    }
    return entry->second;
}

EventBatchBuilder::State::Node* EventBatchBuilder::State::step(std::string_view field) {
    if (at->last_child && is_named(*at->last_child, field)) {
        last_event[at->last_child->field] = event;
        return at->last_child;
    }
    auto index = index_of(field);
    auto is_repeated = std::exchange(last_event[index], event) == event;
    auto& child = edges[{at, index}];
    if (!child) {
        nodes.push_back(
            {.field = index, .parent = at, .has_duplicate = at->has_duplicate || is_repeated});
        child = &nodes.back();
    }
    return at->last_child = child;
}

std::vector<EventBatch::FieldIndex> EventBatchBuilder::State::path() const {
    std::vector<EventBatch::FieldIndex> fields;
    for (auto* node = at; node->parent; node = node->parent) fields.push_back(node->field);
    std::ranges::reverse(fields);
    return fields;
}

/// Rewrites the open event so that each field stands once, at its first place, with its last value.
void EventBatchBuilder::State::drop_duplicates() {
    auto fields = path();
    auto first = parts.value_ends.size() - fields.size();
    auto begin = first == 0 ? 0 : parts.value_ends[first - 1];
    std::vector<std::pair<EventBatch::FieldIndex, std::string>> kept;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        auto from = i == 0 ? begin : parts.value_ends[first + i - 1];
        auto text = parts.bytes.substr(from, parts.value_ends[first + i] - from);
        auto seen = std::ranges::find(kept, fields[i], [](auto& k) { return k.first; });
        if (seen == kept.end())
            kept.emplace_back(fields[i], std::move(text));
        else
            seen->second = std::move(text);
    }
    parts.bytes.resize(begin);
    parts.value_ends.resize(first);
    at = &nodes.front();
    ++event;
    for (auto& [field, text] : kept) {
        at = step(std::string(parts.fields[field]));
        parts.bytes += text;
        parts.value_ends.push_back(static_cast<std::uint32_t>(parts.bytes.size()));
    }
}

EventBatchBuilder::EventBatchBuilder() : state_(std::make_unique<State>()) {}
EventBatchBuilder::~EventBatchBuilder() = default;
EventBatchBuilder::EventBatchBuilder(EventBatchBuilder&&) noexcept = default;
EventBatchBuilder& EventBatchBuilder::operator=(EventBatchBuilder&&) noexcept = default;

void EventBatchBuilder::add(std::string_view field, std::string_view value) {
    state_->at = state_->step(field);
    state_->parts.bytes += value;
    ASSERT(state_->parts.bytes.size() <= UINT32_MAX);
    state_->parts.value_ends.push_back(static_cast<std::uint32_t>(state_->parts.bytes.size()));
}

void EventBatchBuilder::end_event(std::int64_t event_time_ns) {
    auto& state = *state_;
    if (state.at->has_duplicate) state.drop_duplicates();
    if (!state.at->shape) {
        state.at->shape = static_cast<EventBatch::ShapeIndex>(state.parts.shapes.size());
        state.parts.shapes.push_back(state.path());
    }
    state.parts.row_shapes.push_back(*state.at->shape);
    state.parts.event_times.push_back(event_time_ns);
    state.at = &state.nodes.front();
    ++state.event;
}

std::size_t EventBatchBuilder::rows() const { return state_->parts.row_shapes.size(); }
std::size_t EventBatchBuilder::bytes() const { return state_->parts.bytes.size(); }

EventBatch EventBatchBuilder::finish() {
    auto batch = EventBatch::make(std::exchange(state_, std::make_unique<State>())->parts);
    ASSERT(batch);
    return *std::move(batch);
}

}  // namespace logwood::model
