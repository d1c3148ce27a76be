#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/file_system.h"
#include "global/entities.h"

namespace logwood::lookup {

/// The bytes of lookup files, one file an upload: `<data>/files/<content id>.file`. Blocking calls,
/// any thread; calls on one content come one after the other.
class FileStore {
 public:
    FileStore(async::FileSystem& files, const std::string& data_directory)
        : files_(files), directory_(data_directory + "/files") {}

    /// Makes the directory, removes what was half written, and lists the contents that are there.
    Result<std::vector<global::FileContentId>> open();
    /// Returns once the bytes and the file's name are durable.
    Result<void> write(global::FileContentId content, std::string_view bytes);
    /// kCorrupt when the bytes are not those that were uploaded.
    Result<std::string> read(const global::File& file) const;
    /// Durably; no error when it is gone already.
    Result<void> remove(global::FileContentId content);

 private:
    std::string path_of(global::FileContentId content) const;

    async::FileSystem& files_;
    std::string directory_;
};

}  // namespace logwood::lookup
