// {"version":1,"id":"...","repository":"...","files":[{"path":"...",...}]}: text, so that people
// can see how far their files are. Counters are decimal strings: JSON numbers end at 53 bits
// elsewhere.
#include "cli/ingest_checkpoint.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <utility>

#include "async/random.h"
#include "base/id.h"
#include "cli/limits.h"

namespace logwood::cli {
namespace {

namespace json = boost::json;

struct Counter {
    std::string_view key;
    std::uint64_t& value;
};

/// The counters of a position under their names in the file.
std::vector<Counter> counters_of(FilePosition& position) {
    return {{"device", position.identity.device},
            {"inode", position.identity.inode},
            {"firstBytes", position.identity.first_bytes},
            {"firstHash", position.identity.first_hash},
            {"offset", position.offset},
            {"pendingEnd", position.pending_end}};
}

json::object object_of(FilePosition position) {
    json::object object{{"path", position.path}, {"id", position.id}};
    for (auto& [key, value] : counters_of(position)) object[key] = std::to_string(value);
    return object;
}

std::string text_member(const json::object& object, std::string_view key) {
    auto* value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<FilePosition> position_of(const json::value& value) {
    auto* object = value.if_object();
    if (!object) return std::nullopt;
    FilePosition position{.path = text_member(*object, "path"), .id = text_member(*object, "id")};
    if (position.path.empty() || position.id.empty()) return std::nullopt;
    for (auto& [key, counter] : counters_of(position)) {
        auto text = text_member(*object, key);
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), counter);
        if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    }
    bool is_possible = position.pending_end == 0 || position.pending_end >= position.offset;
    return is_possible ? std::optional(position) : std::nullopt;
}

std::pair<std::string, std::string> split_path(const std::string& path) {
    auto slash = path.rfind('/');
    if (slash == std::string::npos) return {".", path};
    return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace

std::string random_id() {
    auto random = async::make_system_random();
    return random->id<Id128>().to_string();
}

IngestCheckpoint::IngestCheckpoint(std::string path, std::string repo)
    : path_(std::move(path)),
      repo_(std::move(repo)),
      id_(random_id()),
      files_(async::make_posix_file_system()) {}

IngestCheckpoint::IngestCheckpoint(IngestCheckpoint&& from) noexcept
    : path_(std::move(from.path_)),
      repo_(std::move(from.repo_)),
      id_(std::move(from.id_)),
      files_(std::move(from.files_)),
      positions_(std::move(from.positions_)),
      is_changed_(from.is_changed_),
      lock_fd_(std::exchange(from.lock_fd_, -1)) {}

IngestCheckpoint::~IngestCheckpoint() {
    if (lock_fd_ >= 0) ::close(lock_fd_);
}

Result<void> IngestCheckpoint::lock() {
    auto path = path_ + ".lock";
    lock_fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (lock_fd_ < 0) return fail(Code::kIo, "cannot create " + path);
    if (::flock(lock_fd_, LOCK_EX | LOCK_NB) != 0)
        return fail(Code::kConflict, "checkpoint " + path_ + " is used by another process");
    return {};
}

Result<void> IngestCheckpoint::load() {
    auto text = async::read_file(*files_, path_, kCheckpointBytesMax);
    if (!text && text.error().code == Code::kNotFound) {
        is_changed_ = true;
        return {};
    }
    if (!text) return fail(std::move(text).error());
    auto corrupt = [&](std::string_view why) {
        return fail(Code::kCorrupt, fmt::format("checkpoint {}: {}", path_, why));
    };
    boost::system::error_code error;
    auto value = json::parse(*text, error);
    auto* object = error ? nullptr : value.if_object();
    if (!object) return corrupt("is not JSON");
    auto* version = object->if_contains("version");
    if (!version || *version != 1) return corrupt("is of another version");
    id_ = text_member(*object, "id");
    auto* files = object->if_contains("files");
    if (id_.empty() || !files || !files->is_array()) return corrupt("lacks its members");
    if (text_member(*object, "repository") != repo_)
        return fail(Code::kConflict, fmt::format("checkpoint {} belongs to repository {}", path_,
                                                 text_member(*object, "repository")));
    for (auto& file : files->get_array()) {
        auto position = position_of(file);
        if (!position) return corrupt("a file's position is damaged");
        positions_.push_back(*std::move(position));
    }
    return {};
}

Result<IngestCheckpoint> IngestCheckpoint::open(std::string path, std::string repo) {
    IngestCheckpoint checkpoint(std::move(path), std::move(repo));
    if (checkpoint.path_.empty()) return checkpoint;
    TRY_OK(checkpoint.lock());
    TRY_OK(checkpoint.load());
    // Fails now rather than after the first batch when it cannot be written.
    TRY_OK(checkpoint.save());
    return checkpoint;
}

std::optional<FilePosition> IngestCheckpoint::find(const std::string& path) const {
    auto at = std::ranges::find(positions_, path, &FilePosition::path);
    return at == positions_.end() ? std::nullopt : std::optional(*at);
}

void IngestCheckpoint::set(const FilePosition& position) {
    auto at = std::ranges::find(positions_, position.path, &FilePosition::path);
    if (at == positions_.end()) at = positions_.emplace(at);
    if (*at == position) return;
    *at = position;
    is_changed_ = true;
}

Result<void> IngestCheckpoint::save() {
    if (path_.empty() || !is_changed_) return {};
    json::array files;
    for (auto& position : positions_) files.push_back(object_of(position));
    json::object object{
        {"version", 1}, {"id", id_}, {"repository", repo_}, {"files", std::move(files)}};
    auto [directory, name] = split_path(path_);
    TRY_OK(async::replace_file(*files_, directory, name, json::serialize(object) + "\n"));
    is_changed_ = false;
    return {};
}

}  // namespace logwood::cli
