// Reads files and posts their lines, or several lines as one, as messages, some megabytes a
// request. A run over whole files uses a few connections at once; one that follows files keeps
// their order and notes how far it is.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/api_client.h"
#include "cli/batch_sender.h"
#include "cli/commands/commands.h"
#include "cli/file_tail.h"
#include "cli/ingest_checkpoint.h"
#include "cli/input.h"
#include "cli/limits.h"
#include "cli/terminal.h"

namespace logwood::cli {
namespace {

struct IngestArguments {
    Connection connection;
    SendOptions send;
    std::string multiline;
    std::vector<std::string> files;
    std::string checkpoint;
    bool follow = false;
    bool no_progress = false;
};

/// Shows how far a run is; any thread.
class Progress {
 public:
    explicit Progress(bool is_shown) : is_shown_(is_shown) {}

    void add(std::uint64_t events, std::uint64_t bytes) {
        std::lock_guard lock(mutex_);
        events_ += events;
        bytes_ += bytes;
        if (is_shown_)
            line_.show(fmt::format("{} events, {:.1f} MB acknowledged", events_,
                                   static_cast<double>(bytes_) / 1e6));
    }
    std::uint64_t finish() {
        std::lock_guard lock(mutex_);
        line_.clear();
        return events_;
    }

 private:
    std::mutex mutex_;
    StatusLine line_;
    bool is_shown_;
    std::uint64_t events_ = 0;
    std::uint64_t bytes_ = 0;
};

/// A piece of input, and the key of the request that carries it.
struct Batch {
    std::string text;
    std::string key;
};

/// Hands out batches of all files, one after the other, to any thread.
class Batches {
 public:
    Batches(std::vector<std::string> files, EventCut cut)
        : files_(std::move(files)), cut_(std::move(cut)) {}

    Result<std::optional<Batch>> next() {
        std::lock_guard lock(mutex_);
        while (true) {
            if (!open_) {
                if (next_file_ == files_.size()) return std::nullopt;
                TRY(auto input, open_input(files_[next_file_++]));
                open_.emplace(std::move(input), kIngestBatchBytes, cut_);
            }
            auto text = open_->next();
            if (!text) return fail(std::move(text).error().with_context(files_[next_file_ - 1]));
            // A run has keys of its own: whoever sends a file twice means it.
            if (*text) return Batch{**std::move(text), fmt::format("{}-{}", run_, number_++)};
            open_.reset();
        }
    }

 private:
    std::mutex mutex_;
    std::vector<std::string> files_;
    EventCut cut_;
    std::string run_ = random_id();
    std::uint64_t number_ = 0;
    std::size_t next_file_ = 0;
    std::optional<TextChunks> open_;
};

/// The first failure of any thread, and what all have sent.
struct Outcome {
    std::mutex mutex;
    std::optional<ExitCode> failed;
    bool was_changed = false;

    bool stopped() {
        std::lock_guard lock(mutex);
        return failed.has_value();
    }
    void stop(ExitCode code) {
        std::lock_guard lock(mutex);
        if (!failed) failed = code;
    }
};

void send_batches(const IngestArguments& arguments, Batches& batches, Progress& progress,
                  Outcome& outcome) {
    auto sender = BatchSender::make(arguments.connection, arguments.send);
    if (!sender) return outcome.stop(report(sender.error()));
    while (!outcome.stopped()) {
        auto batch = batches.next();
        if (!batch) return outcome.stop(report(batch.error()));
        if (!*batch) break;
        auto before = sender->counts();
        if (auto sent = sender->send((*batch)->text, (*batch)->key); !sent)
            return outcome.stop(sent.error());
        progress.add(sender->counts().events - before.events,
                     sender->counts().bytes - before.bytes);
    }
    std::lock_guard lock(outcome.mutex);
    outcome.was_changed = outcome.was_changed || sender->counts().was_changed;
}

void print_summary(std::uint64_t events, bool was_changed) {
    std::fprintf(stderr, "%llu events acknowledged\n", static_cast<unsigned long long>(events));
    if (was_changed) std::fprintf(stderr, "bytes that are not UTF-8 were replaced by U+FFFD\n");
}

ExitCode ingest_once(const IngestArguments& arguments) {
    Batches batches(arguments.files, arguments.send.cut);
    Progress progress(!arguments.no_progress);
    Outcome outcome;
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < kIngestConnections; ++i)
            threads.emplace_back([&] { send_batches(arguments, batches, progress, outcome); });
    }
    print_summary(progress.finish(), outcome.was_changed);
    if (is_interrupted()) return kInterrupted;
    return outcome.failed.value_or(kOk);
}

/// Sends what the files have, in order, and notes each step before and after.
class Following {
 public:
    Following(IngestCheckpoint checkpoint, BatchSender sender, std::vector<FileTail> tails,
              Progress& progress)
        : checkpoint_(std::move(checkpoint)),
          sender_(std::move(sender)),
          tails_(std::move(tails)),
          progress_(progress) {}

