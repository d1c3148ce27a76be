#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/file_system.h"
#include "testing/sim_random.h"

namespace logwood::testing {

/// What goes wrong by chance or on purpose; all zero is a perfect disk. `*_in` = one call in N.
struct SimDiskFaults {
    std::uint64_t write_error_in = 0;
    /// The sync fails and the kernel forgets that the data was dirty: a later sync succeeds, and
    /// what was not yet on the disk never gets there.
    std::uint64_t sync_error_in = 0;
    std::uint64_t read_error_in = 0;
    std::uint64_t sync_dir_error_in = 0;
    std::uint64_t capacity_bytes = UINT64_MAX;
    bool sync_does_nothing = false;      ///< Mutation: File::sync() lies.
    bool sync_dir_does_nothing = false;  ///< Mutation: sync_dir() lies.
};

/// A disk in memory that keeps apart what a running system sees and what a power cut leaves.
///
/// Writes since a file's last sync may survive a crash in any part (512-byte sectors, in any
/// choice), and so may new, renamed and removed names since their directory's last sync.
/// Directories themselves are durable at once, as create_directories() promises. One thread. The
/// same seed and the same calls give the same disk.
class SimFileSystem final : public async::FileSystem {
 public:
    explicit SimFileSystem(std::uint64_t seed);
    ~SimFileSystem() override;

    Result<std::unique_ptr<async::File>> open(const std::string& path,
                                              async::OpenMode mode) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> remove(const std::string& path) override;
    Result<void> create_directories(const std::string& path) override;
    Result<std::vector<std::string>> list(const std::string& path) override;
    Result<bool> exists(const std::string& path) override;
    Result<void> sync_dir(const std::string& path) override;
    Result<async::SpaceInfo> space(const std::string& path) override;

    SimDiskFaults faults;

    /// The power goes and comes back: a random part of what was not synced is there, open files
    /// are dead (every call on them fails), and faults set by *_at_op are cleared.
    void crash();
    /// The process dies and starts again: everything written is there, open files are dead.
    void restart();
    /// Calls that change or sync something so far.
    std::uint64_t operations() const { return operations_; }
    /// The call number `operation` (as operations() counts) and all behind it fail, with nothing
    /// done, until crash() or restart().
    void die_at_op(std::uint64_t operation) { die_at_ = operation; }
    /// The call number `operation` alone fails.
    void fail_at_op(std::uint64_t operation) { fail_at_ = operation; }
    bool is_dead() const { return operations_ > die_at_; }

    /// Whole content as a running system sees it; for damaging files on purpose.
    std::string content(const std::string& path) const;
    void set_content(const std::string& path, std::string content);
    void flip_bit(const std::string& path, std::uint64_t bit);
    /// All paths of files, sorted.
    std::vector<std::string> paths() const;

 private:
    struct Inode;
    struct Directory;
    class OpenFile;

    enum class Call : std::uint8_t { kRead, kWrite, kSync, kSyncDir, kOther };
    Result<void> begin_call(Call call);
    Directory* directory_of(const std::string& path);
    std::shared_ptr<Inode> find(const std::string& path) const;
    std::uint64_t used_bytes() const;

    SimRandom random_;
    std::map<std::string, std::unique_ptr<Directory>> directories_;
    std::uint64_t operations_ = 0;
    std::uint64_t die_at_ = UINT64_MAX;
    std::uint64_t fail_at_ = UINT64_MAX;
    std::uint64_t boot_ = 0;  ///< Open files of an earlier one are dead.
};

}  // namespace logwood::testing
