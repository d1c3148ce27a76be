#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/runtime.h"
#include "async/sync.h"
#include "async/task.h"
#include "global/changes.h"
#include "global/limits.h"
#include "global/state.h"
#include "log/commit_log.h"

namespace logwood::global {

struct GlobalOptions {
    HostId host;
    std::string host_name;
    std::string zone;
    std::string data_directory;  ///< Of the snapshot files; must exist.
    Duration proposal_timeout = kProposalTimeout;
    Version snapshot_every = kSnapshotEvery;
    Duration snapshot_interval = kSnapshotInterval;
};

/// Keeps this node's copy of the metadata: reads `global-events`, applies it, proposes changes.
///
/// All calls on the loop's thread. `start()` before, `stop()` after everything else.
class Global {
 public:
    Global(async::Runtime& runtime, log::CommitLog& log, GlobalOptions options);
    ~Global();

    /// Loads the newest good snapshot, replays the log behind it to its end, writes Genesis if the
    /// log is new, appends HostStarted and waits to see it. Fails with kCorrupt when the log does
    /// not reach what the snapshot holds or entries are missing between, and when the state
    /// diverges; kConflict when another process runs as this host; kUnsupported when the log holds
    /// kinds of change that this software does not know. After a failure only stop() may be called.
    async::Task<Result<void>> start();
    /// Stops reading and waits for everything under way; proposals end as unknown. The log is
    /// closed after that.
    async::Task<void> stop();

    /// Appends the change and waits until it is applied. An outcome says what became of it. Errors:
    /// kInvalidArgument and kTooLarge (not appended), kUnavailable (not appended, never will be),
    /// kUnknownOutcome (may still be applied: ask outcome_of(id), or look at the state once a later
    /// proposal was applied). `id` is set before the first wait. Proposals are appended in the
    /// order in which they are awaited.
    async::Task<Result<Outcome>> propose(Body body, ProposalId& id);
    async::Task<Result<Outcome>> propose(Body body);
    /// What became of a proposal of this process that was unknown; nothing while that is open. The
    /// newest kUnknownOutcomesMax are remembered.
    std::optional<Outcome> outcome_of(const ProposalId& id) const;

    /// The state as applied so far; changes between two co_awaits only.
    const State& state() const;
    Version version() const;
    /// Notified after changes of the state (one or many), and when the node fails or stops.
    async::Signal& changed();
    /// Set when the node must not go on: the state diverged, or holds what it does not know, or the
    /// log cannot be read. Nothing is applied or proposed any more.
    const std::optional<Error>& failed() const;
    /// Of this process; set by start().
    HostId host() const;
    Incarnation incarnation() const;

    /// Convenience for callers: propose, and turn a refusal into an error (kAlreadyExists,
    /// kNotFound, kConflict, kInvalidArgument).
    async::Task<Result<RepoId>> create_repository(std::string name, std::string description = {},
                                                  Retention retention = {});
    async::Task<Result<void>> set_retention(RepoId repo, Retention retention);
    async::Task<Result<void>> delete_repository(RepoId repo);
    /// Creates the parser, or changes the one of that name.
    async::Task<Result<ParserId>> put_parser(RepoId repo, std::string name, std::string script,
                                             std::vector<std::string> tag_fields = {},
                                             std::vector<std::string> fields_to_remove = {});
    /// The same with all that a parser has; its id and versions are not looked at.
    async::Task<Result<ParserId>> put_parser(Parser parser);
    async::Task<Result<void>> delete_parser(RepoId repo, std::string name);
    /// Creates the token, or changes the parser of the one of that name; an empty `text` draws a
    /// new one, or keeps the present one. Gives the token's text.
    async::Task<Result<std::string>> put_ingest_token(RepoId repo, std::string name,
                                                      std::optional<std::string> parser,
                                                      std::string text = {});
    async::Task<Result<void>> delete_ingest_token(RepoId repo, std::string name);
    /// Creates the file, or replaces the one of its repository and name; its version is not looked
    /// at. Its content is durable before.
    async::Task<Result<void>> put_file(File file);
    async::Task<Result<void>> delete_file(RepoId repo, std::string name);
    /// Creates the saved query, or changes the one of that name.
    async::Task<Result<void>> put_saved_query(RepoId repo, std::string name, std::string query);
    async::Task<Result<void>> delete_saved_query(RepoId repo, std::string name);
    /// Creates the listener, or changes the one of its repository and name; its id and version are
    /// not looked at.
    async::Task<Result<void>> put_ingest_listener(IngestListener listener);
    async::Task<Result<void>> delete_ingest_listener(RepoId repo, std::string name);
    async::Task<Result<void>> init_partitions(std::uint32_t count);
    /// Makes this process the leader; gives the new term.
    async::Task<Result<Term>> claim_partition(model::PartitionId partition);
    /// Moves the partition's trim watermark to its settled prefix; gives the watermark, below which
    /// the caller may trim the ingest log.
    async::Task<Result<model::LogOffset>> advance_trim_watermark(model::PartitionId partition);

    /// Writes a snapshot now and trims the log below the one before. Done from time to time anyway.
    async::Task<Result<void>> write_snapshot();

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace logwood::global
