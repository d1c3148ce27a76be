// Files of the operating system: pread, pwrite, fdatasync. A call that a signal interrupted goes
// on.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "async/failpoint.h"
#include "async/file_system.h"

namespace logwood::async {
namespace {

constexpr mode_t kFileMode = 0640;
constexpr mode_t kDirectoryMode = 0750;

Code code_of(int error) {
    switch (error) {
        case ENOENT:
            return Code::kNotFound;
        case EEXIST:
            return Code::kAlreadyExists;
        case ENOSPC:
        case EDQUOT:
            return Code::kNoSpace;
        default:
            return Code::kIo;
    }
}

std::unexpected<Error> fail_with_errno(std::string_view what, const std::string& path) {
    auto error = errno;
    return fail(code_of(error),
                std::string(what) + " '" + path + "': " + std::generic_category().message(error));
}

/// A descriptor that is closed at the end of its scope.
class Descriptor {
 public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }
    bool is_open() const { return fd_ >= 0; }

 private:
    int fd_;
};

template <typename F>
auto uninterrupted(F call) {
    while (true) {
        auto result = call();
        if (result >= 0 || errno != EINTR) return result;
    }
}

class PosixFile final : public File {
 public:
    PosixFile(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

    Result<std::size_t> read_at(std::uint64_t offset, std::span<char> buffer) const override {
        std::size_t done = 0;
        while (done < buffer.size()) {
            auto got = uninterrupted([&] {
                return ::pread(fd_.get(), buffer.data() + done, buffer.size() - done,
                               static_cast<off_t>(offset + done));
            });
            if (got < 0) return fail_with_errno("read", path_);
            if (got == 0) break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }
    Result<void> write_at(std::uint64_t offset, std::string_view bytes) override {
        while (!bytes.empty()) {
            auto put = uninterrupted([&] {
                return ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
            });
            if (put < 0) return fail_with_errno("write", path_);
            if (put == 0) return fail(Code::kIo, "write '" + path_ + "': nothing was written");
            bytes.remove_prefix(static_cast<std::size_t>(put));
            offset += static_cast<std::uint64_t>(put);
        }
        return {};
    }
    Result<void> sync() override {
        if (failpoint_switch("nofsync_file")) return {};
        if (::fdatasync(fd_.get()) != 0) return fail_with_errno("sync", path_);
        return {};
    }
    Result<std::uint64_t> size() const override {
        struct stat info{};
        if (::fstat(fd_.get(), &info) != 0) return fail_with_errno("stat", path_);
        return static_cast<std::uint64_t>(info.st_size);
    }
    Result<void> truncate(std::uint64_t size) override {
        auto done = uninterrupted([&] { return ::ftruncate(fd_.get(), static_cast<off_t>(size)); });
        if (done != 0) return fail_with_errno("truncate", path_);
        return {};
    }

 private:
    Descriptor fd_;
    std::string path_;
};

int flags_of(OpenMode mode) {
    switch (mode) {
        case OpenMode::kRead:
            return O_RDONLY;
        case OpenMode::kCreate:
            return O_RDWR | O_CREAT | O_EXCL;
        case OpenMode::kReadWrite:
            return O_RDWR;
    }
    return O_RDONLY;
}

std::string parent_of(const std::string& path) {
    auto slash = path.find_last_of('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

class PosixFileSystem final : public FileSystem {
 public:
    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
        Descriptor fd(uninterrupted(
            [&] { return ::open(path.c_str(), flags_of(mode) | O_CLOEXEC, kFileMode); }));
        if (!fd.is_open()) return fail_with_errno("open", path);
        return std::make_unique<PosixFile>(std::move(fd), path);
    }
    Result<void> rename(const std::string& from, const std::string& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) return fail_with_errno("rename", from);
        return {};
    }
    Result<void> remove(const std::string& path) override {
        if (::unlink(path.c_str()) != 0) return fail_with_errno("remove", path);
        return {};
    }
    Result<void> create_directories(const std::string& path) override {
        if (path.empty() || path == "/" || path == ".") return {};
        TRY(auto is_there, is_directory(path));
        if (is_there) return {};
        auto parent = parent_of(path);
        TRY_OK(create_directories(parent));
        if (::mkdir(path.c_str(), kDirectoryMode) != 0 && errno != EEXIST)
            return fail_with_errno("create directory", path);
        return sync_dir(parent);
    }
    Result<std::vector<std::string>> list(const std::string& path) override {
        std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
        if (!directory) return fail_with_errno("list", path);
        std::vector<std::string> names;
        while (true) {
            errno = 0;
            auto* entry = ::readdir(directory.get());
            if (!entry) break;
            std::string name = entry->d_name;
            if (name != "." && name != "..") names.push_back(std::move(name));
        }
        if (errno != 0) return fail_with_errno("list", path);
        std::ranges::sort(names);
        return names;
    }
    Result<bool> exists(const std::string& path) override {
        if (::access(path.c_str(), F_OK) == 0) return true;
        if (errno == ENOENT) return false;
        return fail_with_errno("look for", path);
    }
    Result<void> sync_dir(const std::string& path) override {
        if (failpoint_switch("nofsync_dir")) return {};
        Descriptor fd(uninterrupted(
            [&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
        if (!fd.is_open()) return fail_with_errno("open directory", path);
        if (::fsync(fd.get()) != 0) return fail_with_errno("sync directory", path);
        return {};
    }
    Result<SpaceInfo> space(const std::string& path) override {
        struct statvfs info{};
        if (::statvfs(path.c_str(), &info) != 0) return fail_with_errno("look at space of", path);
        return SpaceInfo{.capacity_bytes = info.f_blocks * info.f_frsize,
                         .free_bytes = info.f_bavail * info.f_frsize};
    }

 private:
    static Result<bool> is_directory(const std::string& path) {
        struct stat info{};
        if (::stat(path.c_str(), &info) == 0) {
            if (S_ISDIR(info.st_mode)) return true;
            return fail(Code::kIo, "create directory '" + path + "': a file is in the way");
        }
        if (errno == ENOENT) return false;
        return fail_with_errno("look for", path);
    }
};

}  // namespace

std::unique_ptr<FileSystem> make_posix_file_system() { return std::make_unique<PosixFileSystem>(); }

}  // namespace logwood::async
