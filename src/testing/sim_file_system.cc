// Each file and each directory has two states: `seen` by the running system, and `durable`; and the
// list of changes that lead from the second to the first. Sync makes durable = seen and forgets the
// list; a crash applies a random part of the list to durable and takes the result as both. A failed
// sync forgets the list without applying it all, so that later syncs do not bring the data either.
#include "testing/sim_file_system.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace logwood::testing {
namespace {

constexpr std::uint64_t kSectorBytes = 512;

/// Directory and name of a path.
std::pair<std::string, std::string> split(const std::string& path) {
    auto slash = path.find_last_of('/');
    if (slash == std::string::npos) return {".", path};
    return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

std::unexpected<Error> not_found(const std::string& path) {
    return fail(Code::kNotFound, "no file or directory '" + path + "'");
}

void put_at(std::string& content, std::uint64_t offset, std::string_view bytes) {
    if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
    std::memcpy(content.data() + offset, bytes.data(), bytes.size());
}

}  // namespace

struct SimFileSystem::Inode {
    struct Change {
        std::uint64_t offset = 0;                 ///< Or the new size.
        std::optional<std::string> written = {};  ///< Nothing for a truncation.
    };
    std::string seen;
    std::string durable;
    std::vector<Change> pending;

    void sync() {
        for (auto& change : std::exchange(pending, {})) apply(change);
    }
    void apply(const Change& change) {
        if (change.written)
            put_at(durable, change.offset, *change.written);
        else
            durable.resize(change.offset);
    }
    /// Brings some of the pending changes to the disk, sector by sector.
    void apply_some(SimRandom& random) {
        auto luck = random.below(4);  // None, all, or each sector on its own.
        for (auto& change : std::exchange(pending, {})) {
            if (luck == 0 || (luck > 1 && !change.written && random.one_in(2))) continue;
            if (luck == 1 || !change.written)
                apply(change);
            else
                apply_sectors(change, random);
        }
    }
    void apply_sectors(const Change& change, SimRandom& random) {
        std::string_view bytes = *change.written;
        auto offset = change.offset;
        bool keeps_run = random.one_in(2);
        while (!bytes.empty()) {
            if (random.one_in(4)) keeps_run = random.one_in(2);
            auto size = std::min<std::uint64_t>(bytes.size(), kSectorBytes - offset % kSectorBytes);
            if (keeps_run) put_at(durable, offset, bytes.substr(0, size));
            bytes.remove_prefix(size);
            offset += size;
        }
    }
    void settle(bool keeps_all, SimRandom& random) {
        if (keeps_all) return;
        apply_some(random);
        seen = durable;
    }
};

struct SimFileSystem::Directory {
    using Entries = std::map<std::string, std::shared_ptr<Inode>>;
    struct Change {
        std::string gone;       ///< Empty: none.
        std::string name = {};  ///< Empty: none.
        std::shared_ptr<Inode> inode = nullptr;
    };
    Entries seen;
    Entries durable;
    std::vector<Change> pending;

    static void apply(const Change& change, Entries& entries) {
        if (!change.gone.empty()) entries.erase(change.gone);
        if (!change.name.empty()) entries[change.name] = change.inode;
    }
    void add(Change change) {
        apply(change, seen);
        pending.push_back(std::move(change));
    }
    void sync() {
        durable = seen;
        pending.clear();
    }
    void apply_some(SimRandom& random) {
        auto luck = random.below(4);
        for (auto& change : std::exchange(pending, {}))
            if (luck == 1 || (luck > 1 && random.one_in(2))) apply(change, durable);
        seen = durable;
    }
};

class SimFileSystem::OpenFile final : public async::File {
 public:
    OpenFile(SimFileSystem& files, std::shared_ptr<Inode> inode, bool is_writable)
        : files_(files), inode_(std::move(inode)), boot_(files.boot_), is_writable_(is_writable) {}

