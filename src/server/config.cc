#include "server/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <thread>

extern char** environ;

namespace logwood::server {
namespace {

struct Setting {
    std::string_view key;
    std::string_view help;
    Result<void> (*apply)(Config&, std::string_view value);
};

template <typename T>
Result<T> whole_number(std::string_view text, T min, T max) {
    T value{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < min || value > max)
        return fail(Code::kInvalidArgument,
                    fmt::format("`{}` is not a whole number from {} to {}", text, min, max));
    return value;
}

Result<void> set_duration(Duration& into, std::string_view text, Duration unit) {
    TRY(auto number, whole_number<std::int64_t>(text, 1, 1'000'000'000));
    into = number * unit;
    return {};
}

/// Sorted by key.
constexpr Setting kSettings[] = {
    {"CORES", "Processors to use; all by default.",
     [](Config& c, std::string_view v) -> Result<void> {
         TRY(c.cores, whole_number<unsigned>(v, 1, 1024));
         return {};
     }},
    {"DIRECTORY", "Data directory; `data` by default.",
     [](Config& c, std::string_view v) -> Result<void> {
         if (v.empty()) return fail(Code::kInvalidArgument, "is empty");
         c.data_directory = v;
         return {};
     }},
    {"ELASTIC_PORT", "A port of HTTP that looks like Elasticsearch alone; none by default.",
     [](Config& c, std::string_view v) -> Result<void> {
         TRY(c.elastic_port, whole_number<std::uint16_t>(v, 1, 65535));
         return {};
     }},
    {"FLUSH_BLOCK_SECONDS", "Open blocks are sealed when their oldest event is this old.",
     [](Config& c, std::string_view v) { return set_duration(c.digest.flush_interval, v, 1s); }},
    {"HUMIO_HTTP_BIND", "Address that HTTP is bound to; 127.0.0.1 by default.",
     [](Config& c, std::string_view v) -> Result<void> {
         c.listen_host = v;
         return {};
     }},
    {"HUMIO_PORT", "Port of HTTP; 8080 by default.",
     [](Config& c, std::string_view v) -> Result<void> {
         TRY(c.listen_port, whole_number<std::uint16_t>(v, 1, 65535));
         return {};
     }},
    {"IDLE_POLL_TIME_BEFORE_LIVE_QUERY_IS_CANCELLED_MINUTES",
     "Live queries nobody polled for this long are deleted; 60 by default.",
     [](Config& c, std::string_view v) { return set_duration(c.live_expiry, v, 1min); }},
    {"HUMIO_SOCKET_BIND", "Address of ingest listeners that name none; that of HTTP by default.",
     [](Config& c, std::string_view v) -> Result<void> {
         c.socket_bind = v;
         return {};
     }},
    {"INGEST_QUEUE_INITIAL_PARTITIONS", "Partitions of the ingest log at the first start.",
     [](Config& c, std::string_view v) -> Result<void> {
         TRY(c.partitions, whole_number<std::uint32_t>(v, 1, 1024));
         return {};
     }},
    {"LOGWOOD_ASN_DATABASE", "Path of a MaxMind ASN database, for asn().",
     [](Config& c, std::string_view v) -> Result<void> {
         c.ip_databases.owners = v;
         return {};
     }},
    {"LOGWOOD_CHECKPOINT_INTERVAL_MS",
     "Checkpoints of a partition are at least this far apart, and open blocks are flushed so "
     "often.",
     [](Config& c, std::string_view v) -> Result<void> {
         TRY_OK(set_duration(c.digest.checkpoint_interval, v, 1ms));
         c.digest.flush_interval = c.digest.checkpoint_interval;
         return {};
     }},
    {"LOGWOOD_DELETION_GRACE_MS", "How long replaced and expired files stay on disk.",
     [](Config& c, std::string_view v) {
         c.sweeper.interval = 100ms;
         return set_duration(c.sweeper.grace, v, 1ms);
     }},
    {"LOGWOOD_IP_LOCATION_DATABASE", "Path of a MaxMind City database, for ipLocation().",
     [](Config& c, std::string_view v) -> Result<void> {
         c.ip_databases.places = v;
         return {};
     }},
    {"LOGWOOD_LOG_FILE_BYTES", "A file of the commit log is closed once it is this long.",
     [](Config& c, std::string_view v) -> Result<void> {
         TRY(c.log.file_bytes, whole_number<std::uint64_t>(v, 1, log::kFileBytesMax / 2));
         return {};
     }},
    {"LOGWOOD_MERGE_INPUTS_MIN", "Minis of a repository that are enough for a merge.",
     [](Config& c, std::string_view v) -> Result<void> {
         TRY(c.merger.inputs_min, whole_number<std::size_t>(v, 1, 100'000));
         return {};
     }},
    {"LOGWOOD_MERGE_INTERVAL_MS", "How often merges look for work.",
     [](Config& c, std::string_view v) { return set_duration(c.merger.interval, v, 1ms); }},
    {"LOGWOOD_MERGE_QUIET_SECONDS", "Minis are merged when nothing was added for so long.",
     [](Config& c, std::string_view v) { return set_duration(c.merger.quiet, v, 1s); }},
    {"LOGWOOD_SNAPSHOT_EVERY_CHANGES", "Changes of the metadata between two snapshots.",
     [](Config& c, std::string_view v) -> Result<void> {
         TRY(c.snapshot_every_changes, whole_number<std::uint64_t>(v, 1, 1'000'000'000));
         return {};
     }},
};

const Setting* find_setting(std::string_view key) {
    auto at = std::ranges::find(kSettings, key, &Setting::key);
    return at == std::end(kSettings) ? nullptr : at;
}

Result<std::map<std::string, std::string>> parse_file(std::string_view text) {
    std::map<std::string, std::string> values;
    for (std::size_t number = 1; !text.empty(); ++number) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
        while (line.starts_with(' ')) line.remove_prefix(1);
        if (line.empty() || line.starts_with('#')) continue;
        auto equals = line.find('=');
        if (equals == std::string_view::npos || equals == 0)
            return fail(Code::kInvalidArgument,
                        fmt::format("configuration file, line {}: not KEY=VALUE", number));
        values[std::string(line.substr(0, equals))] = line.substr(equals + 1);
    }
    return values;
}

Result<void> apply_known(Config& config, const std::string& key, const std::string& value) {
    if (auto* setting = find_setting(key))
        if (auto applied = setting->apply(config, value); !applied)
            return fail(std::move(applied).error().with_context(key));
    return {};
}

}  // namespace

unsigned Config::cores_used() const {
    return cores ? cores : std::max(1U, std::thread::hardware_concurrency());
}

Result<LoadedConfig> load_config(const std::optional<std::string>& file_text,
                                 const std::map<std::string, std::string>& environment) {
    LoadedConfig loaded;
    if (file_text) {
        TRY(auto values, parse_file(*file_text));
        for (auto& [key, value] : values) {
            TRY_OK(apply_known(loaded.config, key, value));
            if (!find_setting(key))
                loaded.warnings.push_back(
                    fmt::format("configuration file: {} is not known and has no effect", key));
        }
    }
    for (auto& [key, value] : environment) {
        TRY_OK(apply_known(loaded.config, key, value));
        if (key.starts_with("LOGWOOD_") && key != "LOGWOOD_FAILPOINTS" && !find_setting(key))
            loaded.warnings.push_back(
                fmt::format("environment: {} is not known and has no effect", key));
    }
    return loaded;
}

std::map<std::string, std::string> process_environment() {
    std::map<std::string, std::string> values;
    for (char** entry = environ; *entry; ++entry) {
        std::string_view text(*entry);
        if (auto equals = text.find('='); equals != std::string_view::npos)
            values[std::string(text.substr(0, equals))] = text.substr(equals + 1);
    }
    return values;
}

Result<void> set_listen(Config& config, std::string_view text) {
    auto colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return fail(Code::kInvalidArgument, fmt::format("`{}` is not HOST:PORT", text));
    auto host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.empty()) return fail(Code::kInvalidArgument, fmt::format("`{}` has no host", text));
    TRY(config.listen_port, whole_number<std::uint16_t>(text.substr(colon + 1), 0, 65535));
    config.listen_host = host;
    return {};
}

std::vector<SettingHelp> describe_settings() {
    std::vector<SettingHelp> all;
    for (auto& setting : kSettings)
        all.push_back({std::string(setting.key), std::string(setting.help)});
    return all;
}

}  // namespace logwood::server
