#include "lookup/file_store.h"

#include "base/bytes.h"
#include "lookup/limits.h"

namespace logwood::lookup {

namespace {

constexpr std::string_view kEnding = ".file";

std::string name_of(global::FileContentId content) {
    return content.to_string() + std::string(kEnding);
}

}  // namespace

std::string FileStore::path_of(global::FileContentId content) const {
    return directory_ + "/" + name_of(content);
}

Result<std::vector<global::FileContentId>> FileStore::open() {
    TRY_OK(files_.create_directories(directory_));
    TRY(auto names, files_.list(directory_));
    std::vector<global::FileContentId> contents;
    for (const auto& name : names) {
        if (name.ends_with(".tmp")) {
            TRY_OK(files_.remove(directory_ + "/" + name));
            continue;
        }
        if (!name.ends_with(kEnding)) continue;
        auto content = global::FileContentId::parse(name.substr(0, name.size() - kEnding.size()));
        if (content) contents.push_back(*content);
    }
    return contents;
}

Result<void> FileStore::write(global::FileContentId content, std::string_view bytes) {
    return async::replace_file(files_, directory_, name_of(content), bytes);
}

Result<std::string> FileStore::read(const global::File& file) const {
    TRY(auto bytes, async::read_file(files_, path_of(file.content), kCsvBytesMax));
    if (bytes.size() != file.bytes || checksum64(bytes) != file.checksum)
        return fail(Code::kCorrupt, "the content of file '" + file.name + "' is damaged on disk");
    return bytes;
}

Result<void> FileStore::remove(global::FileContentId content) {
    if (auto removed = files_.remove(path_of(content));
        !removed && removed.error().code != Code::kNotFound)
        return removed;
    return files_.sync_dir(directory_);
}

}  // namespace logwood::lookup