    Result<std::size_t> read_at(std::uint64_t offset, std::span<char> buffer) const override {
        TRY_OK(begin(Call::kRead));
        auto& seen = inode_->seen;
        if (offset >= seen.size()) return 0;
        auto size = std::min<std::uint64_t>(buffer.size(), seen.size() - offset);
        std::memcpy(buffer.data(), seen.data() + offset, size);
        return size;
    }
    Result<void> write_at(std::uint64_t offset, std::string_view bytes) override {
        ASSERT(is_writable_);
        auto is_alive = boot_ == files_.boot_ && !files_.is_dead();
        auto begun = begin(Call::kWrite);
        auto grows = std::max(inode_->seen.size(), offset + bytes.size()) - inode_->seen.size();
        auto used = files_.used_bytes();
        auto room = files_.faults.capacity_bytes - std::min(used, files_.faults.capacity_bytes);
        if (begun && grows <= room) {
            put(offset, bytes);
            return {};
        }
        // A part of a failed write may be there, also of one that the machine died in.
        auto part = std::min<std::uint64_t>(files_.random_.below(bytes.size() + 1), room);
        if (is_alive) put(offset, bytes.substr(0, part));
        if (!begun) return begun;
        return fail(Code::kNoSpace, "simulated: the disk is full");
    }
    Result<void> sync() override {
        auto begun = begin(Call::kSync);
        if (!begun) {
            if (boot_ == files_.boot_ && !files_.is_dead()) inode_->apply_some(files_.random_);
            return begun;
        }
        if (!files_.faults.sync_does_nothing) inode_->sync();
        return {};
    }
    Result<std::uint64_t> size() const override {
        TRY_OK(begin(Call::kRead));
        return inode_->seen.size();
    }
    Result<void> truncate(std::uint64_t size) override {
        ASSERT(is_writable_);
        TRY_OK(begin(Call::kOther));
        inode_->seen.resize(size);
        inode_->pending.push_back({.offset = size});
        return {};
    }

 private:
    Result<void> begin(Call call) const {
        if (boot_ != files_.boot_) return fail(Code::kIo, "simulated: the file died in a crash");
        return files_.begin_call(call);
    }
    void put(std::uint64_t offset, std::string_view bytes) {
        if (bytes.empty()) return;
        put_at(inode_->seen, offset, bytes);
        inode_->pending.push_back({.offset = offset, .written = std::string(bytes)});
    }

