// One coroutine reads the log and applies it, from start() to stop(); everything else looks at the
// state between two of its turns. Snapshots are rendered from a frozen view on another thread.
#include "global/global.h"

#include <algorithm>
#include <string>

#include "async/failpoint.h"
#include "base/server_log.h"
#include "global/change_codec.h"
#include "global/global_impl.h"

namespace logwood::global {

namespace {

std::string range_text(model::LogOffset from, model::LogOffset to) {
    return "[" + std::to_string(from.value) + ", " + std::to_string(to.value) + ")";
}

}  // namespace

async::Task<Result<void>> Global::Impl::load() {
    auto loaded = co_await async::run_on(runtime.loop, async::Lane::kDigest,
                                         [this] { return snapshots.load(); });
    for (const auto& error : {loaded.newest_error, loaded.previous_error})
        if (error)
            server_log::error("global", "a snapshot of the metadata cannot be used",
                              {{"error", error->to_string()}});
    if (loaded.state) {
        state = *std::move(loaded.state);
        if (state.cluster().epoch != log.epoch())
            co_return fail(Code::kConflict, "the snapshot continues another epoch of the log");
    }
    auto begin = log.begin(kGlobalStream);
    auto end = log.end(kGlobalStream);
    if (state.next() < begin)
        co_return fail(Code::kCorrupt, "the metadata log lacks its entries " +
                                           range_text(state.next(), begin) +
                                           (loaded.state ? "" : " and there is no good snapshot"));
    if (state.next() > end)
        co_return fail(Code::kCorrupt, "the metadata log lost its entries " +
                                           range_text(end, state.next()) +
                                           ", which the snapshot holds");
    snapshot_version = loaded.state ? state.version() : 0;
    snapshot_due = runtime.loop.now() + options.snapshot_interval;
    co_return Result<void>();
}

async::Task<Result<void>> Global::Impl::replay() {
    auto end = log.end(kGlobalStream);
    while (state.next() < end) CO_TRY_OK(co_await read_once(runtime.loop.now() + kReadWait));
    co_return Result<void>();
}

async::Task<Result<void>> Global::Impl::ensure_genesis() {
    if (!state.cluster().id.is_none()) co_return Result<void>();
    Change change{.id = {.host = options.host},
                  .body = Genesis{.cluster = runtime.random.id<ClusterId>(),
                                  .epoch = log.epoch(),
                                  .feature_level = kFeatureLevel}};
    auto appended = co_await log.append(kGlobalStream, encode_change(change));
    if (!appended && appended.error().code != Code::kUnknownOutcome)
        co_return fail(std::move(appended).error().with_context("Genesis"));
    auto deadline = runtime.loop.now() + options.proposal_timeout;
    while (state.cluster().id.is_none() && !failed)
        if (!co_await changed.wait_until(deadline))
            co_return fail(Code::kUnknownOutcome, "the log's first entry is not seen yet");
    co_return Result<void>();
}

async::Task<Result<void>> Global::Impl::announce() {
    auto host = state.host(options.host);
    incarnation = host ? host->incarnation + 1 : 1;
    // Another process that took the same incarnation is told apart by where it counts from.
    last_sequence = 1 + runtime.random.below(1U << 31);
    Change change{
        .id = {options.host, incarnation, last_sequence},
        .body = HostStarted{
            .name = options.host_name, .zone = options.zone, .feature_level = kFeatureLevel}};
    CO_TRY(auto outcome, co_await submit(std::move(change)));
    if (outcome.verdict == Outcome::Verdict::kStaleIncarnation)
        co_return fail(Code::kConflict, "another process runs as this host");
    co_return outcome.to_result();
}

/// A cluster made by older software learns the new kinds once all its hosts know them; until then
/// their changes are refused.
async::Task<Result<void>> Global::Impl::raise_feature_level() {
    if (state.cluster().feature_level >= kFeatureLevel) co_return Result<void>();
    ProposalId id;
    CO_TRY(auto outcome, co_await propose(RaiseFeatureLevel{kFeatureLevel}, id));
    if (!outcome.accepted())
        server_log::warning("global", "the feature level stays", {{"reason", outcome.reason}});
    co_return Result<void>();
}

async::Task<Result<void>> Global::Impl::read_once(MonoTime deadline) {
    auto entries = co_await log.read(kGlobalStream, state.next(), kReadBytesMax, deadline);
    if (!entries) co_return fail(std::move(entries).error());
    for (const auto& entry : *entries) CO_TRY_OK(apply_entry(entry));
    if (!entries->empty()) changed.notify();
    co_return Result<void>();
}

Result<void> Global::Impl::apply_entry(const log::Entry& entry) {
    if (entry.gap_end)
        return fail(Code::kCorrupt, "the metadata log lost its entries " +
                                        range_text(entry.offset, *entry.gap_end));
    auto decoded = decode_entry(entry.payload);
    if (!decoded)
        return fail(std::move(decoded).error().with_context(
            "entry " + std::to_string(entry.offset.value) + " of the metadata log"));
    if (decoded->kind == Entry::Kind::kGarbage) {
        ++garbage_entries;
        state.skip(entry.offset);
        return {};
    }
    auto outcome = state.apply(decoded->change, entry.offset);
    if (outcome.verdict == Outcome::Verdict::kDiverged) return outcome.to_result();
    note(decoded->change.id, outcome);
    publish_hash();
    return {};
}

async::Task<void> Global::Impl::read_loop() {
    while (!gate.closing() && !failed) {
        auto done = co_await read_once(runtime.loop.now() + kReadWait);
        if (done) {
            snapshot_if_due();
        } else if (done.error().code == Code::kUnavailable) {
            co_await gate.pause_for(kReadRetryPause);
        } else if (!gate.closing()) {
            fail_with(std::move(done).error());
        }
    }
}

void Global::Impl::fail_with(Error error) {
    server_log::error("global", "the metadata cannot be followed any more",
                      {{"error", error.to_string()}});
    failed = std::move(error);
    changed.notify();
}

void Global::Impl::snapshot_if_due() {
    auto news = state.version() - snapshot_version;
    if (snapshot_running || !running || news == 0) return;
    auto now = runtime.loop.now();
    if (now < snapshot_due && news < options.snapshot_every) return;
    snapshot_running = true;
    gate.spawn(snapshot_task());
}

async::Task<void> Global::Impl::snapshot_task() {
    auto done = co_await write_snapshot();
    if (!done) {
        server_log::warning("global", "no snapshot of the metadata could be written",
                            {{"error", done.error().to_string()}});
        co_await gate.pause_for(kSnapshotRetryPause);
    }
    snapshot_running = false;
}

async::Task<Result<void>> Global::Impl::write_snapshot() {
    auto lock = co_await snapshot_lock.lock();
    auto view = std::make_unique<const StateView>(state.view());
    auto written = co_await async::run_on(runtime.loop, async::Lane::kDigest,
                                          [&] { return snapshots.write(*view); });
    if (!written) co_return fail(std::move(written).error());
    async::failpoint("global.after_snapshot_before_trim");
    snapshot_version = view->version;
    snapshot_due = runtime.loop.now() + options.snapshot_interval;
    auto before = snapshots.trim_point();
    view.reset();
    if (before > log.begin(kGlobalStream)) co_return co_await log.trim(kGlobalStream, before);
    co_return Result<void>();
}

Global::Global(async::Runtime& runtime, log::CommitLog& log, GlobalOptions options)
    : impl_(std::make_unique<Impl>(runtime, log, std::move(options))) {}
Global::~Global() = default;

async::Task<Result<void>> Global::start() {
    ASSERT(!impl_->options.host.is_none());
    CO_TRY_OK(co_await impl_->load());
    CO_TRY_OK(co_await impl_->replay());
    impl_->gate.spawn(impl_->read_loop());
    CO_TRY_OK(co_await impl_->ensure_genesis());
    CO_TRY_OK(co_await impl_->announce());
    if (impl_->failed) co_return fail(*impl_->failed);
    impl_->running = true;
    co_return co_await impl_->raise_feature_level();
}

async::Task<void> Global::stop() {
    impl_->running = false;
    impl_->gate.request_stop();
    impl_->changed.notify();
    co_await impl_->gate.close();
}

async::Task<Result<Outcome>> Global::propose(Body body, ProposalId& id) {
    return impl_->propose(std::move(body), id);
}

async::Task<Result<Outcome>> Global::propose(Body body) {
    ProposalId id;
    co_return co_await impl_->propose(std::move(body), id);
}

std::optional<Outcome> Global::outcome_of(const ProposalId& id) const {
    if (id.host != impl_->options.host || id.incarnation != impl_->incarnation) return std::nullopt;
    auto at = impl_->decided.find(id.sequence);
    return at == impl_->decided.end() ? std::nullopt : std::optional(at->second);
}

const State& Global::state() const { return impl_->state; }
Version Global::version() const { return impl_->state.version(); }
async::Signal& Global::changed() { return impl_->changed; }
const std::optional<Error>& Global::failed() const { return impl_->failed; }
HostId Global::host() const { return impl_->options.host; }
Incarnation Global::incarnation() const { return impl_->incarnation; }
async::Task<Result<void>> Global::write_snapshot() { return impl_->write_snapshot(); }

}  // namespace logwood::global
