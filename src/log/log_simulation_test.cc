// A log on a disk that fails, under clients, a reader and a trimmer, through power cuts and
// restarts, from one seed. A ledger outside the simulated machine remembers every answer, and is
// compared with what can be read after each recovery. The mutants at the end show that it would
// notice.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "async/sync.h"
#include "log/local_log.h"
#include "testing/sim_file_system.h"
#include "testing/sim_loop.h"

namespace logwood::log {
namespace {

using async::Task;
using testing::SimFileSystem;
using testing::SimLoop;
using testing::SimRandom;

const StreamId kStream{"humio-ingest", model::PartitionId(3)};

/// What the world outside knows.
struct Ledger {
    std::map<std::uint64_t, std::string> acked;  ///< By offset.
    std::set<std::string> refused;               ///< `stored: no`.
    std::map<std::uint64_t, std::string> seen;   ///< By offset, by any reader at any time.
    std::uint64_t trimmed_below = 0;
    std::string violation;

    void violate(const std::string& text) {
        if (violation.empty()) violation = text;
    }
    void note_seen(std::uint64_t offset, const std::string& payload) {
        auto [at, is_new] = seen.try_emplace(offset, payload);
        if (!is_new && at->second != payload)
            violate("offset " + std::to_string(offset) + " was '" + at->second.substr(0, 20) +
                    "', is '" + payload.substr(0, 20) + "'");
        if (refused.contains(payload)) violate("refused, but appears: " + payload.substr(0, 20));
    }
};

class Simulation {
 public:
    explicit Simulation(std::uint64_t seed, testing::SimDiskFaults mutation = {})
        : mutation_(mutation), random_(seed), ids_(seed + 1), files_(seed + 2), loop_(seed + 3) {
        options_.file_bytes = 200 + random_.below(3000);
        options_.turn_over_bytes = random_.below(500);
        options_.group_bytes_max = 1 + random_.below(3000);
        options_.tail_cache_bytes = random_.below(2000);
        options_.queue_bytes_max = 1500 + random_.below(5000);
        options_.retry_pause = std::chrono::milliseconds(random_.below(20));
    }

    /// The first broken promise; empty when there is none.
    std::string run() {
        auto rounds = 2 + random_.below(3);
        for (std::uint64_t i = 0; i < rounds && ledger_.violation.empty(); ++i) {
            live(i);
            end_of_life();
            check();
        }
        return ledger_.violation;
    }
    std::size_t acked() const { return ledger_.acked.size(); }

 private:
    Result<void> open() {
        async::Runtime runtime{loop_, ids_, files_};
        auto opened = loop_.run(LocalLog::open(runtime, "/log", {kStream}, options_));
        if (!opened) return fail(Code::kInternal, "open hangs");
        if (!*opened) return fail(opened->error());
        log_ = **std::move(opened);
        return {};
    }

