#include "log/log_scan.h"

#include <algorithm>
#include <string>

#include "log/log_frame.h"

namespace logwood::log {
namespace {

Result<void> check_is_known(const Frame& frame) {
    if (frame.version == kFrameVersion &&
        (frame.kind == FrameKind::kRecord || frame.kind == FrameKind::kMark))
        return {};
    return fail(Code::kUnsupported, "log file: frame of version " + std::to_string(frame.version) +
                                        ", kind " + std::to_string(std::to_underlying(frame.kind)) +
                                        " is newer than this program");
}

}  // namespace

std::uint64_t FileScan::end() const {
    auto behind_last = records.empty() ? 0 : records.back().offset + 1;
    return std::max(behind_last, durable_end_seen);
}

Result<FileScan> scan_frames(std::string_view bytes, std::size_t start, std::uint64_t first,
                             std::uint64_t seed) {
    FileScan scan{.records = {}, .damages = {}, .durable_end_seen = first, .end_position = start};
    auto expected = first;
    for (auto at = start; at < bytes.size();) {
        auto frame = frame_at(bytes, at, seed);
        if (frame) TRY_OK(check_is_known(*frame));
        if (!frame || frame->offset < expected || frame->durable_end > frame->offset) {
            scan.damages.push_back({expected, at, scan.records.size()});
            at = find_frame(bytes, at + 1, seed, expected);
            if (at == bytes.npos) break;
            continue;
        }
        if (frame->kind == FrameKind::kRecord) {
            scan.records.push_back({.offset = frame->offset,
                                    .position = static_cast<std::uint32_t>(at),
                                    .size = static_cast<std::uint32_t>(frame->size())});
            expected = frame->offset + 1;
        }
        scan.durable_end_seen = std::max(scan.durable_end_seen, frame->durable_end);
        at += frame->size();
        scan.end_position = at;
    }
    return scan;
}

std::size_t cut_torn_tail(FileScan& scan, std::size_t file_bytes) {
    for (std::size_t i = 0; i < scan.damages.size(); ++i) {
        auto torn = scan.damages[i];
        if (torn.expected_offset < scan.durable_end_seen) continue;
        scan.damages.resize(i);
        scan.records.resize(torn.records_before);
        scan.end_position = torn.position;
        return torn.position;
    }
    return file_bytes;
}

}  // namespace logwood::log
