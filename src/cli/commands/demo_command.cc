#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>

#include "cli/commands/commands.h"
#include "cli/demo_logs.h"

namespace logwood::cli {

void add_demo_logs(CLI::App& app, Verb& verb) {
    auto* command =
        app.add_subcommand("demo-logs", "Print the logs of a made-up web shop, up to now, as JSON");
    auto options = std::make_shared<DemoOptions>();
    auto hours = std::make_shared<unsigned>(24);
    command->add_option("--events", options->events)
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}))
        ->capture_default_str();
    command->add_option("--seed", options->seed)->capture_default_str();
    command->add_option("--hours", *hours, "From the first event to the last")
        ->check(CLI::Range(1U, 24U * 365))
        ->capture_default_str();
    command->callback([options, hours, &verb] {
        verb = [options, hours] {
            options->end = UtcTime{std::chrono::system_clock::now().time_since_epoch() / 1ns};
            options->span = *hours * 1h;
            bool failed = false;
            write_demo_logs(*options, [&failed](std::string_view line) {
                failed = failed ||
                         std::fwrite(line.data(), 1, line.size(), stdout) != line.size() ||
                         std::fputc('\n', stdout) == EOF;
            });
            return failed || std::fflush(stdout) != 0 ? kFailed : kOk;
        };
    });
}

}  // namespace logwood::cli
