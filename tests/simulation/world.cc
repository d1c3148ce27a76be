// One node on a simulated loop and disk. The node is the real one: log, metadata, digest, merge,
// retention and search. Writers append records and a reader queries all the time, while the power
// goes, the process dies, the disk fails or fills up. Half of the records have a request key: what
// became of them unknown is sent again, over crashes too, and some that were acknowledged as well.
// Each complete answer is checked.
#include "simulation/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <set>
#include <utility>

#include "base/bytes.h"
#include "log/limits.h"
#include "log/record.h"
#include "server/node.h"
#include "simulation/ledger.h"
#include "testing/sim_file_system.h"
#include "testing/sim_loop.h"
#include "testing/sim_random.h"

namespace logwood::simulation {
namespace {

using testing::SimFileSystem;
using testing::SimLoop;
using testing::SimRandom;

constexpr std::uint64_t kRecordEventsMax = 10;
constexpr auto kWritePauseMax = 7s;
constexpr auto kQueryPauseMax = 10s;
constexpr auto kStartTimeout = std::chrono::minutes(6);
constexpr int kStartsMax = 200;
/// A client that got no answer for so long gives up: the window of keys, but for the time between
/// an append and the record's own time.
constexpr auto kGiveUpAfter = log::kRequestKeyWindow - std::chrono::minutes(1);
/// A run goes on until it has seen so much.
constexpr std::size_t kEventsMin = 2000;
constexpr std::uint64_t kFaultsMin = 5;

server::Config small_config() {
    server::Config config;
    config.data_directory = "data";
    config.cores = 2;
    config.digest.checkpoint_raw_bytes = 4 << 10;
    config.digest.checkpoint_interval = 2s;
    config.digest.flush_interval = 15s;
    config.merger.inputs_min = 4;
    config.merger.quiet = 40s;
    config.sweeper.grace = 5s;
    config.sweeper.interval = 2s;
    config.snapshot_every_changes = 8;
    return config;
}

class World {
 public:
    World(std::uint64_t seed, const WorldOptions& options)
        : options_(options), random_(seed), loop_(seed + 1), files_(seed + 2) {
        report_.seed = seed;
    }
    ~World() { power_off(); }

    Report run() {
        set_standing_faults();
        while (ok() && !is_long_enough()) {
            if (!session_ && !boot()) continue;
            auto next_fault = loop_.now() + Duration(random_.below(Duration(45s).count()));
            loop_.run_until([&] { return loop_.now() >= next_fault || files_.is_dead() || !ok(); });
            if (ok()) files_.is_dead() ? power_cut("the disk died") : inject();
        }
        if (ok()) finish();
        report_.events = ledger_.issued();
        report_.acknowledged = ledger_.acknowledged();
        note(fmt::format("{} {} {}", ledger_.issued(), ledger_.acknowledged(), loop_.now().ns));
        return report_;
    }

 private:
    struct Session {
        Session(async::Runtime runtime) : node(runtime, small_config()), gate(runtime.loop) {}
        server::Node node;
        async::Gate gate;
        RepoId repo;
    };

    bool ok() const { return report_.violation.empty(); }
    bool is_long_enough() const {
        return loop_.now() - MonoTime{} >= options_.length && ledger_.issued() >= kEventsMin &&
               report_.faults >= kFaultsMin;
    }
    void violate(std::string what) {
        if (ok()) report_.violation = std::move(what);
    }
    /// Everything that can differ between two runs goes into the digest.
    void note(const std::string& what) {
        report_.digest = checksum64(what, report_.digest);
        if (options_.verbose)
            std::printf("%10.3f s  %s\n",
                        std::chrono::duration<double>(loop_.now() - MonoTime{}).count(),
                        what.c_str());
    }

    void set_standing_faults() {
        files_.faults = {};
        files_.faults.sync_does_nothing = options_.sync_does_nothing;
        files_.faults.sync_dir_does_nothing = options_.sync_dir_does_nothing;
    }

    // -- The node's life.

