// A write first makes the newest file the previous one, then puts the new one in its place. Between
// the two only the previous is there: load() falls back to it, and as the log was trimmed no
// further than the snapshot before that, its entries behind it are still there.
#include "global/snapshot_files.h"

#include <utility>

#include "async/failpoint.h"
#include "global/limits.h"

namespace logwood::global {

std::optional<State> SnapshotFiles::load(const char* name, std::optional<Error>& error) {
    auto text = async::read_file(files_, directory_ + "/" + name, kSnapshotBytesMax);
    if (!text) {
        if (text.error().code != Code::kNotFound) error = std::move(text).error();
        return std::nullopt;
    }
    auto state = parse_snapshot(*text);
    if (state) return *std::move(state);
    error = std::move(state).error();
    return std::nullopt;
}

SnapshotFiles::Loaded SnapshotFiles::load() {
    Loaded loaded;
    loaded.state = load(kNewest, loaded.newest_error);
    if (loaded.state) {
        newest_ = loaded.state->next();
        return loaded;
    }
    loaded.state = load(kPrevious, loaded.previous_error);
    if (loaded.state) previous_ = loaded.state->next();
    return loaded;
}

Result<void> SnapshotFiles::write(const StateView& view) {
    auto text = render_snapshot(view);
    if (newest_) {
        TRY_OK(files_.rename(directory_ + "/" + kNewest, directory_ + "/" + kPrevious));
        previous_ = std::exchange(newest_, std::nullopt);
        TRY_OK(files_.sync_dir(directory_));
    }
    async::failpoint("global.before_snapshot_write");
    TRY_OK(async::replace_file(files_, directory_, kNewest, text));
    newest_ = view.next;
    return {};
}

}  // namespace logwood::global
