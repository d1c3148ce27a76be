#include "digest/checkpoint.h"

#include <map>

#include "base/bytes.h"
#include "segment/writer.h"
#include "store/section_info.h"

namespace logwood::digest {

SegmentId section_id(const store::CheckpointRange& range, RepoId repo) {
    std::string text;
    ByteWriter writer(text);
    writer.put(range.epoch.value);
    writer.put(range.partition.value);
    writer.put(range.from.value);
    writer.put(range.to.value);
    writer.put(repo.high);
    writer.put(repo.low);
    return SegmentId(Id128{checksum64(text, 1), checksum64(text, 2)});
}

Result<BuiltCheckpoint> build_checkpoint(
    const store::CheckpointRange& range,
    const std::vector<std::shared_ptr<const model::PlacedRecord>>& records) {
    std::map<RepoId, std::vector<std::shared_ptr<const model::PlacedRecord>>> by_repo;
    for (auto& placed : records)
        if (placed->record.events.rows() > 0) by_repo[placed->record.repo].push_back(placed);

    BuiltCheckpoint built;
    if (by_repo.empty()) return built;
    store::CheckpointBuilder file(range);
    for (auto& [repo, of_repo] : by_repo) {
        TRY(auto written,
            segment::write_segment(
                {.level = segment::Level::kMini, .id = section_id(range, repo), .repo = repo},
                of_repo));
        file.add(repo, written.bytes);
        built.sections.push_back(
            store::section_info(written.summary, file.layout().sections.back().offset));
    }
    built.bytes = std::move(file).finish();
    return built;
}

}  // namespace logwood::digest
