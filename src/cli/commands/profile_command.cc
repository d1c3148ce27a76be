#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/api_client.h"
#include "cli/commands/commands.h"
#include "cli/input.h"
#include "cli/limits.h"
#include "cli/profiles.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace logwood::cli {
namespace {

struct ProfileArguments {
    std::string name;
    Profile profile;
};

using Change = Result<void> (*)(Profiles& profiles, ProfileArguments arguments);

ExitCode change(Change change_of, const ProfileArguments& arguments) {
    auto path = profiles_path();
    auto profiles = load_profiles(path);
    if (!profiles) return report(profiles.error());
    if (auto changed = change_of(*profiles, arguments); !changed) return report(changed.error());
    auto saved = save_profiles(path, *profiles);
    return saved ? kOk : report(saved.error());
}

/// The first one that there is becomes the default.
Result<void> add(Profiles& profiles, ProfileArguments arguments) {
    if (arguments.profile.token == "-") {
        TRY(arguments.profile.token, read_all("-", kScriptBytesMax));
        while (arguments.profile.token.ends_with('\n')) arguments.profile.token.pop_back();
    }
    // The address must be one before it is needed.
    TRY_OK(ApiClient::connect({.address = arguments.profile.address}));
    if (profiles.by_name.empty()) profiles.default_name = arguments.name;
    profiles.by_name[arguments.name] = std::move(arguments.profile);
    return {};
}

Result<void> use(Profiles& profiles, ProfileArguments arguments) {
    TRY_OK(profiles.find(arguments.name));
    profiles.default_name = arguments.name;
    return {};
}

Result<void> remove(Profiles& profiles, ProfileArguments arguments) {
    TRY_OK(profiles.find(arguments.name));
    profiles.by_name.erase(arguments.name);
    if (profiles.default_name == arguments.name) profiles.default_name.clear();
    return {};
}

ExitCode list() {
    auto profiles = load_profiles(profiles_path());
    if (!profiles) return report(profiles.error());
    TextTable table({"name", "address", "token", "default"});
    for (auto& [name, profile] : profiles->by_name)
        table.add({name, profile.address, profile.token.empty() ? "" : "yes",
                   name == profiles->default_name ? "yes" : ""});
    std::string out;
    table.render(terminal_width(), out);
    auto printed = print(out);
    return printed ? kOk : report(printed.error());
}

}  // namespace

void add_profile(CLI::App& app, Verb& verb) {
    auto* command = app.add_subcommand("profile", "Servers and tokens under names of your own");
    command->require_subcommand(1);
    command->footer(
        "Kept in ~/.config/logwood/profiles.json. Other verbs take --profile NAME, or "
        "the default.");
    auto arguments = std::make_shared<ProfileArguments>();
    auto add_verb = [&](const char* name, const char* help, Change change_of) {
        auto* added = command->add_subcommand(name, help);
        added->add_option("name", arguments->name)->required();
        added->callback([arguments, change_of, &verb] {
            verb = [arguments, change_of] { return change(change_of, *arguments); };
        });
        return added;
    };
    auto* add_command = add_verb("add", "Add a profile, or replace one", add);
    add_command->add_option("--address", arguments->profile.address, "Server, as http://HOST:PORT")
        ->required();
    add_command->add_option("--token", arguments->profile.token,
                            "API token; - reads it from standard input");
    add_verb("use", "Make a profile the default", use);
    add_verb("remove", "Forget a profile", remove);
    command->add_subcommand("list", "List the profiles")->callback([&verb] { verb = list; });
}

}  // namespace logwood::cli
