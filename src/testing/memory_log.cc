#include "testing/memory_log.h"

#include <algorithm>
#include <utility>

namespace logwood::testing {

using model::LogOffset;

LogOffset MemoryLog::put(const log::StreamId& stream, std::string payload) {
    auto& entries = content_->streams[stream].entries;
    LogOffset offset(entries.size());
    entries.push_back({offset, std::move(payload), std::nullopt});
    grown_.notify();
    return offset;
}

async::Task<Result<LogOffset>> MemoryLog::append(log::StreamId stream, std::string payload) {
    auto what = fault;
    auto turn = co_await order_.lock();
    if (closed_) co_return fail(Code::kUnavailable, "the log is closed");
    co_await async::sleep_for(loop_, Duration(random_.below(3'000'000)));
    switch (what) {
        case AppendFault::kNone:
            co_return put(stream, std::move(payload));
        case AppendFault::kNever:
            co_return fail(Code::kUnavailable, "the log takes nothing");
        case AppendFault::kUnknownWritten:
            put(stream, std::move(payload));
            break;
        case AppendFault::kUnknownLate:
            late_.emplace_back(std::move(stream), std::move(payload));
            break;
        case AppendFault::kUnknownLost:
            break;
        case AppendFault::kHangs: {
            auto seen = releases_;
            while (releases_ == seen && !closed_) co_await grown_.wait();
            co_return fail(Code::kUnavailable, "the log took nothing");
        }
    }
    co_return fail(Code::kUnknownOutcome, "the log did not answer");
}

void MemoryLog::release_late() {
    ++releases_;
    for (auto& [stream, payload] : std::exchange(late_, {})) put(stream, std::move(payload));
    grown_.notify();
}

async::Task<Result<std::vector<log::Entry>>> MemoryLog::read(log::StreamId stream, LogOffset from,
                                                             std::size_t bytes_max,
                                                             MonoTime deadline) {
    if (from < begin(stream)) co_return fail(Code::kNotFound, "trimmed");
    if (from > end(stream)) co_return fail(Code::kInvalidArgument, "behind the end");
    while (from == end(stream) && !closed_)
        if (!co_await grown_.wait_until(deadline)) break;
    if (closed_) co_return fail(Code::kCancelled, "the log is closed");
    std::vector<log::Entry> out;
    std::size_t bytes = 0;
    for (auto at = from; at < end(stream); at = out.back().next()) {
        const auto& entry = content_->streams[stream].entries[at.value];
        bytes += entry.payload.size();
        if (!out.empty() && bytes > bytes_max) break;
        out.push_back(entry);
    }
    co_return out;
}

LogOffset MemoryLog::begin(const log::StreamId& stream) const {
    auto at = content_->streams.find(stream);
    return LogOffset(at == content_->streams.end() ? 0 : at->second.begin);
}

LogOffset MemoryLog::end(const log::StreamId& stream) const {
    auto at = content_->streams.find(stream);
    return LogOffset(at == content_->streams.end() ? 0 : at->second.entries.size());
}

async::Task<Result<void>> MemoryLog::trim(log::StreamId stream, LogOffset before) {
    auto& content = content_->streams[stream];
    content.begin = std::max(content.begin, std::min(before.value, end(stream).value));
    co_return Result<void>();
}

async::Task<void> MemoryLog::close() {
    closed_ = true;
    grown_.notify();
    co_return;
}

}  // namespace logwood::testing
