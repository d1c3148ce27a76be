// The leader's two coroutines: one consumes records into open blocks, the other seals them. All
// that decides what is registered is in Global: a change is accepted only in our term and only if
// it continues the registered end, so neither a retry nor a second leader can register a record
// twice.
#include "digest/partition_digest.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "async/failpoint.h"
#include "base/server_log.h"
#include "digest/checkpoint.h"
#include "digest/decode.h"

namespace logwood::digest {

PartitionDigest::PartitionDigest(DigestContext context, model::PartitionId partition)
    : context_(context),
      partition_(partition),
      wake_sealer_(context.runtime.loop),
      gate_(context.runtime.loop) {}

void PartitionDigest::start() {
    gate_.spawn(run());
    gate_.spawn(seal_when_due());
}

async::Task<void> PartitionDigest::stop() {
    gate_.request_stop();
    wake_sealer_.notify();
    co_await gate_.close();
    context_.blocks.end(partition_);
}

std::shared_ptr<const global::Partition> PartitionDigest::row() const {
    return context_.global.state().partition(partition_);
}

bool PartitionDigest::leads() const {
    auto partition = row();
    return partition && partition->leader == context_.global.host() &&
           partition->leader_incarnation == context_.global.incarnation() &&
           partition->term == term_;
}

log::StreamId PartitionDigest::stream() const { return log::ingest_stream(partition_); }

store::CheckpointRange PartitionDigest::range_of(model::LogOffset from, model::LogOffset to) const {
    return {.epoch = context_.log.epoch(), .partition = partition_, .from = from, .to = to};
}

void PartitionDigest::report(std::string_view what, const Error& error) const {
    ++context_.counters.failures;
    server_log::warning(
        "digest", what,
        {{"partition", std::to_string(partition_.value)}, {"error", error.to_string()}});
}

async::Task<bool> PartitionDigest::catch_up(model::LogOffset end, MonoTime deadline) {
    while (!consuming_ || context_.blocks.consumed_end(partition_) < end)
        if (!co_await context_.blocks.changed().wait_until(deadline)) co_return false;
    co_return true;
}

async::Task<void> PartitionDigest::run() {
    while (!gate_.closing()) {
        auto led = co_await lead();
        consuming_ = false;
        if (gate_.closing()) break;
        if (!led) report("leading a partition failed", led.error());
        co_await gate_.pause_for(kRetryPause);
    }
}

async::Task<Result<void>> PartitionDigest::lead() {
    CO_TRY(term_, co_await context_.global.claim_partition(partition_));
    ++context_.counters.terms_claimed;
    CO_TRY_OK(co_await load_key_files());
    CO_TRY_OK(co_await repair_files());
    CO_TRY(keys_, co_await keys_at(row()->registered_end));
    open_since_ = MonoTime::never();
    consuming_ = true;
    context_.blocks.begin(partition_, term_, row()->registered_end);
    co_return co_await consume();
}

async::Task<Result<void>> PartitionDigest::consume() {
    auto& loop = context_.runtime.loop;
    while (!gate_.closing() && leads()) {
        co_await make_room();
        if (gate_.closing() || !leads()) break;
        auto from = context_.blocks.consumed_end(partition_);
        CO_TRY(auto entries,
               co_await context_.log.read(stream(), from, kReadBytes, loop.now() + kReadWait));
        if (!leads()) break;
        CO_TRY_OK(co_await take(std::move(entries)));
    }
    co_return {};
}

/// Waits while the open blocks hold as much as they may.
async::Task<void> PartitionDigest::make_room() {
    auto most = kBacklogCheckpoints * context_.options.checkpoint_raw_bytes;
    auto is_full = [&] {
        auto raw = context_.blocks.raw_bytes(partition_);
        return raw >= most || (raw > 0 && context_.blocks.memory() >= kOpenMemoryHardMax);
    };
    while (!gate_.closing() && leads() && is_full()) {
        wake_sealer_.notify();
        co_await context_.global.changed().wait_until(context_.runtime.loop.now() + kReadWait);
    }
}

async::Task<Result<void>> PartitionDigest::take(std::vector<log::Entry> entries) {
    if (entries.empty()) co_return {};
    auto work = [&] { return decode_entries(context_.log.epoch(), partition_, entries); };
    auto decoded = co_await async::run_on(context_.runtime.loop, async::Lane::kDigest, work);
    if (!leads()) co_return {};
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i].gap_end) {
            CO_TRY_OK(co_await take_gap(entries[i]));
        } else if (decoded[i]) {
            take_record(*std::move(decoded[i]));
        } else if (decoded[i].error().code == Code::kUnsupported) {
            co_return fail(std::move(decoded[i]).error());
        } else {
            CO_TRY_OK(co_await set_aside(entries[i], decoded[i].error()));
        }
        if (!leads()) co_return {};
    }
    if (open_since_ == MonoTime::never()) open_since_ = context_.runtime.loop.now();
    wake_sealer_.notify();
    co_return {};
}

