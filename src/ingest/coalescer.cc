// A flight is a record in the making: batches board it until it is full or its time is up, then it
// is encoded on a lane, appended, and all who boarded hear what became of it.
#include "ingest/coalescer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ingest/limits.h"
#include "log/limits.h"
#include "log/record.h"

namespace logwood::ingest {
namespace {

/// Copies the rows of all batches into one.
model::EventBatch join(const std::vector<model::EventBatch>& batches) {
    model::EventBatchBuilder builder;
    for (const auto& batch : batches) {
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            const auto& shape = batch.shape(row);
            for (std::size_t i = 0; i < shape.size(); ++i)
                builder.add(batch.parts().fields[shape[i]], batch.value(row, i));
            builder.end_event(batch.event_times()[row]);
        }
    }
    return builder.finish();
}

bool never_appears(Code code) {
    return code == Code::kUnavailable || code == Code::kNoSpace || code == Code::kTooLarge ||
           code == Code::kNotFound;
}

}  // namespace

struct Coalescer::Flight {
    explicit Flight(async::Loop& loop) : full(loop), landed(loop) {}

    model::Record record;  ///< Without events until it flies.
    std::vector<model::EventBatch> batches;
    std::size_t bytes = 0;
    async::Signal full;
    bool is_full = false;
    async::Signal landed;
    std::optional<Result<void>> outcome;
    std::uint64_t home = 0;  ///< Of a record with a request key.
};

Coalescer::Coalescer(async::Runtime runtime, log::CommitLog& log,
                     std::function<std::uint32_t()> partitions)
    : runtime_(runtime), log_(log), partitions_(std::move(partitions)), gate_(runtime.loop) {}
Coalescer::~Coalescer() = default;

Coalescer::FlightPtr Coalescer::board(RepoId repo, ReadyBatch batch) {
    model::Record record{.repo = repo,
                         .tags = batch.tags,
                         .parser = batch.parser,
                         .parser_version = batch.parser_version,
                         .request_key = batch.request_key,
                         .events = std::move(batch.events)};
    auto bytes = log::record_raw_bytes(record);
    auto events = std::exchange(record.events, {});
    // Events that a key names cannot share a record with others.
    bool flies_alone = bytes >= kBatchBytesLarge || !batch.request_key.is_none();
    Key key{repo, batch.tags, batch.parser, batch.parser_version};
    auto at = flies_alone ? waiting_.end() : waiting_.find(key);
    if (at != waiting_.end() && at->second->bytes + bytes > log::kRecordRawBytesAimed) {
        at->second->is_full = true;
        at->second->full.notify();
        waiting_.erase(at);
        at = waiting_.end();
    }
    bool is_new = at == waiting_.end();
    auto flight = is_new ? std::make_shared<Flight>(runtime_.loop) : at->second;
    flight->batches.push_back(std::move(events));
    flight->bytes += bytes;
    if (!is_new) return flight;
    flight->record = std::move(record);
    flight->home = batch.home;
    if (flies_alone) {
        gate_.spawn(fly(flight));
    } else {
        waiting_[key] = flight;
        gate_.spawn(fly_later(flight, std::move(key)));
    }
    return flight;
}

async::Task<void> Coalescer::fly_later(FlightPtr flight, Key key) {
    auto deadline = runtime_.loop.now() + kCoalesceDelay;
    if (!flight->is_full) co_await flight->full.wait_until(deadline);
    if (auto at = waiting_.find(key); at != waiting_.end() && at->second == flight)
        waiting_.erase(at);
    co_await fly(std::move(flight));
}

async::Task<void> Coalescer::fly(FlightPtr flight) {
    flight->record.ingest_time = runtime_.loop.utc_now();
    auto encode = [flight]() -> Result<std::string> {
        auto& batches = flight->batches;
        flight->record.events = batches.size() == 1 ? std::move(batches[0]) : join(batches);
        batches.clear();
        return log::encode_record(flight->record);
    };
    auto payload = co_await async::run_on(runtime_.loop, async::Lane::kIngest, encode);
    auto partitions = partitions_();
    if (!payload) {
        flight->outcome = Result<void>(fail(std::move(payload).error()));
    } else if (partitions == 0) {
        flight->outcome = Result<void>(fail(Code::kUnavailable, "the log has no partitions yet"));
    } else {
        const auto& record = flight->record;
        // A key is looked for in one partition only, whatever the load.
        auto partition =
            record.request_key.is_none()
                ? fan_out_.choose(record.repo, record.tags, flight->bytes, runtime_.loop.now(),
                                  partitions)
                : model::PartitionId(static_cast<std::uint32_t>(flight->home % partitions));
        ++counters_.records;
        counters_.record_bytes += payload->size();
        auto offset = co_await log_.append(log::ingest_stream(partition), *std::move(payload));
        flight->outcome = offset ? Result<void>() : Result<void>(fail(std::move(offset).error()));
    }
    counters_.append_errors += !*flight->outcome;
    flight->landed.notify();
}

async::Task<Result<void>> Coalescer::append(RepoId repo, std::vector<ReadyBatch> batches) {
    if (gate_.closing()) co_return fail(Code::kUnavailable, "the server is stopping");
    std::vector<FlightPtr> flights;
    for (auto& batch : batches) {
        auto flight = board(repo, std::move(batch));
        if (std::ranges::find(flights, flight) == flights.end()) flights.push_back(flight);
    }
    bool some_may_appear = false;
    std::optional<Error> error;
    for (auto& flight : flights) {
        while (!flight->outcome) co_await flight->landed.wait();
        const auto& outcome = *flight->outcome;
        some_may_appear |= outcome || !never_appears(outcome.error().code);
        if (!outcome) error = outcome.error();
    }
    if (!error) co_return Result<void>();
    if (some_may_appear) co_return fail(Code::kUnknownOutcome, error->message);
    co_return fail(*std::move(error));
}

async::Task<void> Coalescer::stop() { co_await gate_.close(); }

}  // namespace logwood::ingest
