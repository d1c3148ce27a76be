// Group commit: one coroutine takes what has queued up, has it written and synced on the ingest
// lane, and only then moves the end that readers see and answers. What comes meanwhile waits for
// the next round, so a slow fsync makes larger groups and not longer queues.
#include "log/local_stream.h"

#include <algorithm>
#include <utility>

#include "async/failpoint.h"

namespace logwood::log {

struct LocalStream::Pending {
    std::string payload;
    std::coroutine_handle<> waiter = nullptr;
    Result<model::LogOffset> outcome = fail(Code::kInternal, "the append was never answered");
};

struct LocalStream::Calls {
    explicit Calls(async::Loop& loop) : idle(loop) {}
    std::size_t count = 0;
    async::Signal idle;
};

/// Keeps close() waiting while a caller's coroutine is inside the stream.
class LocalStream::Call {
 public:
    explicit Call(const LocalStream& stream) : calls_(stream.calls_) { ++calls_->count; }
    Call(const Call&) = delete;
    ~Call() {
        if (--calls_->count == 0) calls_->idle.notify();
    }

 private:
    std::shared_ptr<Calls> calls_;
};

LocalStream::LocalStream(async::Runtime runtime, std::string directory, LogIdentity identity,
                         StreamId id, StreamFiles files, LocalLogOptions options)
    : runtime_(runtime),
      directory_(std::move(directory)),
      seed_(seed_of(identity, id)),
      options_(options),
      files_(std::move(files.files)),
      holes_(std::move(files.holes)),
      end_(files_.empty() ? 0 : files_.back()->end),
      cache_(options.tail_cache_bytes),
      writer_(runtime.files, directory_, identity, std::move(id), options.file_bytes),
      writing_(runtime.loop),
      refused_until_(runtime.loop.now()),
      appended_(runtime.loop),
      durable_(runtime.loop),
      trimming_(runtime.loop),
      calls_(std::make_shared<Calls>(runtime.loop)),
      gate_(runtime.loop) {
    gate_.spawn(commit_groups());
}

LocalStream::~LocalStream() = default;

model::LogOffset LocalStream::begin() const {
    return model::LogOffset(files_.empty() ? end_ : files_.front()->first);
}

std::optional<Error> LocalStream::refusal(std::size_t payload_bytes) const {
    if (is_closed_) return Error{Code::kUnavailable, "the log is closed"};
    if (payload_bytes > kPayloadBytesMax)
        return Error{Code::kTooLarge, "a payload of " + std::to_string(payload_bytes) +
                                          " bytes, at most " + std::to_string(kPayloadBytesMax)};
    if (queued_bytes_ + payload_bytes > options_.queue_bytes_max)
        return Error{Code::kUnavailable, "the log's queue is full: the disk does not keep up"};
    if (runtime_.loop.now() < refused_until_)
        return Error{Code::kUnavailable, "the log's disk fails; it is tried again soon"};
    return std::nullopt;
}

async::Task<Result<model::LogOffset>> LocalStream::append(std::string payload) {
    struct Awaiter {
        Pending& pending;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle) { pending.waiter = handle; }
        void await_resume() const noexcept {}
    };
    Call call(*this);
    if (auto error = refusal(payload.size())) co_return fail(*std::move(error));
    async::failpoint("log.before_append");
    auto pending = std::make_shared<Pending>();
    pending->payload = std::move(payload);
    queued_bytes_ += pending->payload.size();
    queue_.push_back(pending);
    appended_.notify();
    Awaiter answered{*pending};
    co_await answered;
    co_return std::move(pending->outcome);
}

async::Task<void> LocalStream::commit_groups() {
    while (true) {
        while (queue_.empty()) {
            if (is_closed_) co_return;
            co_await appended_.wait();
        }
        co_await commit(take_group());
    }
}