    /// One life of the machine: with luck it opens the log, and serves until something stops it.
    void live(std::uint64_t round) {
        draw_faults();
        if (open()) {
            gate_ = std::make_unique<async::Gate>(loop_);
            auto clients = 1 + random_.below(4);
            for (std::uint64_t c = 0; c < clients; ++c)
                gate_->spawn(append_many("r" + std::to_string(round) + "c" + std::to_string(c)));
            gate_->spawn(follow());
            if (random_.one_in(2)) gate_->spawn(trim_now_and_then());
            auto steps = random_.below(450);
            for (std::uint64_t i = 0; i < steps && loop_.step(); ++i) continue;
            if (random_.one_in(8)) close();
        }
    }
    void draw_faults() {
        auto& faults = files_.faults = mutation_;
        if (random_.one_in(3)) faults.sync_error_in = 2 + random_.below(20);
        if (random_.one_in(4)) faults.sync_dir_error_in = 2 + random_.below(6);
        if (random_.one_in(3)) faults.write_error_in = 2 + random_.below(20);
        if (random_.one_in(3))
            faults.capacity_bytes = 500 + random_.below(random_.one_in(2) ? 3000 : 20'000);
        if (random_.one_in(2)) files_.die_at_op(files_.operations() + random_.below(200));
    }
    void close() {
        stopping_ = true;
        loop_.run(log_->close(), std::chrono::hours(1));
        stopping_ = false;
    }
    void end_of_life() {
        drop_log();
        if (random_.one_in(3))
            files_.restart();
        else
            files_.crash();
        files_.faults = mutation_;
    }

    Task<void> append_many(std::string name) {
        for (int i = 0; !stopping_ && i < 40; ++i) {
            auto payload = name + "n" + std::to_string(1000 + i) + ":" +
                           std::string(random_.below(random_.one_in(10) ? 2000 : 100), 'x');
            auto offset = co_await log_->append(kStream, payload);
            if (offset)
                note_acked(offset->value, payload);
            else if (offset.error().code != Code::kUnknownOutcome)
                ledger_.refused.insert(payload);
            if (random_.one_in(3))
                co_await async::sleep_for(loop_, Duration(random_.below(3'000'000)));
        }
    }
    void note_acked(std::uint64_t offset, const std::string& payload) {
        if (!ledger_.acked.try_emplace(offset, payload).second)
            ledger_.violate("offset " + std::to_string(offset) + " was acknowledged twice");
        ledger_.note_seen(offset, payload);
    }
    Task<void> follow() {
        auto at = log_->begin(kStream);
        while (!stopping_) {
            auto entries = co_await log_->read(kStream, at, random_.below(3000),
                                               loop_.now() + std::chrono::milliseconds(10));
            if (!entries && entries.error().code == Code::kNotFound)
                at = log_->begin(kStream);
            else if (!entries)
                co_await async::sleep_for(loop_, std::chrono::milliseconds(1));
            else
                for (auto& entry : *entries) at = note_entry(entry);
        }
    }
    model::LogOffset note_entry(const Entry& entry) {
        if (entry.gap_end)
            ledger_.violate("a gap without rot at " + std::to_string(entry.offset.value));
        else
            ledger_.note_seen(entry.offset.value, entry.payload);
        return entry.next();
    }
    Task<void> trim_now_and_then() {
        while (!stopping_) {
            co_await async::sleep_for(loop_, std::chrono::milliseconds(3));
            auto begin = log_->begin(kStream).value;
            auto before = begin + random_.below(log_->end(kStream).value - begin + 1);
            ledger_.trimmed_below = std::max(ledger_.trimmed_below, before);
            (void)co_await log_->trim(kStream, model::LogOffset(before));
        }
    }

    /// Opens the log on a healthy disk and compares all of it with the ledger.
    void check() {
        if (auto opened = open(); !opened)
            return ledger_.violate("cannot open: " + opened.error().message);
        if (!log_->gaps().empty()) ledger_.violate("a gap without rot");
        std::map<std::string, std::uint64_t> places;
        auto at = log_->begin(kStream);
        if (at.value > ledger_.trimmed_below) ledger_.violate("begins behind what was trimmed");
        while (at < log_->end(kStream)) {
            auto entries = loop_.run(log_->read(kStream, at, 1U << 20, loop_.now())).value();
            if (!entries || entries->empty()) return ledger_.violate("cannot read");
            for (auto& entry : *entries) {
                at = note_entry(entry);
                if (!places.try_emplace(entry.payload, entry.offset.value).second)
                    ledger_.violate("twice: " + entry.payload.substr(0, 20));
            }
        }
        check_acked(log_->begin(kStream).value, places);
        check_order(places);
        if (random_.one_in(2)) close();
        drop_log();
    }
    void drop_log() {
        loop_.drop_all();
        gate_ = nullptr;
        log_ = nullptr;
        loop_.drop_all();  // locks that were held wake their dead waiters
    }
    void check_acked(std::uint64_t begin, const std::map<std::string, std::uint64_t>& places) {
        for (auto& [offset, payload] : ledger_.acked) {
            if (offset < begin) continue;
            auto place = places.find(payload);
            if (place == places.end())
                ledger_.violate("acknowledged, but lost: " + payload.substr(0, 20));
            else if (place->second != offset)
                ledger_.violate("acknowledged at another offset: " + payload.substr(0, 20));
        }
    }
    /// A client's payloads stand in the order in which it sent them.
    void check_order(const std::map<std::string, std::uint64_t>& places) {
        std::map<std::string, std::uint64_t> last;
        for (auto& [payload, offset] : places) {
            auto client = payload.substr(0, payload.find('n'));
            auto [at, is_first] = last.try_emplace(client, offset);
            if (!is_first && std::exchange(at->second, offset) > offset)
                ledger_.violate("out of order: " + payload.substr(0, 20));
        }
    }

    testing::SimDiskFaults mutation_;
    SimRandom random_;
    SimRandom ids_;
    SimFileSystem files_;
    SimLoop loop_;
    LocalLogOptions options_;
    Ledger ledger_;
    bool stopping_ = false;
    std::unique_ptr<LocalLog> log_;
    std::unique_ptr<async::Gate> gate_;
};

/// LOGWOOD_SEEDS asks for more.
std::uint64_t seed_count() {
    const char* asked = std::getenv("LOGWOOD_SEEDS");
    return asked ? std::strtoull(asked, nullptr, 10) : 2000;
}

TEST(LogSimulation, KeepsItsPromises) {
    auto seeds = seed_count();
    std::size_t acked = 0;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        Simulation simulation(seed * 10);
        ASSERT_EQ(simulation.run(), "") << "seed " << seed;
        acked += simulation.acked();
    }
    // Enough happened for the promises to mean something.
    EXPECT_GT(acked, seeds * 10);
}

/// Seeds out of `seeds` that find a violation.
std::size_t seeds_that_notice(const testing::SimDiskFaults& mutation, std::uint64_t seeds) {
    std::size_t noticed = 0;
    for (std::uint64_t seed = 0; seed < seeds; ++seed)
        noticed += !Simulation(seed * 10, mutation).run().empty();
    return noticed;
}

TEST(LogSimulation, NoticesASyncThatDoesNothing) {
    EXPECT_GT(seeds_that_notice({.sync_does_nothing = true}, 60), 10U);
}

TEST(LogSimulation, NoticesADirectorySyncThatDoesNothing) {
    EXPECT_GT(seeds_that_notice({.sync_dir_does_nothing = true}, 60), 10U);
}

}  // namespace
}  // namespace logwood::log
