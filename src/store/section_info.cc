#include "store/section_info.h"

#include "global/limits.h"
#include "store/tag_summary.h"

namespace logwood::store {

global::SectionInfo section_info(const segment::Summary& summary, std::uint64_t file_offset) {
    return {.id = summary.id,
            .repo = summary.repo,
            .event_times = summary.event_times,
            .ingest_times = summary.ingest_times,
            .rows = summary.rows,
            .raw_bytes = summary.raw_bytes,
            .stored_bytes = summary.stored_bytes,
            .checksum = summary.checksum,
            .tail_offset = summary.tail_offset,
            .file_offset = file_offset,
            .redacted_up_to = 0,
            .tag_summary = pack_tags(summary.tags, global::kTagSummaryBytesMax)};
}

}  // namespace logwood::store
