#include "server/node_metrics.h"

#include "base/server_log.h"
#include "store/limits.h"

namespace logwood::server {
namespace {

/// A counter that reads a member of a service's counters.
template <typename Service, typename Counters>
void add(api::Metrics& metrics, std::string name, std::string help, const Service& service,
         std::uint64_t Counters::* member) {
    metrics.add_counter(std::move(name), std::move(help), [&service, member] {
        return static_cast<double>(service.counters().*member);
    });
}

void add_digest_metrics(api::Metrics& metrics, const digest::Digest& digest) {
    using C = digest::Counters;
    add(metrics, "logwood_digest_records_total", "Records consumed", digest, &C::records);
    add(metrics, "logwood_digest_events_total", "Events consumed", digest, &C::events);
    add(metrics, "logwood_digest_raw_bytes_total", "Original bytes consumed", digest,
        &C::raw_bytes);
    add(metrics, "logwood_digest_checkpoints_total", "Checkpoints", digest, &C::checkpoints);
    add(metrics, "logwood_digest_checkpoint_bytes_total", "Bytes of checkpoint files", digest,
        &C::checkpoint_bytes);
    add(metrics, "logwood_digest_repeated_records_total", "Records dropped: their key was known",
        digest, &C::repeated_records);
    add(metrics, "logwood_digest_keys_forgotten_early_total", "Keys forgotten before their time",
        digest, &C::keys_forgotten_early);
    add(metrics, "logwood_digest_key_files_lost_total", "Damaged key files", digest,
        &C::key_files_lost);
    add(metrics, "logwood_digest_poison_records_total", "Records set aside", digest,
        &C::poison_records);
    add(metrics, "logwood_digest_gaps_total", "Losses found in the log", digest, &C::gaps);
    add(metrics, "logwood_digest_rebuilt_files_total", "Checkpoint files built again", digest,
        &C::rebuilt_files);
    add(metrics, "logwood_digest_lost_files_total", "Checkpoint files lost", digest,
        &C::lost_files);
    add(metrics, "logwood_digest_failures_total", "Failed attempts", digest, &C::failures);
}

void add_store_metrics(api::Metrics& metrics, Node& node) {
    using M = store::Merger::Counters;
    add(metrics, "logwood_merge_merges_total", "Merges", node.merger(), &M::merges);
    add(metrics, "logwood_merge_inputs_total", "Minis merged", node.merger(), &M::inputs);
    add(metrics, "logwood_merge_outputs_total", "Segments made by merges", node.merger(),
        &M::outputs);
    add(metrics, "logwood_merge_raw_bytes_total", "Original bytes merged", node.merger(),
        &M::raw_bytes);
    add(metrics, "logwood_merge_failures_total", "Failed merges", node.merger(), &M::failures);
    using S = store::Sweeper::Counters;
    add(metrics, "logwood_sweep_segments_gone_total", "Segments forgotten", node.sweeper(),
        &S::segments_gone);
    add(metrics, "logwood_sweep_files_unlinked_total", "Files unlinked", node.sweeper(),
        &S::files_unlinked);
    using R = store::Retention::Counters;
    add(metrics, "logwood_retention_segments_expired_total", "Segments expired", node.retention(),
        &R::segments_expired);
    metrics.add_gauge("logwood_disk_used_ratio", "Used share of the data disk",
                      [&node] { return node.disk().used_share(); });
    metrics.add_gauge("logwood_open_blocks_bytes", "Memory of open blocks",
                      [&node] { return static_cast<double>(node.blocks().memory()); });
}

template <typename Visit>
double sum_segments(Node& node, Visit visit) {
    double total = 0;
    for (auto& [repo, live] : node.global().state().live_by_repo())
        for (auto& [key, segment] : live) total += visit(*segment);
    return total;
}

void add_segment_metrics(api::Metrics& metrics, Node& node) {
    for (auto [kind, name] : {std::pair{global::SegmentKind::kSection, "mini"},
                              {global::SegmentKind::kMerged, "merged"}}) {
        auto add_sum = [&](std::string metric, std::string help, auto value) {
            metrics.add_gauge(std::move(metric), std::move(help),
                              [&node, kind, value] {
                                  return sum_segments(node, [&](auto& s) {
                                      return s.kind == kind ? static_cast<double>(value(s)) : 0.0;
                                  });
                              },
                              {{"kind", name}});
        };
        add_sum("logwood_segments", "Live segments", [](auto&) { return 1; });
        add_sum("logwood_segments_rows", "Events in live segments", [](auto& s) { return s.rows; });
        add_sum("logwood_segments_raw_bytes", "Original bytes in live segments",
                [](auto& s) { return s.raw_bytes; });
        add_sum("logwood_segments_stored_bytes", "Stored bytes of live segments",
                [](auto& s) { return s.stored_bytes; });
    }
}

}  // namespace

void add_node_metrics(api::Metrics& metrics, Node& node) {
    add_digest_metrics(metrics, node.digest());
    add_store_metrics(metrics, node);
    add_segment_metrics(metrics, node);
    metrics.add_counter("logwood_log_problems_total", "Warnings and errors logged",
                        [] { return static_cast<double>(server_log::problems_written()); });
}

void add_listener_metrics(api::Metrics& metrics, const ingest::Listeners& listeners) {
    using C = ingest::ListenerCounters;
    metrics.add_gauge(
        "logwood_listener_connections_open", "Connections to ingest listeners",
        [&listeners] { return static_cast<double>(listeners.counters().connections_open); });
    add(metrics, "logwood_listener_connections_refused_total", "Connections beyond the limit",
        listeners, &C::connections_refused);
    add(metrics, "logwood_listener_messages_total", "Messages stored", listeners, &C::messages);
    add(metrics, "logwood_listener_messages_cut_total", "Messages that were too long", listeners,
        &C::messages_cut);
    add(metrics, "logwood_listener_messages_dropped_total",
        "Messages that were not stored: the log would not take them, and they could not wait",
        listeners, &C::messages_dropped);
    add(metrics, "logwood_listener_datagrams_lost_total", "Datagrams that the kernel dropped",
        listeners, &C::datagrams_lost);
    add(metrics, "logwood_listener_chunks_dropped_total", "GELF messages that were not whole",
        listeners, &C::chunks_dropped);
    add(metrics, "logwood_listener_framing_errors_total", "Connections with a wrong octet count",
        listeners, &C::framing_errors);
    add(metrics, "logwood_listener_crowded_out_total",
        "Connections closed as too many messages were incomplete", listeners, &C::crowded_out);
    add(metrics, "logwood_listener_waits_total", "Times that a stream waited for the log",
        listeners, &C::waits);
}

std::vector<api::HealthCheck> check_health(Node& node) {
    using enum api::Health;
    constexpr double kWarnShare = 0.9;
    auto used = node.disk().used_share();
    auto& counters = node.digest().counters();
    auto failed = node.global().failed();
    return {
        {.name = "primary-disk-usage",
         .health = node.disk().is_full() || used >= kWarnShare ? kWarn : kOk,
         .message = node.disk().is_full() ? "the disk is full: no data is taken" : "",
         .fields = {{"used", used * 100}}},
        {.name = "metadata",
         .health = failed ? kDown : kOk,
         .message = failed ? failed->to_string() : "",
         .fields = {}},
        {.name = "commit-log",
         .health = counters.gaps > 0 || counters.lost_files > 0 ? kWarn : kOk,
         .message =
             counters.gaps > 0 || counters.lost_files > 0 ? "acknowledged data was lost" : "",
         .fields = {{"gaps", static_cast<double>(counters.gaps)},
                    {"lost_files", static_cast<double>(counters.lost_files)}}},
    };
}

}  // namespace logwood::server
