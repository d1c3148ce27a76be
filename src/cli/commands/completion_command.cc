#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/api_client.h"
#include "cli/commands/commands.h"
#include "cli/completion.h"
#include "cli/terminal.h"

namespace logwood::cli {

void add_completion(CLI::App& app, Verb& verb) {
    auto* command = app.add_subcommand("completion", "Print what makes a shell complete commands");
    command->footer(
        "bash, zsh: source <(logwood completion bash)\nfish: logwood completion fish | source");
    auto shell = std::make_shared<std::string>();
    command->add_option("shell", *shell)->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->callback([shell, &app, &verb] {
        verb = [shell, &app] {
            auto printed = print(completion_script(app, *shell));
            return printed ? kOk : report(printed.error());
        };
    });
}

}  // namespace logwood::cli
