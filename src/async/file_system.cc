#include "async/file_system.h"

#include "async/failpoint.h"

namespace logwood::async {
namespace {

Result<void> write_new_file(FileSystem& files, const std::string& path, std::string_view content) {
    TRY(auto file, files.open(path, OpenMode::kCreate));
    TRY_OK(file->write_at(0, content));
    failpoint("file.after_write_before_sync");
    return file->sync();
}

}  // namespace

Result<std::string> read_file(FileSystem& files, const std::string& path, std::uint64_t bytes_max) {
    TRY(auto file, files.open(path, OpenMode::kRead));
    TRY(auto size, file->size());
    if (size > bytes_max)
        return fail(Code::kTooLarge, "'" + path + "' has " + std::to_string(size) +
                                         " bytes, at most " + std::to_string(bytes_max));
    return read_exactly(*file, 0, size);
}

Result<std::string> read_exactly(const File& file, std::uint64_t offset, std::size_t size) {
    std::string bytes(size, '\0');
    TRY(auto got, file.read_at(offset, bytes));
    if (got != size) return fail(Code::kCorrupt, "the file ends before its content");
    return bytes;
}

Result<void> replace_file(FileSystem& files, const std::string& directory, const std::string& name,
                          std::string_view content) {
    auto path = directory + "/" + name;
    auto temporary = path + ".tmp";
    auto removed = files.remove(temporary);
    if (!removed && removed.error().code != Code::kNotFound) return removed;
    auto written = write_new_file(files, temporary, content);
    if (written) {
        failpoint("file.after_sync_before_rename");
        written = files.rename(temporary, path);
    }
    if (!written) {
        (void)files.remove(temporary);
        return written;
    }
    failpoint("file.after_rename_before_dirsync");
    return files.sync_dir(directory);
}

}  // namespace logwood::async
