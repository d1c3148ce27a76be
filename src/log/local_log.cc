#include "log/local_log.h"

#include <algorithm>
#include <utility>

#include "log/local_stream.h"
#include "log/log_files.h"

namespace logwood::log {
namespace {

std::unexpected<Error> no_stream(const StreamId& id) {
    return fail(Code::kNotFound, "the log has no stream " + directory_of(id));
}

}  // namespace

LocalLog::LocalLog(model::Epoch epoch) : epoch_(epoch) {}
LocalLog::~LocalLog() = default;

async::Task<Result<std::unique_ptr<LocalLog>>> LocalLog::open(async::Runtime runtime,
                                                              std::string directory,
                                                              std::vector<StreamId> streams,
                                                              LocalLogOptions options) {
    auto fresh_id = runtime.random.id<Id128>();
    auto load = [&] { return load_identity(runtime.files, directory, fresh_id); };
    CO_TRY(auto identity, co_await async::run_on(runtime.loop, async::Lane::kIngest, load));
    std::vector<StreamFiles> recovered;
    for (auto& id : streams) {
        auto recover = [&] {
            return recover_stream(runtime.files, directory + "/" + directory_of(id), identity, id);
        };
        CO_TRY(auto files, co_await async::run_on(runtime.loop, async::Lane::kIngest, recover));
        recovered.push_back(std::move(files));
    }
    std::unique_ptr<LocalLog> log(new LocalLog(identity.epoch));
    for (std::size_t i = 0; i < streams.size(); ++i)
        log->streams_[streams[i]] =
            std::make_unique<LocalStream>(runtime, directory + "/" + directory_of(streams[i]),
                                          identity, streams[i], std::move(recovered[i]), options);
    co_return log;
}

LocalStream* LocalLog::find(const StreamId& id) const {
    auto at = streams_.find(id);
    return at == streams_.end() ? nullptr : at->second.get();
}

async::Task<Result<model::LogOffset>> LocalLog::append(StreamId id, std::string payload) {
    auto* stream = find(id);
    if (!stream) co_return no_stream(id);
    co_return co_await stream->append(std::move(payload));
}

async::Task<Result<std::vector<Entry>>> LocalLog::read(StreamId id, model::LogOffset from,
                                                       std::size_t bytes_max, MonoTime deadline) {
    auto* stream = find(id);
    if (!stream) co_return no_stream(id);
    co_return co_await stream->read(from, bytes_max, deadline);
}

model::LogOffset LocalLog::begin(const StreamId& id) const {
    auto* stream = find(id);
    return stream ? stream->begin() : model::LogOffset(0);
}

model::LogOffset LocalLog::end(const StreamId& id) const {
    auto* stream = find(id);
    return stream ? stream->end() : model::LogOffset(0);
}

async::Task<Result<void>> LocalLog::trim(StreamId id, model::LogOffset before) {
    auto* stream = find(id);
    if (!stream) co_return no_stream(id);
    co_return co_await stream->trim(before);
}

async::Task<void> LocalLog::close() {
    for (auto& [id, stream] : streams_) co_await stream->close();
}

std::vector<LogGap> LocalLog::gaps() const {
    std::vector<LogGap> all;
    for (auto& [id, stream] : streams_)
        for (auto& hole : stream->holes())
            all.push_back({id, model::LogOffset(hole.from), model::LogOffset(hole.to)});
    return all;
}

}  // namespace logwood::log