    SimFileSystem& files_;
    std::shared_ptr<Inode> inode_;
    std::uint64_t boot_;
    bool is_writable_;
};

SimFileSystem::SimFileSystem(std::uint64_t seed) : random_(seed) {
    directories_["."] = std::make_unique<Directory>();
    directories_["/"] = std::make_unique<Directory>();
}
SimFileSystem::~SimFileSystem() = default;

Result<void> SimFileSystem::begin_call(Call call) {
    auto number = operations_;
    if (call != Call::kRead) ++operations_;
    if (is_dead()) return fail(Code::kIo, "simulated: the machine is dead");
    if (call != Call::kRead && number == fail_at_)
        return fail(Code::kIo, "simulated: chosen error");
    std::uint64_t one_in = 0;
    switch (call) {
        case Call::kRead:
            one_in = faults.read_error_in;
            break;
        case Call::kWrite:
            one_in = faults.write_error_in;
            break;
        case Call::kSync:
            one_in = faults.sync_error_in;
            break;
        case Call::kSyncDir:
            one_in = faults.sync_dir_error_in;
            break;
        case Call::kOther:
            break;
    }
    if (random_.one_in(one_in)) return fail(Code::kIo, "simulated: random error");
    return {};
}

SimFileSystem::Directory* SimFileSystem::directory_of(const std::string& path) {
    auto at = directories_.find(split(path).first);
    return at == directories_.end() ? nullptr : at->second.get();
}

std::shared_ptr<SimFileSystem::Inode> SimFileSystem::find(const std::string& path) const {
    auto [directory, name] = split(path);
    auto at = directories_.find(directory);
    if (at == directories_.end()) return nullptr;
    auto entry = at->second->seen.find(name);
    return entry == at->second->seen.end() ? nullptr : entry->second;
}

std::uint64_t SimFileSystem::used_bytes() const {
    if (faults.capacity_bytes == UINT64_MAX) return 0;
    std::uint64_t total = 0;
    for (auto& [path, directory] : directories_)
        for (auto& [name, inode] : directory->seen) total += inode->seen.size();
    return total;
}

Result<std::unique_ptr<async::File>> SimFileSystem::open(const std::string& path,
                                                         async::OpenMode mode) {
    TRY_OK(begin_call(mode == async::OpenMode::kCreate ? Call::kOther : Call::kRead));
    auto inode = find(path);
    if (mode == async::OpenMode::kCreate) {
        auto* directory = directory_of(path);
        if (!directory) return not_found(path);
        if (inode) return fail(Code::kAlreadyExists, "'" + path + "' is there");
        inode = std::make_shared<Inode>();
        directory->add({.gone = {}, .name = split(path).second, .inode = inode});
    }
    if (!inode) return not_found(path);
    return std::make_unique<OpenFile>(*this, inode, mode != async::OpenMode::kRead);
}

Result<void> SimFileSystem::rename(const std::string& from, const std::string& to) {
    TRY_OK(begin_call(Call::kOther));
    auto inode = find(from);
    if (!inode) return not_found(from);
    auto* directory = directory_of(to);
    if (!directory) return not_found(to);
    if (directory == directory_of(from)) {
        directory->add({.gone = split(from).second, .name = split(to).second, .inode = inode});
        return {};
    }
    // Between directories: both are made durable by one of them here; the two halves may part.
    directory->add({.gone = {}, .name = split(to).second, .inode = inode});
    directory_of(from)->add({.gone = split(from).second});
    return {};
}

Result<void> SimFileSystem::remove(const std::string& path) {
    TRY_OK(begin_call(Call::kOther));
    if (!find(path)) return not_found(path);
    directory_of(path)->add({.gone = split(path).second});
    return {};
}

Result<void> SimFileSystem::create_directories(const std::string& path) {
    TRY_OK(begin_call(Call::kOther));
    for (auto at = path; !at.empty() && !directories_.contains(at); at = split(at).first)
        directories_[at] = std::make_unique<Directory>();
    return {};
}

Result<std::vector<std::string>> SimFileSystem::list(const std::string& path) {
    TRY_OK(begin_call(Call::kRead));
    auto at = directories_.find(path);
    if (at == directories_.end()) return not_found(path);
    std::vector<std::string> names;
    for (auto& [name, inode] : at->second->seen) names.push_back(name);
    for (auto& [other, directory] : directories_)
        if (auto [parent, name] = split(other); parent == path && !name.empty() && other != ".")
            names.push_back(name);
    std::ranges::sort(names);
    return names;
}

Result<bool> SimFileSystem::exists(const std::string& path) {
    TRY_OK(begin_call(Call::kRead));
    return find(path) != nullptr || directories_.contains(path);
}

Result<void> SimFileSystem::sync_dir(const std::string& path) {
    TRY_OK(begin_call(Call::kSyncDir));
    auto at = directories_.find(path);
    if (at == directories_.end()) return not_found(path);
    if (!faults.sync_dir_does_nothing) at->second->sync();
    return {};
}

Result<async::SpaceInfo> SimFileSystem::space(const std::string&) {
    TRY_OK(begin_call(Call::kRead));
    auto used = std::min(used_bytes(), faults.capacity_bytes);
    return async::SpaceInfo{.capacity_bytes = faults.capacity_bytes,
                            .free_bytes = faults.capacity_bytes - used};
}

void SimFileSystem::crash() {
    for (auto& [path, directory] : directories_) {
        directory->apply_some(random_);
        for (auto& [name, inode] : directory->seen) inode->settle(false, random_);
    }
    restart();
}

void SimFileSystem::restart() {
    ++boot_;
    die_at_ = fail_at_ = UINT64_MAX;
}

std::string SimFileSystem::content(const std::string& path) const {
    auto inode = find(path);
    ASSERT(inode);
    return inode->seen;
}

void SimFileSystem::set_content(const std::string& path, std::string content) {
    auto inode = find(path);
    ASSERT(inode);
    inode->seen = inode->durable = std::move(content);
    inode->pending.clear();
}

void SimFileSystem::flip_bit(const std::string& path, std::uint64_t bit) {
    auto damaged = content(path);
    auto& byte = damaged[bit / 8];
    byte = static_cast<char>(byte ^ (1 << (bit % 8)));
    set_content(path, std::move(damaged));
}

std::vector<std::string> SimFileSystem::paths() const {
    std::vector<std::string> all;
    for (auto& [path, directory] : directories_)
        for (auto& [name, inode] : directory->seen)
            all.push_back(path == "/" ? "/" + name : path + "/" + name);
    std::ranges::sort(all);
    return all;
}

}  // namespace logwood::testing