    bool boot() {
        if (++report_.starts > kStartsMax) {
            violate("the node does not come up any more");
            return false;
        }
        heal_when_due();
        session_ = std::make_unique<Session>(async::Runtime{loop_, random_, files_});
        auto started = loop_.run(session_->node.start(), kStartTimeout);
        if (started && *started) started = loop_.run(prepare(), kStartTimeout);
        if (started && *started && !files_.is_dead()) {
            note("up");
            for (int i = 0; i < 2; ++i) session_->gate.spawn(write());
            session_->gate.spawn(write_again());
            session_->gate.spawn(query());
            return true;
        }
        note(started ? (*started ? "dead" : "start failed: " + started->error().to_string())
                     : std::string("start hangs"));
        if (!started && !files_.is_dead()) violate("the start hangs");
        if (files_.is_dead()) {
            power_cut("the disk died during the start");
        } else {
            power_off();
            files_.restart();
            // Nobody starts a node for ever on a failing disk: it gets better some time.
            if (random_.one_in(3)) set_standing_faults();
        }
        return false;
    }

    async::Task<Result<void>> prepare() {
        auto& global = session_->node.global();
        auto repo = global.state().repository_named("sim");
        if (repo) {
            session_->repo = repo->id;
            co_return {};
        }
        CO_TRY(session_->repo, co_await global.create_repository("sim"));
        co_return {};
    }

    void power_off() {
        if (session_) {
            report_.checkpoints +=
                session_->node.is_started() ? session_->node.digest().counters().checkpoints : 0;
            report_.merges +=
                session_->node.is_started() ? session_->node.merger().counters().merges : 0;
            report_.repeats += session_->node.is_started()
                                   ? session_->node.digest().counters().repeated_records
                                   : 0;
        }
        loop_.drop_all();
        session_.reset();
        loop_.drop_all();  // locks that were held wake their dead waiters
        in_flight_.clear();
    }

    void power_cut(const char* why) {
        note(fmt::format("power cut: {}", why));
        ++report_.crashes;
        power_off();
        files_.crash();
    }

    void stop_gracefully() {
        note("graceful stop");
        auto stopped = loop_.run(stop(), kStartTimeout);
        if (!stopped && !files_.is_dead()) violate("the stop hangs");
        power_off();
        files_.restart();
    }
    async::Task<void> stop() {
        session_->gate.request_stop();
        co_await session_->node.stop();
        co_await session_->gate.close();
    }

    // -- Faults.

