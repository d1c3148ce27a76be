#include "log/tail_cache.h"

#include <utility>

namespace logwood::log {

void TailCache::add(model::LogOffset offset, std::string payload) {
    if (!entries_.empty() && entries_.back().next() != offset) {
        entries_.clear();
        bytes_ = 0;
    }
    bytes_ += payload.size();
    entries_.push_back({.offset = offset, .payload = std::move(payload), .gap_end = {}});
    while (bytes_ > bytes_max_ && !entries_.empty()) {
        bytes_ -= entries_.front().payload.size();
        entries_.pop_front();
    }
}

std::optional<std::vector<Entry>> TailCache::read(model::LogOffset from,
                                                  std::size_t bytes_max) const {
    if (entries_.empty() || from < entries_.front().offset || entries_.back().offset < from)
        return std::nullopt;
    std::vector<Entry> result;
    std::size_t bytes = 0;
    for (auto i = from.value - entries_.front().offset.value; i < entries_.size(); ++i) {
        bytes += entries_[i].payload.size();
        if (!result.empty() && bytes > bytes_max) break;
        result.push_back(entries_[i]);
    }
    return result;
}

}  // namespace logwood::log
