#pragma once

#include <memory>

#include "async/runtime.h"
#include "digest/digest.h"
#include "global/global.h"
#include "log/local_log.h"
#include "lookup/lookup_files.h"
#include "search/local_data.h"
#include "search/search.h"
#include "server/config.h"
#include "store/disk_guard.h"
#include "store/merger.h"
#include "store/open_blocks.h"
#include "store/retention.h"
#include "store/segment_store.h"
#include "store/sweeper.h"

namespace logwood::server {

/// All services of one node but its listeners: log, metadata, digest, storage and search. Runs on
/// whatever runtime it is given, a simulated one too. Loop thread.
class Node {
 public:
    /// Borrows the runtime for its life.
    Node(async::Runtime runtime, Config config);
    ~Node();

    /// Opens the data directory and starts everything; returns when what was durable in the log is
    /// searchable. On failure everything is stopped again.
    async::Task<Result<void>> start();
    async::Task<void> stop();
    /// True once start() has begun to start the services that may be asked for below.
    bool is_started() const { return search_ != nullptr; }

    async::Runtime& runtime() { return runtime_; }
    const Config& config() const { return config_; }
    log::LocalLog& log() { return *log_; }
    global::Global& global() { return *global_; }
    store::OpenBlocks& blocks() { return *blocks_; }
    store::DiskGuard& disk() { return *disk_; }
    digest::Digest& digest() { return *digest_; }
    store::Merger& merger() { return *merger_; }
    store::Sweeper& sweeper() { return *sweeper_; }
    store::Retention& retention() { return *retention_; }
    lookup::LookupFiles& lookup_files() { return *lookup_files_; }
    search::Search& search() { return *search_; }

 private:
    async::Task<Result<void>> start_all();
    async::Task<Result<void>> open_log();
    async::Task<Result<void>> start_global();
    Result<void> check_log_reaches_registered() const;
    Result<void> empty_spill_directory();
    async::Task<Result<void>> start_storage();
    async::Task<Result<void>> start_lookup_files();

    async::Runtime runtime_;
    Config config_;
    store::Layout layout_;
    std::unique_ptr<log::LocalLog> log_;
    std::unique_ptr<global::Global> global_;
    std::unique_ptr<store::DiskGuard> disk_;
    std::unique_ptr<store::SegmentStore> segments_;
    std::unique_ptr<store::OpenBlocks> blocks_;
    std::unique_ptr<store::Sweeper> sweeper_;
    std::unique_ptr<digest::Digest> digest_;
    std::unique_ptr<store::Merger> merger_;
    std::unique_ptr<store::Retention> retention_;
    std::unique_ptr<lookup::LookupFiles> lookup_files_;
    std::unique_ptr<search::LocalData> data_;
    std::unique_ptr<search::Search> search_;
};

}  // namespace logwood::server
