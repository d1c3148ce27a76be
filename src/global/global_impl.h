#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "global/global.h"
#include "global/snapshot_files.h"

namespace logwood::global {

/// The one stream of metadata.
inline const log::StreamId kGlobalStream = log::global_stream();

/// What Global keeps, and its coroutines.
struct Global::Impl {
    Impl(async::Runtime& r, log::CommitLog& l, GlobalOptions o)
        : runtime(r),
          log(l),
          options(std::move(o)),
          changed(r.loop),
          snapshot_lock(r.loop),
          snapshots(r.files, options.data_directory),
          gate(r.loop) {}

    /// A proposal that was appended, or is about to be, and was not seen yet.
    struct Pending {
        std::optional<Outcome> outcome;
        std::optional<Error> never;  ///< Set when it was not appended and never will be.
        bool has_waiter = true;
        bool is_decided() const { return outcome || never; }
    };

    // global.cc: start, read, apply, snapshot
    async::Task<Result<void>> load();
    async::Task<Result<void>> replay();
    async::Task<Result<void>> ensure_genesis();
    async::Task<Result<void>> announce();
    async::Task<Result<void>> raise_feature_level();
    async::Task<void> read_loop();
    async::Task<Result<void>> read_once(MonoTime deadline);
    Result<void> apply_entry(const log::Entry& entry);
    async::Task<Result<void>> write_snapshot();
    async::Task<void> snapshot_task();
    void snapshot_if_due();
    void fail_with(Error error);

    // global_propose.cc
    async::Task<Result<Outcome>> propose(Body body, ProposalId& id);
    async::Task<Result<Outcome>> submit(Change change);
    async::Task<void> append(std::shared_ptr<Pending> pending, std::string payload);
    /// Tells the proposals of this process what an applied entry means for them.
    void note(const ProposalId& id, const Outcome& outcome);
    void decide(std::uint64_t sequence, std::shared_ptr<Pending> pending, Outcome outcome);
    void publish_hash();
    async::Task<void> propose_quietly(Body body);

    async::Runtime& runtime;
    log::CommitLog& log;
    GlobalOptions options;
    State state;
    async::Signal changed;
    std::optional<Error> failed;
    bool running = false;  ///< start() is done: proposals are taken.
    std::uint64_t garbage_entries = 0;

    Incarnation incarnation = 0;
    std::uint64_t last_sequence = 0;                            ///< Of this process's proposals.
    std::map<std::uint64_t, std::shared_ptr<Pending>> pending;  ///< By sequence.
    std::map<std::uint64_t, Outcome> decided;                   ///< Of those without a waiter.

    async::Mutex snapshot_lock;
    SnapshotFiles snapshots;
    Version snapshot_version = 0;
    MonoTime snapshot_due;
    bool snapshot_running = false;

    async::Gate gate;
};

}  // namespace logwood::global