void PartitionDigest::take_record(std::shared_ptr<const model::PlacedRecord> placed) {
    auto forgotten = keys_.forgotten_early();
    bool is_new = keys_.take(placed->record);
    context_.counters.keys_forgotten_early += keys_.forgotten_early() - forgotten;
    if (!is_new) {
        ++context_.counters.repeated_records;
        context_.blocks.skip_to(partition_, model::LogOffset(placed->offset.value + 1));
        return;
    }
    auto& events = placed->record.events;
    ++context_.counters.records;
    context_.counters.events += events.rows();
    context_.counters.raw_bytes += events.raw_bytes();
    context_.blocks.append(std::move(placed));
}

/// Records were lost to rot: Global remembers which, and the partition goes on behind them.
async::Task<Result<void>> PartitionDigest::take_gap(const log::Entry& entry) {
    ++context_.counters.gaps;
    server_log::error("digest", "records of the commit log are lost",
                      {{"partition", std::to_string(partition_.value)},
                       {"from", std::to_string(entry.offset.value)},
                       {"to", std::to_string(entry.next().value)}});
    global::RecordGap change{.gap = {.epoch = context_.log.epoch(),
                                     .range = {partition_, entry.offset, entry.next()},
                                     .reason = "unreadable in the local commit log",
                                     .found = context_.runtime.loop.utc_now()}};
    CO_TRY(auto outcome, co_await context_.global.propose(std::move(change)));
    // A refusal means that an earlier leader recorded it.
    (void)outcome;
    if (leads()) context_.blocks.skip_to(partition_, entry.next());
    co_return {};
}

/// A record that does not decode is kept for people, counted, and passed.
async::Task<Result<void>> PartitionDigest::set_aside(const log::Entry& entry, const Error& why) {
    ++context_.counters.poison_records;
    report("a record does not decode and was set aside", why);
    auto name = fmt::format("{}-{}-{}.record", context_.log.epoch().value, partition_.value,
                            entry.offset.value);
    auto work = [&]() -> Result<void> {
        auto directory = context_.layout.poison_directory();
        TRY_OK(context_.runtime.files.create_directories(directory));
        return async::replace_file(context_.runtime.files, directory, name, entry.payload);
    };
    CO_TRY_OK(co_await async::run_on(context_.runtime.loop, async::Lane::kDigest, work));
    if (leads()) context_.blocks.skip_to(partition_, entry.next());
    co_return {};
}

async::Task<void> PartitionDigest::seal_when_due() {
    auto& loop = context_.runtime.loop;
    while (!gate_.closing()) {
        auto due = next_seal();
        if (due > loop.now()) {
            co_await wake_sealer_.wait_until(due);
            continue;
        }
        auto sealed = co_await seal();
        last_seal_ = loop.now();
        if (sealed || gate_.closing()) continue;
        report("a checkpoint failed", sealed.error());
        co_await gate_.pause_for(kRetryPause);
    }
}

