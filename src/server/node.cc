// The order of starting is the order of trust: the log says what was acknowledged, Global what is
// registered, the sweeper removes what neither names, and only then anything writes files.
#include "server/node.h"

#include <fmt/format.h>

#include <utility>

#include "base/server_log.h"
#include "server/host_identity.h"
#include "server/limits.h"

namespace logwood::server {
namespace {

/// As many partitions as the directory already has, if that is more than configured.
std::uint32_t count_partitions(async::FileSystem& files, const std::string& directory,
                               std::uint32_t configured) {
    auto count = configured;
    while (files.exists(fmt::format("{}/log/humio-ingest-{}", directory, count)).value_or(false))
        ++count;
    return count;
}

}  // namespace

Node::Node(async::Runtime runtime, Config config)
    : runtime_(runtime), config_(std::move(config)), layout_(config_.data_directory) {}

Node::~Node() = default;

async::Task<Result<void>> Node::start() {
    auto started = co_await start_all();
    if (!started) co_await stop();
    co_return started;
}

async::Task<Result<void>> Node::start_all() {
    CO_TRY_OK(co_await open_log());
    CO_TRY_OK(co_await start_global());
    CO_TRY_OK(check_log_reaches_registered());
    CO_TRY_OK(co_await start_storage());
    CO_TRY_OK(co_await start_lookup_files());
    auto durable_end = [this](model::PartitionId partition) {
        return log_->end(log::ingest_stream(partition));
    };
    CO_TRY_OK(empty_spill_directory());
    auto lookups_of = [this](const auto& repos) { return lookup_files_->lookups_of(repos); };
    data_ = std::make_unique<search::LocalData>(global_->state(), *blocks_, *segments_,
                                                std::move(durable_end), std::move(lookups_of));
    search_ = std::make_unique<search::Search>(
        runtime_, *data_,
        search::SearchOptions{.workers = config_.cores_used(),
                              .spill_directory = layout_.spill_directory(),
                              .live_expiry = config_.live_expiry});
    search_->start();
    if (!co_await digest_->catch_up(runtime_.loop.now() + kCatchUpTimeout))
        server_log::warning("server", "started before all of the log was consumed");
    co_return {};
}

/// A file is there only if the process was killed just when it was made.
Result<void> Node::empty_spill_directory() {
    auto directory = layout_.spill_directory();
    TRY_OK(runtime_.files.create_directories(directory));
    TRY(auto names, runtime_.files.list(directory));
    for (auto& name : names) TRY_OK(runtime_.files.remove(directory + "/" + name));
    return {};
}

async::Task<Result<void>> Node::open_log() {
    auto& files = runtime_.files;
    CO_TRY_OK(files.create_directories(config_.data_directory));
    std::vector<log::StreamId> streams{log::global_stream()};
    auto count = count_partitions(files, config_.data_directory, config_.partitions);
    for (std::uint32_t i = 0; i < count; ++i)
        streams.push_back(log::ingest_stream(model::PartitionId(i)));
    CO_TRY(log_, co_await log::LocalLog::open(runtime_, config_.data_directory + "/log",
                                              std::move(streams), config_.log));
    config_.partitions = count;
    co_return {};
}

async::Task<Result<void>> Node::start_global() {
    CO_TRY(auto host, load_host_id(runtime_.files, runtime_.random, config_.data_directory));
    global_ = std::make_unique<global::Global>(
        runtime_, *log_,
        global::GlobalOptions{.host = host,
                              .host_name = config_.listen_host,
                              .data_directory = config_.data_directory,
                              .snapshot_every = config_.snapshot_every_changes});
    CO_TRY_OK(co_await global_->start());
    if (global_->state().partition_count() < config_.partitions)
        CO_TRY_OK(co_await global_->init_partitions(config_.partitions));
    co_return {};
}

/// A log that ends below what is registered has lost acknowledged data, and would give its offsets
/// to new records, which nobody would ever see.
Result<void> Node::check_log_reaches_registered() const {
    for (std::uint32_t i = 0; i < global_->state().partition_count(); ++i) {
        auto partition = global_->state().partition(model::PartitionId(i));
        auto end = log_->end(log::ingest_stream(partition->id));
        if (partition->epoch == log_->epoch() && end >= partition->registered_end) continue;
        return fail(Code::kCorrupt,
                    fmt::format("partition {}: the commit log ends at {} of epoch {}, but {} of "
                                "epoch {} is registered; the log below {}/log is not the one that "
                                "this data was made from",
                                i, end.value, log_->epoch().value, partition->registered_end.value,
                                partition->epoch.value, config_.data_directory));
    }
    return {};
}

async::Task<Result<void>> Node::start_storage() {
    disk_ = std::make_unique<store::DiskGuard>(runtime_, config_.data_directory);
    CO_TRY_OK(co_await disk_->start());
    segments_ = std::make_unique<store::SegmentStore>(runtime_, layout_);
    blocks_ = std::make_unique<store::OpenBlocks>(runtime_.loop);
    sweeper_ = std::make_unique<store::Sweeper>(runtime_, *global_, *segments_, config_.sweeper);
    CO_TRY_OK(co_await sweeper_->start());
    digest_ = std::make_unique<digest::Digest>(runtime_, *log_, *global_, *blocks_, *disk_, layout_,
                                               config_.digest);
    digest_->start();
    merger_ =
        std::make_unique<store::Merger>(runtime_, *global_, *segments_, *disk_, config_.merger);
    merger_->start();
    retention_ = std::make_unique<store::Retention>(runtime_, *global_);
    retention_->start();
    co_return {};
}

async::Task<Result<void>> Node::start_lookup_files() {
    CO_TRY(auto addresses, lookup::open_ip_database(config_.ip_databases));
    lookup_files_ = std::make_unique<lookup::LookupFiles>(
        runtime_, *global_, config_.data_directory,
        lookup::LookupFilesOptions{.addresses = std::move(addresses),
                                   .is_full = [this] { return disk_->is_full(); }});
    co_return co_await lookup_files_->start();
}

async::Task<void> Node::stop() {
    if (search_) co_await search_->stop();
    if (lookup_files_) co_await lookup_files_->stop();
    if (retention_) co_await retention_->stop();
    if (merger_) co_await merger_->stop();
    if (digest_) co_await digest_->stop();
    if (sweeper_) co_await sweeper_->stop();
    if (disk_) co_await disk_->stop();
    if (global_) co_await global_->stop();
    if (log_) co_await log_->close();
}

}  // namespace logwood::server
