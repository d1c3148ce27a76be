#include "simulation/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace logwood::simulation {
namespace {

std::optional<std::string_view> value_of(const exec::ResultRows& rows, const exec::ResultRow& row,
                                         std::string_view field) {
    for (auto& [index, value] : row.values)
        if (rows.fields[index] == field) return value;
    return std::nullopt;
}

}  // namespace

std::vector<std::uint64_t> Ledger::issue(std::size_t count) {
    std::vector<std::uint64_t> numbers;
    for (std::size_t i = 0; i < count; ++i) {
        numbers.push_back(events_.size());
        events_.push_back({.index = static_cast<std::uint32_t>(i)});
    }
    return numbers;
}

void Ledger::settle(const std::vector<std::uint64_t>& events, model::PartitionId partition,
                    const Result<model::LogOffset>& answer) {
    for (auto number : events) {
        auto& event = events_[number];
        event.partition = partition;
        if (answer) {
            event.state = State::kAcknowledged;
            event.offset = *answer;
            ++acknowledged_;
        } else if (answer.error().code != Code::kUnknownOutcome) {
            event.state = State::kNever;
        }
    }
}

void Ledger::begin_keyed(const std::vector<std::uint64_t>& events) {
    for (auto number : events) {
        auto& event = events_[number];
        event.is_keyed = true;
        if (event.state == State::kNever) event.state = State::kOpen;
    }
}

void Ledger::settle_keyed(const std::vector<std::uint64_t>& events, model::PartitionId partition,
                          const Result<model::LogOffset>& answer, bool is_first) {
    bool is_refused = !answer && answer.error().code != Code::kUnknownOutcome;
    // The first acknowledgement is the promise; a repeat's offset is above what is visible.
    if (events_[events.front()].state == State::kAcknowledged || (is_refused && !is_first)) return;
    settle(events, partition, answer);
}

std::optional<std::string> Ledger::check(const search::JobView& view) {
    std::map<model::PartitionId, model::LogOffset> cut;
    for (auto& partition : view.cuts) {
        cut[partition.partition] = partition.end;
        if (partition.end < last_cut_[partition.partition])
            return fmt::format("stale read: partition {} was cut at {}, before at {}",
                               partition.partition.value, partition.end.value,
                               last_cut_[partition.partition].value);
    }
    std::vector<bool> seen(events_.size());
    if (auto wrong = check_rows(*view.result, cut, seen)) return wrong;
    for (std::size_t number = 0; number < events_.size(); ++number) {
        auto& event = events_[number];
        if (event.state == State::kAcknowledged && event.offset < cut[event.partition] &&
            !seen[number])
            return fmt::format("lost: event {} of partition {}, offset {} is below the cut {}",
                               number, event.partition.value, event.offset.value,
                               cut[event.partition].value);
    }
    last_cut_ = cut;
    return std::nullopt;
}

std::optional<std::string> Ledger::check_rows(
    const exec::ResultRows& rows, const std::map<model::PartitionId, model::LogOffset>& cut,
    std::vector<bool>& seen) const {
    for (auto& row : rows.rows) {
        auto text = value_of(rows, row, "n");
        auto id = value_of(rows, row, "@id");
        if (!text || !id) return "corrupt: a row lacks a field";
        std::uint64_t number = 0;
        std::from_chars(text->data(), text->data() + text->size(), number);
        auto parsed = model::parse_event_id(*id);
        if (!parsed || number >= events_.size()) return fmt::format("phantom: {} {}", *text, *id);
        if (seen[number]) return fmt::format("duplicate: event {} ({})", number, *id);
        seen[number] = true;
        auto& event = events_[number];
        if (event.state == State::kNever)
            return fmt::format("aborted read: event {} was refused", number);
        auto& at = parsed->at;
        if (event.state == State::kAcknowledged &&
            (at.partition != event.partition || at.index != event.index ||
             (event.is_keyed ? at.offset > event.offset : at.offset != event.offset)))
            return fmt::format("moved: event {} has id {}", number, *id);
        auto end = cut.find(at.partition);
        if (end == cut.end() || at.offset >= end->second)
            return fmt::format("beyond the cut: event {} ({})", number, *id);
    }
    return std::nullopt;
}

}  // namespace logwood::simulation
