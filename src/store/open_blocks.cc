#include "store/open_blocks.h"

#include <algorithm>

namespace logwood::store {

void OpenBlocks::begin(model::PartitionId partition, Term term, model::LogOffset registered_end) {
    blocks_[partition] = {.term = term, .begin = registered_end, .end = registered_end};
    changed_.notify();
}

void OpenBlocks::end(model::PartitionId partition) { blocks_.erase(partition); }

void OpenBlocks::append(std::shared_ptr<const model::PlacedRecord> record) {
    auto& block = blocks_.at(record->partition);
    ASSERT(record->offset == block.end);
    block.end.value += 1;
    block.raw_bytes += record->record.events.raw_bytes();
    block.memory += record->record.events.memory();
    block.records.push_back(std::move(record));
    changed_.notify();
}

void OpenBlocks::skip_to(model::PartitionId partition, model::LogOffset end) {
    auto& block = blocks_.at(partition);
    ASSERT(block.end <= end);
    block.end = end;
    changed_.notify();
}

void OpenBlocks::release(model::PartitionId partition, model::LogOffset registered_end) {
    auto at = blocks_.find(partition);
    if (at == blocks_.end() || registered_end <= at->second.begin) return;
    auto& block = at->second;
    ASSERT(registered_end <= block.end);
    block.begin = registered_end;
    auto kept = std::ranges::find_if(
        block.records, [&](auto& record) { return record->offset >= registered_end; });
    for (auto gone = block.records.begin(); gone != kept; ++gone) {
        block.raw_bytes -= (*gone)->record.events.raw_bytes();
        block.memory -= (*gone)->record.events.memory();
    }
    block.records.erase(block.records.begin(), kept);
}

std::optional<OpenBlocks::Cut> OpenBlocks::cut(model::PartitionId partition, Term term,
                                               model::LogOffset from) const {
    auto at = blocks_.find(partition);
    if (at == blocks_.end() || at->second.term != term || from < at->second.begin)
        return std::nullopt;
    return Cut{.from = from,
               .end = std::max(from, at->second.end),
               .records = range(partition, from, at->second.end)};
}

OpenBlocks::Records OpenBlocks::range(model::PartitionId partition, model::LogOffset from,
                                      model::LogOffset to) const {
    Records records;
    auto at = blocks_.find(partition);
    if (at == blocks_.end()) return records;
    auto& held = at->second.records;
    auto offset_of = [](auto& record) { return record->offset; };
    auto first = std::ranges::lower_bound(held, from, {}, offset_of);
    auto last = std::ranges::lower_bound(first, held.end(), to, {}, offset_of);
    records.assign(first, last);
    return records;
}

model::LogOffset OpenBlocks::consumed_end(model::PartitionId partition) const {
    auto at = blocks_.find(partition);
    return at == blocks_.end() ? model::LogOffset{} : at->second.end;
}

std::uint64_t OpenBlocks::raw_bytes(model::PartitionId partition) const {
    auto at = blocks_.find(partition);
    return at == blocks_.end() ? 0 : at->second.raw_bytes;
}

std::uint64_t OpenBlocks::memory() const {
    std::uint64_t total = 0;
    for (auto& [partition, block] : blocks_) total += block.memory;
    return total;
}

}  // namespace logwood::store