    /// Until the files have no more, or with `forever` until an interrupt.
    Attempt<void> run(bool forever) {
        while (!is_interrupted()) {
            bool has_sent = false;
            for (auto& tail : tails_) {
                auto sent = send_next(tail);
                if (!sent) return std::unexpected(sent.error());
                has_sent = has_sent || *sent;
            }
            if (has_sent) continue;
            if (auto saved = checkpoint_.save(); !saved)
                return std::unexpected(report(saved.error()));
            if (!forever && std::ranges::none_of(tails_, &FileTail::holds_event)) return {};
            pause_ms(kFollowPause.count());
        }
        if (auto saved = checkpoint_.save(); !saved) return std::unexpected(failed(saved.error()));
        return {};
    }

    const SendCounts& counts() const { return sender_.counts(); }
    std::vector<FileTail>& tails() { return tails_; }

 private:
    /// report() is silent once we were told to stop; what is lost then must be said.
    static ExitCode failed(const Error& error) {
        std::fprintf(stderr, "logwood: %s\n", error.message.c_str());
        return kFailed;
    }

    Attempt<bool> send_next(FileTail& tail) {
        auto piece = tail.next(kIngestBatchBytes);
        if (!piece) return std::unexpected(failed(piece.error()));
        if (!*piece) return false;
        auto& position = (*piece)->position;
        checkpoint_.set(position);
        if (auto saved = checkpoint_.save(); !saved) return std::unexpected(failed(saved.error()));
        auto key = key_of(fmt::format("{} {} {} {}", checkpoint_.id(), position.id, position.offset,
                                      position.pending_end));
        auto before = counts();
        if (auto sent = sender_.send((*piece)->text, key); !sent)
            return std::unexpected(sent.error());
        checkpoint_.set(tail.commit(**piece));
        progress_.add(counts().events - before.events, counts().bytes - before.bytes);
        return true;
    }

    IngestCheckpoint checkpoint_;
    BatchSender sender_;
    std::vector<FileTail> tails_;
    Progress& progress_;
};

ExitCode ingest_following(const IngestArguments& arguments) {
    for (auto& file : arguments.files)
        if (file == "-")
            return report(Error{Code::kInvalidArgument,
                                "standard input cannot be followed or have a checkpoint: "
                                "without these options it is read until it ends"});
    auto sender = BatchSender::make(arguments.connection, arguments.send);
    if (!sender) return report(sender.error());
    auto checkpoint = IngestCheckpoint::open(arguments.checkpoint, arguments.send.repo);
    if (!checkpoint) return report(checkpoint.error());
    if (arguments.checkpoint.empty())
        std::fprintf(stderr, "without --checkpoint a restart sends everything again\n");
    std::vector<FileTail> tails;
    for (auto& file : arguments.files)
        tails.emplace_back(file, checkpoint->find(file), arguments.send.cut);
    Progress progress(!arguments.no_progress);
    Following following(*std::move(checkpoint), *std::move(sender), std::move(tails), progress);
    auto done = following.run(arguments.follow);
    print_summary(progress.finish(), following.counts().was_changed);
    if (!done && done.error() != kInterrupted) return done.error();
    if (arguments.follow) return kOk;  // It ends only by being told to.
    if (is_interrupted()) return kInterrupted;
    for (auto& tail : following.tails())
        if (!tail.has_opened()) return report(Error{Code::kNotFound, "cannot open " + tail.path()});
    return kOk;
}

ExitCode ingest(IngestArguments arguments) {
    note_interrupts();
    arguments.send.is_patient = arguments.follow;
    auto cut = EventCut::beginning_with(arguments.multiline);
    if (!cut) return report(cut.error());
    arguments.send.cut = *std::move(cut);
    bool is_following = arguments.follow || !arguments.checkpoint.empty();
    return is_following ? ingest_following(arguments) : ingest_once(arguments);
}

}  // namespace

void add_ingest(CLI::App& app, Verb& verb) {
    auto* command = app.add_subcommand(
        "ingest", "Send the lines of files and return when they are acknowledged");
    auto arguments = std::make_shared<IngestArguments>();
    command->add_option("repo", arguments->send.repo)->required();
    command->add_option("file", arguments->files, "Text, plain, gzip or zstd; - is standard input")
        ->required();
    command->add_option("-p,--parser", arguments->send.parser,
                        "Parser: json, kv, accesslog, syslog, none, ...");
    command->add_option("--field", arguments->send.fields, "NAME=VALUE, set on every event")
        ->allow_extra_args(false);
    command->add_option("--multiline,--multiline-begins-with", arguments->multiline,
                        "Regex: a line in which it is found begins an event, the others go on "
                        "with it; '^\\d{4}-' for lines that begin with a date");
    command->add_flag("-f,--follow,--tail", arguments->follow,
                      "Go on with what is written to the files, also when they are rotated");
    command->add_option("--checkpoint", arguments->checkpoint,
                        "File that says how far the files are sent; the next run goes on there");
    command->add_flag("--no-progress", arguments->no_progress);
    add_connection_options(*command, arguments->connection);
    command->callback([arguments, &verb] { verb = [arguments] { return ingest(*arguments); }; });
}

}  // namespace logwood::cli
