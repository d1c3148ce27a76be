// Looks into segment and checkpoint files where they lie. A running server may write beside them:
// files never change once they have their name.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "async/file_system.h"
#include "cli/api_client.h"
#include "cli/commands/commands.h"
#include "cli/segment_dump.h"
#include "cli/terminal.h"
#include "segment/format.h"
#include "segment/reader.h"
#include "store/checkpoint_file.h"
#include "store/file_source.h"

namespace logwood::cli {
namespace {

constexpr std::string_view kCheckpointMagic = "LWCKPT";

struct Opened {
    std::shared_ptr<async::File> file;
    std::uint64_t size = 0;
    bool is_checkpoint = false;
};

Result<Opened> open_file(const std::string& path) {
    auto files = async::make_posix_file_system();
    TRY(auto file, files->open(path, async::OpenMode::kRead));
    Opened opened{.file = std::move(file)};
    TRY(opened.size, opened.file->size());
    char magic[8] = {};
    TRY(auto got, opened.file->read_at(0, magic));
    std::string_view begins(magic, got);
    opened.is_checkpoint = begins.starts_with(kCheckpointMagic);
    if (!opened.is_checkpoint && begins != segment::kHeaderMagic)
        return fail(Code::kCorrupt, "neither a segment nor a checkpoint file");
    return opened;
}

using ReaderPtr = std::shared_ptr<const segment::Reader>;

Result<ReaderPtr> open_section(const Opened& opened, std::uint64_t offset, std::uint64_t length) {
    return segment::Reader::open(store::make_file_source(opened.file, offset, length));
}

Result<std::string> dump(const std::string& path) {
    TRY(auto opened, open_file(path));
    auto width = terminal_width();
    if (!opened.is_checkpoint) {
        TRY(auto reader, open_section(opened, 0, opened.size));
        return dump_segment(*reader, width);
    }
    TRY(auto layout, store::read_checkpoint_layout(*opened.file));
    auto text = dump_checkpoint(layout, width);
    for (auto& section : layout.sections) {
        TRY(auto reader, open_section(opened, section.offset, section.length));
        text += "\n" + dump_segment(*reader, width);
    }
    return text;
}

ExitCode dump_file(const std::string& path) {
    auto text = dump(path);
    if (!text) {
        report(std::move(text).error().with_context(path));
        return kFailed;
    }
    auto printed = print(*text);
    return printed ? kOk : report(printed.error());
}

/// Reads everything; gives the number of rows.
Result<std::uint64_t> verify(const std::string& path) {
    TRY(auto opened, open_file(path));
    if (!opened.is_checkpoint) {
        TRY(auto reader, open_section(opened, 0, opened.size));
        TRY_OK(reader->verify());
        return reader->summary().rows;
    }
    TRY(auto layout, store::verify_checkpoint(*opened.file));
    std::uint64_t rows = 0;
    for (auto& section : layout.sections) {
        TRY(auto reader, open_section(opened, section.offset, section.length));
        TRY_OK(reader->verify());
        if (reader->summary().repo != section.repo)
            return fail(Code::kCorrupt, "a section is of another repository than it says");
        rows += reader->summary().rows;
    }
    return rows;
}

ExitCode verify_files(const std::vector<std::string>& paths) {
    auto code = kOk;
    for (auto& path : paths) {
        auto rows = verify(path);
        if (rows) {
            std::printf("%s: ok, %llu rows\n", path.c_str(),
                        static_cast<unsigned long long>(*rows));
            continue;
        }
        std::printf("%s: DAMAGED: %s\n", path.c_str(), rows.error().message.c_str());
        code = kFailed;
    }
    return code;
}

}  // namespace

void add_segment(CLI::App& app, Verb& verb) {
    auto* segment = app.add_subcommand("segment", "Look into segment and checkpoint files");
    segment->require_subcommand(1);
    auto path = std::make_shared<std::string>();
    auto* dump_verb =
        segment->add_subcommand("dump", "Print what a file holds: row groups, columns, sizes");
    dump_verb->add_option("file", *path)->required();
    dump_verb->callback([path, &verb] { verb = [path] { return dump_file(*path); }; });
    auto paths = std::make_shared<std::vector<std::string>>();
    auto* verify_verb = segment->add_subcommand(
        "verify", "Read and check every byte of files: exit 1 when one is damaged");
    verify_verb->add_option("file", *paths)->required();
    verify_verb->callback([paths, &verb] { verb = [paths] { return verify_files(*paths); }; });
}

}  // namespace logwood::cli