LocalStream::Group LocalStream::take_group() {
    Group group;
    std::size_t bytes = 0;
    while (!queue_.empty()) {
        bytes += queue_.front()->payload.size();
        if (!group.empty() && bytes > options_.group_bytes_max) break;
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return group;
}

async::Task<void> LocalStream::commit(Group group) {
    auto lock = co_await writing_.lock();
    std::vector<std::string_view> payloads;
    for (auto& pending : group) payloads.push_back(pending->payload);
    auto is_refused = runtime_.loop.now() < refused_until_;
    auto write = [this, &payloads]() -> Result<LogWriter::Written> {
        return writer_.append(payloads, end_);
    };
    Result<LogWriter::Written> written = fail(Code::kUnavailable, "the log's disk fails");
    if (!is_refused) written = co_await async::run_on(runtime_.loop, async::Lane::kIngest, write);
    for (auto& pending : group) queued_bytes_ -= pending->payload.size();
    if (written) {
        async::failpoint("log.after_sync_before_ack");
        succeed(*written, group);
    } else {
        if (!is_refused) note_failure(written.error());
        for (auto& pending : group) pending->outcome = fail(written.error());
    }
    for (auto& pending : group) runtime_.loop.post([pending] { pending->waiter.resume(); });
}

void LocalStream::succeed(const LogWriter::Written& written, const Group& group) {
    failures_ = 0;
    if (files_.empty() || files_.back()->first != written.file_first ||
        files_.back()->path != written.path)
        files_.push_back(std::make_shared<LogFile>(
            LogFile{.path = written.path, .first = written.file_first, .end = end_, .places = {}}));
    auto& file = *files_.back();
    file.places.insert(file.places.end(), written.places.begin(), written.places.end());
    for (auto& pending : group) {
        model::LogOffset offset(end_++);
        cache_.add(offset, std::move(pending->payload));
        pending->outcome = offset;
    }
    file.end = end_;
    durable_.notify();
}

void LocalStream::note_failure(const Error& error) {
    if (error.code == Code::kNoSpace) return;
    if (++failures_ >= 2) refused_until_ = runtime_.loop.now() + options_.retry_pause;
}

/// Records of one file to read, or the hole at the start.
struct LocalStream::ReadPlan {
    std::uint64_t from = 0;
    std::uint64_t hole_end = 0;  ///< Above `from`: there is a hole first.
    std::shared_ptr<LogFile> file;
    std::vector<RecordPlace> places;
};

LocalStream::ReadPlan LocalStream::plan_read(std::uint64_t from, std::size_t bytes_max) const {
    ReadPlan plan{.from = from, .hole_end = from, .file = nullptr, .places = {}};
    auto behind =
        std::ranges::upper_bound(files_, from, {}, [](auto& file) { return file->first; });
    ASSERT(behind != files_.begin());
    plan.file = *std::prev(behind);
    auto& places = plan.file->places;
    auto place = std::ranges::lower_bound(places, from, {}, &RecordPlace::offset);
    if (place == places.end() || place->offset > from) {
        plan.hole_end = place == places.end() ? plan.file->end : place->offset;
        return plan;
    }
    auto begin = place->position;
    for (; place != places.end(); ++place) {
        auto is_next = place->offset == from + plan.places.size();
        auto fits = place->position + place->size - begin <= bytes_max;
        if (!plan.places.empty() && (!is_next || !fits)) break;
        plan.places.push_back(*place);
    }
    return plan;
}

namespace {

/// Reads the records at `places`, which follow one another; nothing for those that are damaged.
Result<std::vector<std::optional<std::string>>> read_records(async::FileSystem& files,
                                                             const std::string& path,
                                                             const std::vector<RecordPlace>& places,
                                                             std::uint64_t seed) {
    TRY(auto file, files.open(path, async::OpenMode::kRead));
    auto begin = places.front().position;
    std::string buffer(places.back().position + places.back().size - begin, '\0');
    TRY(auto got, file->read_at(begin, buffer));
    buffer.resize(got);
    std::vector<std::optional<std::string>> payloads;
    for (auto& place : places) {
        auto frame = frame_at(buffer, place.position - begin, seed);
        auto& payload = payloads.emplace_back();
        if (frame && frame->kind == FrameKind::kRecord && frame->offset == place.offset)
            payload.emplace(frame->payload);
    }
    return payloads;
}

}  // namespace

async::Task<Result<std::vector<Entry>>> LocalStream::read(model::LogOffset from,
                                                          std::size_t bytes_max,
                                                          MonoTime deadline) {
    Call call(*this);
    while (true) {
        if (is_closed_) co_return fail(Code::kCancelled, "the log is closed");
        if (from < begin())
            co_return fail(Code::kNotFound, "offset " + std::to_string(from.value) +
                                                " was trimmed; the log begins at " +
                                                std::to_string(begin().value));
        if (end() < from)
            co_return fail(Code::kInvalidArgument, "offset " + std::to_string(from.value) +
                                                       " is behind the log's end at " +
                                                       std::to_string(end_));
        if (from < end()) break;
        if (deadline <= runtime_.loop.now()) co_return std::vector<Entry>{};
        co_await durable_.wait_until(deadline);
    }
    if (auto cached = cache_.read(from, bytes_max)) co_return *std::move(cached);
    auto plan = plan_read(from.value, bytes_max);
    std::vector<Entry> entries;
    if (plan.hole_end > plan.from) {
        entries.push_back(
            {.offset = from, .payload = {}, .gap_end = model::LogOffset(plan.hole_end)});
        co_return entries;
    }
    auto work = [this, &plan] {
        return read_records(runtime_.files, plan.file->path, plan.places, seed_);
    };
    CO_TRY(auto payloads, co_await async::run_on(runtime_.loop, async::Lane::kDigest, work));
    for (std::size_t i = 0; i < payloads.size(); ++i) {
        model::LogOffset offset(plan.places[i].offset);
        Entry entry{.offset = offset, .payload = {}, .gap_end = {}};
        if (payloads[i]) {
            entry.payload = *std::move(payloads[i]);
        } else {
            entry.gap_end = entry.next();
            note_hole(plan.file, offset.value);
        }
        entries.push_back(std::move(entry));
    }
    co_return entries;
}

void LocalStream::note_hole(const std::shared_ptr<LogFile>& file, std::uint64_t offset) {
    auto erased = std::erase_if(file->places, [&](auto& place) { return place.offset == offset; });
    if (erased == 0) return;
    auto at = std::ranges::lower_bound(holes_, offset, {}, &Hole::from);
    holes_.insert(at, {offset, offset + 1});
}

async::Task<Result<void>> LocalStream::trim(model::LogOffset before) {
    Call call(*this);
    auto lock = co_await trimming_.lock();
    auto trimmed = co_await remove_files_below(before.value);
    if (trimmed) trimmed = co_await turn_over(before.value);
    if (trimmed) trimmed = co_await remove_files_below(before.value);
    if (!trimmed) co_return fail(std::move(trimmed).error().with_context("trim of the log"));
    co_return Result<void>{};
}

async::Task<Result<void>> LocalStream::remove_files_below(std::uint64_t offset) {
    while (files_.size() > 1 && files_[1]->first <= offset) {
        // Gone for readers first. One at a time and in order: a crash must not leave a hole.
        auto file = files_.front();
        files_.erase(files_.begin());
        auto work = [this, &file]() -> Result<void> {
            auto gone = runtime_.files.remove(file->path);
            if (!gone && gone.error().code != Code::kNotFound) return gone;
            return runtime_.files.sync_dir(directory_);
        };
        auto removed = co_await async::run_on(runtime_.loop, async::Lane::kIngest, work);
        if (!removed) {
            files_.insert(files_.begin(), file);
            co_return removed;
        }
        std::erase_if(holes_, [&](auto& hole) { return hole.to <= file->end; });
    }
    co_return Result<void>{};
}

/// When nobody needs a record of the last file any more, and it is long, an empty one follows it.
async::Task<Result<void>> LocalStream::turn_over(std::uint64_t settled_end) {
    auto lock = co_await writing_.lock();
    if (is_closed_ || files_.empty() || settled_end < end_) co_return Result<void>{};
    auto& places = files_.back()->places;
    // An empty file already begins at the end, and its successor would have its name.
    if (places.empty()) co_return Result<void>{};
    if (places.back().position + places.back().size < options_.turn_over_bytes)
        co_return Result<void>{};
    auto work = [this] { return writer_.turn_over(end_); };
    CO_TRY(auto path, co_await async::run_on(runtime_.loop, async::Lane::kIngest, work));
    files_.push_back(std::make_shared<LogFile>(
        LogFile{.path = std::move(path), .first = end_, .end = end_, .places = {}}));
    co_return Result<void>{};
}

async::Task<void> LocalStream::close() {
    is_closed_ = true;
    appended_.notify();
    durable_.notify();
    co_await gate_.close();
    while (calls_->count > 0) co_await calls_->idle.wait();
    auto work = [this] { writer_.finish(); };
    co_await async::run_on(runtime_.loop, async::Lane::kIngest, work);
}

}  // namespace logwood::log
