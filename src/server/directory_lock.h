#pragma once

#include <string>

#include "base/result.h"

namespace logwood::server {

/// Keeps a second process out of a data directory for as long as this lives; the kernel gives the
/// lock up when the process dies, however it dies.
class DirectoryLock {
 public:
    /// Creates the directory if it is not there. kUnavailable when another process has the lock.
    static Result<DirectoryLock> take(const std::string& directory);
    DirectoryLock(DirectoryLock&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)) {}
    DirectoryLock& operator=(DirectoryLock&&) = delete;
    ~DirectoryLock();

 private:
    explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace logwood::server
