#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

#include "base/server_log.h"
#include "cli/commands/commands.h"
#include "server/config.h"
#include "server/serve.h"

namespace logwood::cli {
namespace {

struct ServeArguments {
    std::string data;
    std::string listen;
    std::string config_file;
};

Result<server::Config> configure(const ServeArguments& arguments) {
    std::optional<std::string> text;
    if (!arguments.config_file.empty()) {
        std::ifstream file(arguments.config_file, std::ios::binary);
        if (!file) return fail(Code::kNotFound, "cannot open " + arguments.config_file);
        text.emplace(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    TRY(auto loaded, server::load_config(text, server::process_environment()));
    for (auto& warning : loaded.warnings) server_log::warning("server", warning);
    if (!arguments.data.empty()) loaded.config.data_directory = arguments.data;
    if (!arguments.listen.empty()) TRY_OK(server::set_listen(loaded.config, arguments.listen));
    return loaded.config;
}

ExitCode serve(const ServeArguments& arguments) {
    auto config = configure(arguments);
    if (!config) {
        std::fprintf(stderr, "logwood: %s\n", config.error().message.c_str());
        return kUsage;
    }
    auto served = server::serve(*config);
    if (served) return kOk;
    server_log::error("server", "cannot start", {{"error", served.error().to_string()}});
    return kFailed;
}

std::string settings_text() {
    std::string text = "Settings, from the configuration file or the environment:\n";
    for (auto& setting : server::describe_settings())
        text += "  " + setting.key + "\n      " + setting.help + "\n";
    return text;
}

}  // namespace

void add_serve(CLI::App& app, Verb& verb) {
    auto* command = app.add_subcommand("serve", "Run a node");
    auto arguments = std::make_shared<ServeArguments>();
    command->add_option("--data", arguments->data, "Data directory (DIRECTORY)");
    command->add_option("--listen", arguments->listen,
                        "HOST:PORT of HTTP; 127.0.0.1:8080 by default");
    command->add_option("--config", arguments->config_file, "File of KEY=VALUE lines");
    command->footer(settings_text());
    command->callback([arguments, &verb] { verb = [arguments] { return serve(*arguments); }; });
}

}  // namespace logwood::cli
