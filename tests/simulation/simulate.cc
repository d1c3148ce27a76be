// simulate [--seeds N] [--first S] [--replay] [--verbose] [--mutant NAME]
//
// Runs N seeds; exits with 1 at the first violation and prints its seed. --replay runs each seed
// twice and compares. With --mutant (sync, sync_dir: the disk lies; keys: retries are sent without
// their key) the run fails unless some seed finds out.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <string>

#include "base/server_log.h"
#include "simulation/world.h"

namespace logwood::simulation {
namespace {

struct Totals {
    std::uint64_t events = 0, answers = 0, crashes = 0, faults = 0, checkpoints = 0, merges = 0;
    std::uint64_t violations = 0, retries = 0, repeats = 0;

    void add(const Report& report) {
        events += report.events;
        answers += report.answers_checked;
        crashes += report.crashes;
        faults += report.faults;
        checkpoints += report.checkpoints;
        merges += report.merges;
        retries += report.retries;
        repeats += report.repeats;
        violations += !report.violation.empty();
    }
};

void print(const Totals& totals, std::uint64_t seeds, double seconds) {
    std::printf(
        "{\"seeds\":%lu,\"violations\":%lu,\"events\":%lu,\"answers_checked\":%lu,\"crashes\":%lu,"
        "\"faults\":%lu,\"checkpoints\":%lu,\"merges\":%lu,\"retries\":%lu,\"repeats_dropped\":%lu,"
        "\"seconds\":%.1f,\"seeds_per_second\":%.2f}\n",
        seeds, totals.violations, totals.events, totals.answers, totals.crashes, totals.faults,
        totals.checkpoints, totals.merges, totals.retries, totals.repeats, seconds,
        static_cast<double>(seeds) / seconds);
}

int run(std::uint64_t first, std::uint64_t seeds, bool replay, const WorldOptions& options,
        bool is_mutant) {
    auto began = std::chrono::steady_clock::now();
    Totals totals;
    std::uint64_t done = 0;
    for (auto seed = first; seed < first + seeds; ++seed) {
        auto report = run_world(seed, options);
        ++done;
        totals.add(report);
        if (!report.violation.empty()) {
            std::printf("seed %lu: %s\n", seed, report.violation.c_str());
            break;
        }
        if (replay && run_world(seed, options).digest != report.digest) {
            std::printf("seed %lu: does not replay\n", seed);
            return 1;
        }
    }
    print(totals, done,
          std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    return (totals.violations > 0) == is_mutant ? 0 : 1;
}

}  // namespace
}  // namespace logwood::simulation

int main(int argc, char** argv) {
    CLI::App app("Runs the node in one thread from seeds, with faults");
    std::uint64_t seeds = 10, first = 1;
    bool replay = false;
    std::string mutant;
    logwood::simulation::WorldOptions options;
    app.add_option("--seeds", seeds);
    app.add_option("--first", first);
    app.add_flag("--replay", replay);
    app.add_flag("--verbose", options.verbose);
    app.add_option("--mutant", mutant)->check(CLI::IsMember({"sync", "sync_dir", "keys"}));
    CLI11_PARSE(app, argc, argv);
    options.sync_does_nothing = mutant == "sync";
    options.sync_dir_does_nothing = mutant == "sync_dir";
    options.retries_have_no_key = mutant == "keys";
    if (!options.verbose) logwood::server_log::set_threshold(logwood::server_log::Severity::kOff);
    return logwood::simulation::run(first, seeds, replay, options, !mutant.empty());
}
