#include "server/directory_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace logwood::server {

Result<DirectoryLock> DirectoryLock::take(const std::string& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    auto path = directory + "/lock";
    auto descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return fail(Code::kIo, fmt::format("cannot open {}: {}", path, std::strerror(errno)));
    DirectoryLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
        return fail(Code::kUnavailable, fmt::format("data directory {} is in use", directory));
    return lock;
}

DirectoryLock::~DirectoryLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace logwood::server