    void inject() {
        ++report_.faults;
        switch (random_.below(10)) {
            case 0:
            case 1:
                return power_cut("by chance");
            case 2:
                note("the disk will die soon");
                return files_.die_at_op(files_.operations() + random_.below(60));
            case 3:
                note("process killed");
                ++report_.crashes;
                power_off();
                return files_.restart();
            case 4:
                return stop_gracefully();
            case 5:
                note("one call will fail");
                return files_.fail_at_op(files_.operations() + random_.below(60));
            case 6:
                note("write and sync errors");
                files_.faults.write_error_in = 5 + random_.below(60);
                files_.faults.sync_error_in = 5 + random_.below(60);
                return heal_later();
            case 7:
                note("read and directory errors");
                files_.faults.read_error_in = 10 + random_.below(60);
                files_.faults.sync_dir_error_in = 5 + random_.below(30);
                return heal_later();
            case 8:
                note("disk full");
                files_.faults.capacity_bytes = used_bytes() + random_.below(20'000);
                return heal_later();
            default: {
                auto by = Duration(24h) - Duration(random_.below(Duration(48h).count()));
                note("the clock jumps");
                // Windows of keys are of civil time: those of before may be over.
                keyed_.clear();
                ++clock_jumps_;
                return loop_.jump_utc(by);
            }
        }
    }

    void heal_later() {
        heal_at_ = loop_.now() + Duration(random_.below(Duration(20s).count()));
        heal_when_due();
    }
    /// A crash forgets timers, but the disk gets better all the same.
    void heal_when_due() {
        if (heal_at_ == MonoTime::never()) return;
        loop_.call_at(heal_at_, [this, due = heal_at_] {
            if (heal_at_ != due) return;
            heal_at_ = MonoTime::never();
            note("healed");
            set_standing_faults();
        });
    }

    std::uint64_t used_bytes() {
        auto space = files_.space("data");
        return space ? space->capacity_bytes - space->free_bytes : 0;
    }

    // -- Load.

    async::Task<void> write() {
        auto& session = *session_;
        while (!session.gate.closing()) {
            co_await session.gate.pause_for(
                Duration(random_.below(Duration(kWritePauseMax).count())));
            if (session.gate.closing()) break;
            auto events = ledger_.issue(1 + random_.below(kRecordEventsMax));
            model::PartitionId partition(static_cast<std::uint32_t>(random_.below(2)));
            auto payload = log::encode_record(make_record(session.repo, events));
            if (!payload) {
                violate("a record does not encode");
                co_return;
            }
            auto answer = co_await append(session, partition, *std::move(payload));
            ledger_.settle(events, partition, answer);
            note(fmt::format("append {} {}", events.front(), answer ? answer->value : UINT64_MAX));
        }
    }

    async::Task<Result<model::LogOffset>> append(Session& session, model::PartitionId partition,
                                                 std::string payload) {
        auto in_flight = in_flight_.insert(clock_jumps_);
        auto answer =
            co_await session.node.log().append(log::ingest_stream(partition), std::move(payload));
        in_flight_.erase(in_flight);
        co_return answer;
    }
    /// Whether a record stamped before the clock jumped may still come behind those stamped now,
    /// and end the windows of their keys.
    bool has_stale_in_flight() const {
        return !in_flight_.empty() && *in_flight_.begin() < clock_jumps_;
    }

    /// A record with a request key that may be sent again.
    struct Keyed {
        std::vector<std::uint64_t> events;
        model::PartitionId partition;
        model::Record record;
        MonoTime since;
        bool is_sent = false;  ///< Once at least; what became of it may be unknown.
    };

    /// Sends keyed records: new ones, and those of before whose answer was unknown or got lost.
    async::Task<void> write_again() {
        auto& session = *session_;
        while (!session.gate.closing()) {
            co_await session.gate.pause_for(
                Duration(random_.below(Duration(kWritePauseMax).count())));
            if (session.gate.closing()) break;
            std::erase_if(keyed_, [&](auto& k) { return loop_.now() - k->since > kGiveUpAfter; });
            if (keyed_.empty() || random_.one_in(2)) issue_keyed(session.repo);
            auto keyed = keyed_[random_.below(keyed_.size())];
            co_await send_keyed(session, keyed);
        }
    }

    void issue_keyed(RepoId repo) {
        auto events = ledger_.issue(1 + random_.below(kRecordEventsMax));
        auto record = make_record(repo, events);
        record.request_key = Id128{1, events.front() + 1};
        keyed_.push_back(std::make_shared<Keyed>(
            Keyed{.events = std::move(events),
                  .partition = model::PartitionId(static_cast<std::uint32_t>(random_.below(2))),
                  .record = std::move(record),
                  .since = loop_.now()}));
    }

    async::Task<void> send_keyed(Session& session, std::shared_ptr<Keyed> keyed) {
        bool is_first = !std::exchange(keyed->is_sent, true);
        report_.retries += !is_first;
        keyed->record.ingest_time = loop_.utc_now();
        auto sent = keyed->record;
        if (options_.retries_have_no_key && !is_first) sent.request_key = {};
        auto payload = log::encode_record(sent);
        if (!payload) {
            violate("a record does not encode");
            co_return;
        }
        bool may_retry = !has_stale_in_flight();
        ledger_.begin_keyed(keyed->events);
        auto answer = co_await append(session, keyed->partition, *std::move(payload));
        ledger_.settle_keyed(keyed->events, keyed->partition, answer, is_first);
        note(fmt::format("{} {} {}", is_first ? "keyed append" : "retry", keyed->events.front(),
                         answer ? answer->value : UINT64_MAX));
        // A client that has its answer is done, mostly.
        if (!may_retry || (answer && !random_.one_in(3))) std::erase(keyed_, keyed);
    }

    model::Record make_record(RepoId repo, const std::vector<std::uint64_t>& events) {
        model::Record record;
        record.repo = repo;
        record.tags.set("type", random_.one_in(3) ? "a" : "b");
        record.ingest_time = loop_.utc_now();
        model::EventBatchBuilder builder;
        for (auto number : events) {
            builder.add("@rawstring", fmt::format("event {} says {:x}", number, random_.next()));
            builder.add("n", std::to_string(number));
            if (random_.one_in(4)) builder.add("sometimes", std::string(random_.below(40), 'x'));
            // Mostly now, sometimes of another day.
            auto age =
                random_.one_in(10) ? Duration(random_.below(Duration(72h).count())) : Duration(0);
            builder.end_event((record.ingest_time - age).ns);
        }
        record.events = builder.finish();
        return record;
    }

    async::Task<void> query() {
        auto& session = *session_;
        while (!session.gate.closing()) {
            co_await session.gate.pause_for(
                Duration(random_.below(Duration(kQueryPauseMax).count())));
            if (session.gate.closing()) break;
            auto view = co_await answer();
            if (!view) {
                note("query failed: " + view.error().to_string());
            } else if (view->cancelled || !view->missing.empty()) {
                note(fmt::format("incomplete answer: {}", view->missing.size()));
            } else {
                check(*view);
            }
        }
    }

    async::Task<Result<search::JobView>> answer() {
        auto& search = session_->node.search();
        search::QueryInput input;
        input.query_string = "select([@id, n]) | tail(200000)";
        input.start = std::int64_t{0};
        input.end = std::int64_t{4'102'444'800'000};
        CO_TRY(auto job, search.create("sim", std::move(input)));
        while (true) {
            CO_TRY(auto view, co_await search.poll("sim", job.id, {}));
            if (!view.done && !view.cancelled) continue;
            (void)search.remove("sim", job.id);
            co_return view;
        }
    }

    void check(const search::JobView& view) {
        ++report_.answers_checked;
        note(fmt::format("answer of {} rows", view.result->rows.size()));
        if (auto wrong = ledger_.check(view)) violate(*wrong);
        check_state();
    }

    /// The log may be trimmed only below what is registered, which lies in the log.
    void check_state() {
        auto& node = session_->node;
        for (std::uint32_t i = 0; i < node.global().state().partition_count(); ++i) {
            auto partition = node.global().state().partition(model::PartitionId(i));
            auto stream = log::ingest_stream(partition->id);
            if (node.log().begin(stream) > partition->trim_watermark ||
                partition->trim_watermark > partition->registered_end ||
                partition->registered_end > node.log().end(stream))
                violate(fmt::format("partition {}: log [{}, {}), watermark {}, registered {}", i,
                                    node.log().begin(stream).value, node.log().end(stream).value,
                                    partition->trim_watermark.value,
                                    partition->registered_end.value));
        }
    }

    /// All faults are over: a last power cut, then everything acknowledged must be there.
    void finish() {
        set_standing_faults();
        if (session_) power_cut("the last one");
        while (!session_ && ok()) boot();
        if (!ok()) return;
        auto view = loop_.run(answer(), kStartTimeout);
        if (!view || !*view) return violate("the last query fails");
        if ((*view)->cancelled || !(*view)->missing.empty())
            return violate("the last answer is incomplete: " +
                           ((*view)->missing.empty() ? "" : (*view)->missing[0].message));
        for (auto& cut : (*view)->cuts)
            if (cut.end < session_->node.log().end(log::ingest_stream(cut.partition)) &&
                ledger_.acknowledged() == ledger_.issued())
                return violate("the last answer was cut below the log's end");
        check(**view);
        if (ok()) stop_gracefully();
    }

    WorldOptions options_;
    Report report_;
    SimRandom random_;
    SimLoop loop_;
    SimFileSystem files_;
    Ledger ledger_;
    MonoTime heal_at_ = MonoTime::never();  ///< When the present fault of the disk ends.
    /// What clients of several lives of the node hold on to.
    std::vector<std::shared_ptr<Keyed>> keyed_;
    std::uint64_t clock_jumps_ = 0;
    std::multiset<std::uint64_t> in_flight_;  ///< Of each append, the jumps before it.
    std::unique_ptr<Session> session_;
};

}  // namespace

Report run_world(std::uint64_t seed, const WorldOptions& options) {
    return World(seed, options).run();
}

}  // namespace logwood::simulation
