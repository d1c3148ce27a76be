#pragma once

#include <map>
#include <string>

#include "base/result.h"

namespace logwood::cli {

/// A server, and who asks there.
struct Profile {
    std::string address;
    std::string token;  ///< Empty: none is sent.

    friend bool operator==(const Profile&, const Profile&) = default;
};

/// Profiles by name, as a file keeps them:
/// `{"default":"prod","profiles":{"prod":{"address":"http://logs:8080","token":"..."}}}`.
struct Profiles {
    std::string default_name;  ///< Empty: none.
    std::map<std::string, Profile> by_name;

    /// kNotFound, with the names that there are.
    Result<Profile> find(const std::string& name) const;
};

/// `$XDG_CONFIG_HOME/logwood/profiles.json`, else below `~/.config`; empty without a home.
std::string profiles_path();

/// None when there is no such file; kInvalidArgument, with the place, for one that cannot be used.
Result<Profiles> load_profiles(const std::string& path);
/// Replaces the file, which its owner alone can read, and makes its directories.
Result<void> save_profiles(const std::string& path, const Profiles& profiles);

}  // namespace logwood::cli