MonoTime PartitionDigest::next_seal() const {
    if (!consuming_ || open_since_ == MonoTime::never()) return MonoTime::never();
    auto& options = context_.options;
    auto now = context_.runtime.loop.now();
    if (context_.disk.is_full()) return now + kRetryPause;
    auto raw = context_.blocks.raw_bytes(partition_);
    auto is_pressing = raw >= options.checkpoint_raw_bytes ||
                       (context_.blocks.memory() >= options.open_memory_max && raw > 0);
    if (is_pressing && raw >= options.checkpoint_raw_bytes / kLargePart) return now;
    auto wanted = is_pressing ? now : open_since_ + options.flush_interval;
    return std::max(wanted, last_seal_ + options.checkpoint_interval);
}

async::Task<Result<void>> PartitionDigest::seal() {
    auto range = range_of(row()->registered_end, context_.blocks.consumed_end(partition_));
    if (!leads() || range.from >= range.to) co_return {};
    auto term = term_;
    auto records = context_.blocks.range(partition_, range.from, range.to);
    auto taken_at = context_.runtime.loop.now();
    // Nothing was awaited since the range was cut: these are the keys at its end.
    auto keys = keys_;

    async::failpoint("digest.before_checkpoint_write");
    auto work = [&]() -> Result<BuiltCheckpoint> {
        TRY(auto built, build_checkpoint(range, records));
        if (!built.sections.empty())
            TRY_OK(async::replace_file(context_.runtime.files, context_.layout.digest_directory(),
                                       store::checkpoint_name(range, term), built.bytes));
        if (!keys.is_empty())
            TRY_OK(async::replace_file(context_.runtime.files, context_.layout.digest_directory(),
                                       key_file_name(range.to),
                                       keys.encode(range.epoch, range.partition, range.to)));
        return built;
    };
    CO_TRY(auto built, co_await async::run_on(context_.runtime.loop, async::Lane::kDigest, work));
    if (!keys.is_empty()) key_files_.insert(range.to);
    async::failpoint("digest.after_checkpoint_write_before_register");

    auto with_rows = static_cast<std::uint64_t>(std::ranges::count_if(
        records, [](auto& placed) { return placed->record.events.rows() > 0; }));
    global::RegisterCheckpoint change{
        .partition = partition_,
        .epoch = range.epoch,
        .term = term,
        .from = range.from,
        .to = range.to,
        .file_bytes = built.bytes.size(),
        .records_without_rows = range.to.value - range.from.value - with_rows,
        .sections = std::move(built.sections)};
    CO_TRY_OK(co_await register_checkpoint(std::move(change)));
    async::failpoint("digest.after_register_before_release");

    ++context_.counters.checkpoints;
    context_.counters.checkpoint_bytes += built.bytes.size();
    context_.blocks.release(partition_, range.to);
    open_since_ =
        context_.blocks.consumed_end(partition_) > range.to ? taken_at : MonoTime::never();
    co_return co_await trim();
}

/// Proposes until it is known to be applied. Proposing again is safe: `from` fits once only.
async::Task<Result<void>> PartitionDigest::register_checkpoint(global::RegisterCheckpoint change) {
    while (true) {
        auto outcome = co_await context_.global.propose(change);
        if (leads() && row()->registered_end >= change.to) co_return {};
        if (outcome) co_return outcome->to_result();
        auto code = outcome.error().code;
        auto may_pass = code == Code::kUnavailable || code == Code::kUnknownOutcome;
        if (!may_pass || gate_.closing()) co_return fail(std::move(outcome).error());
        report("registering a checkpoint is tried again", outcome.error());
        co_await gate_.pause_for(kRetryPause);
    }
}

async::Task<Result<void>> PartitionDigest::trim() {
    CO_TRY(auto watermark, co_await context_.global.advance_trim_watermark(partition_));
    CO_TRY_OK(co_await remove_key_files(watermark));
    co_return co_await context_.log.trim(stream(), watermark);
}

}  // namespace logwood::digest
