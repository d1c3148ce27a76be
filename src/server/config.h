#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "digest/partition_digest.h"
#include "global/global.h"
#include "log/local_log.h"
#include "lookup/ip_database.h"
#include "search/limits.h"
#include "store/merger.h"
#include "store/sweeper.h"

namespace logwood::server {

/// What a node is told from outside; each value has a default that suits one machine.
struct Config {
    std::string data_directory = "data";
    std::string listen_host = "127.0.0.1";
    std::uint16_t listen_port = 8080;
    std::uint16_t elastic_port = 0;  ///< Of what looks like Elasticsearch alone; 0: none.
    std::string socket_bind;         ///< Of ingest listeners; empty: as HTTP.
    unsigned cores = 0;              ///< 0 = as many as the machine has.
    std::uint32_t partitions = 2;
    lookup::IpDatabasePaths ip_databases;
    log::LocalLogOptions log;
    Duration live_expiry = search::kLiveJobExpiry;  ///< Of live queries nobody polls.
    digest::DigestOptions digest;
    store::MergerOptions merger;
    store::SweeperOptions sweeper;
    global::Version snapshot_every_changes = global::kSnapshotEvery;

    /// Cores to use, at least 1.
    unsigned cores_used() const;
};

struct LoadedConfig {
    Config config;
    /// Sentences about keys that mean nothing here, to be logged.
    std::vector<std::string> warnings;
};

/// Reads the settings: `KEY=VALUE` lines of the file (if a path is given), then the environment,
/// which wins. Names are LogScale's where the meaning is the same; our own begin with LOGWOOD_.
/// kInvalidArgument names the key whose value is wrong. Keys of the file that are not known, and
/// unknown LOGWOOD_ variables of the environment, are warned about.
Result<LoadedConfig> load_config(const std::optional<std::string>& file_text,
                                 const std::map<std::string, std::string>& environment);

/// The process's environment.
std::map<std::string, std::string> process_environment();

/// `host:port` or `[v6]:port`.
Result<void> set_listen(Config& config, std::string_view text);

struct SettingHelp {
    std::string key;
    std::string help;
};
/// All settings, for the help text and the documentation.
std::vector<SettingHelp> describe_settings();

}  // namespace logwood::server
