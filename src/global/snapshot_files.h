#pragma once

#include <optional>
#include <string>

#include "async/file_system.h"
#include "global/snapshot.h"

namespace logwood::global {

/// The newest snapshot and the one before it, in a directory. Blocking; one call at a time.
class SnapshotFiles {
 public:
    static constexpr const char* kNewest = "global-snapshot.json";
    static constexpr const char* kPrevious = "global-snapshot.previous.json";

    /// `directory` exists.
    SnapshotFiles(async::FileSystem& files, std::string directory)
        : files_(files), directory_(std::move(directory)) {}

    struct Loaded {
        std::optional<State> state;         ///< Nothing when there is no good snapshot.
        std::optional<Error> newest_error;  ///< Why the newest file was not used, if it is there.
        std::optional<Error> previous_error;
    };
    /// Reads the newest good one.
    Loaded load();

    /// Writes a snapshot durably; what was the newest, if it is good, becomes the previous one. On
    /// an error at least one good one that was there before still is.
    Result<void> write(const StateView& view);

    /// The log may be trimmed below: where the older of two good snapshots goes on. 0 with fewer.
    model::LogOffset trim_point() const {
        return newest_ && previous_ ? *previous_ : model::LogOffset();
    }

 private:
    std::optional<State> load(const char* name, std::optional<Error>& error);

    async::FileSystem& files_;
    std::string directory_;
    std::optional<model::LogOffset> newest_;    ///< next() of the good file, if there is one.
    std::optional<model::LogOffset> previous_;  ///< The same; unknown while the newest is good.
};

}  // namespace logwood::global
