#include "cli/profiles.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <ranges>
#include <utility>

#include "async/file_system.h"
#include "cli/limits.h"

namespace logwood::cli {
namespace {

namespace json = boost::json;

/// A member that is a text; empty when it is not there.
Result<std::string> text_member(const json::object& object, std::string_view key) {
    auto* value = object.if_contains(key);
    if (!value) return std::string();
    if (!value->is_string()) return fail(Code::kInvalidArgument, fmt::format("{}: no text", key));
    return std::string(value->get_string());
}

Result<Profiles> profiles_of(const json::value& document) {
    auto* object = document.if_object();
    if (!object) return fail(Code::kInvalidArgument, "a JSON object is expected");
    Profiles profiles;
    TRY(profiles.default_name, text_member(*object, "default"));
    auto* all = object->if_contains("profiles");
    if (!all) return profiles;
    if (!all->is_object()) return fail(Code::kInvalidArgument, "profiles: no object");
    for (auto& [name, value] : all->get_object()) {
        auto wrong = [&](std::string_view why) {
            return fail(Code::kInvalidArgument,
                        fmt::format("profiles.{}: {}", std::string_view(name), why));
        };
        auto* members = value.if_object();
        if (!members) return wrong("no object");
        auto address = text_member(*members, "address");
        if (!address) return wrong(address.error().message);
        if (address->empty()) return wrong("address: a text is required");
        auto token = text_member(*members, "token");
        if (!token) return wrong(token.error().message);
        profiles.by_name.emplace(name, Profile{*std::move(address), *std::move(token)});
    }
    return profiles;
}

/// Errors name the line.
Result<json::value> parse(std::string_view text) {
    json::stream_parser parser;
    boost::system::error_code error;
    auto read = parser.write(text.data(), text.size(), error);
    if (!error) parser.finish(error);
    if (!error) return parser.release();
    auto line = 1 + std::ranges::count(text.substr(0, read), '\n');
    return fail(Code::kInvalidArgument, fmt::format("line {}: no JSON: {}", line, error.message()));
}

/// Files that are made meanwhile are their owner's alone.
class PrivateFiles {
 public:
    PrivateFiles() : before_(::umask(0077)) {}
    PrivateFiles(const PrivateFiles&) = delete;
    ~PrivateFiles() { ::umask(before_); }

 private:
    mode_t before_;
};

}  // namespace

Result<Profile> Profiles::find(const std::string& name) const {
    auto at = by_name.find(name);
    if (at != by_name.end()) return at->second;
    auto hint = by_name.empty()
                    ? std::string("there are none: `logwood profile add` makes one")
                    : fmt::format("there are {}", fmt::join(by_name | std::views::keys, ", "));
    return fail(Code::kNotFound, fmt::format("there is no profile {}; {}", name, hint));
}

std::string profiles_path() {
    auto value_of = [](const char* name) {
        auto* value = std::getenv(name);
        return std::string(value ? value : "");
    };
    auto config = value_of("XDG_CONFIG_HOME");
    if (config.empty()) config = value_of("HOME");
    if (config.empty()) return {};
    return value_of("XDG_CONFIG_HOME").empty() ? config + "/.config/logwood/profiles.json"
                                               : config + "/logwood/profiles.json";
}

Result<Profiles> load_profiles(const std::string& path) {
    if (path.empty()) return Profiles{};
    auto files = async::make_posix_file_system();
    auto text = async::read_file(*files, path, kProfilesBytesMax);
    if (!text && text.error().code == Code::kNotFound) return Profiles{};
    if (!text) return fail(std::move(text).error());
    auto document = parse(*text);
    auto profiles = document ? profiles_of(*document) : fail(std::move(document).error());
    if (!profiles) return fail(std::move(profiles).error().with_context(path));
    return profiles;
}

Result<void> save_profiles(const std::string& path, const Profiles& profiles) {
    if (path.empty())
        return fail(Code::kInvalidArgument,
                    "neither HOME nor XDG_CONFIG_HOME says where profiles are kept");
    json::object all;
    for (auto& [name, profile] : profiles.by_name) {
        json::object members{{"address", profile.address}};
        if (!profile.token.empty()) members["token"] = profile.token;
        all[name] = std::move(members);
    }
    json::object document;
    if (!profiles.default_name.empty()) document["default"] = profiles.default_name;
    document["profiles"] = std::move(all);
    PrivateFiles guard;
    auto files = async::make_posix_file_system();
    std::filesystem::path place(path);
    auto directory = place.parent_path().string();
    TRY_OK(files->create_directories(directory));
    return async::replace_file(*files, directory, place.filename().string(),
                               json::serialize(document) + "\n");
}

}  // namespace logwood::cli
