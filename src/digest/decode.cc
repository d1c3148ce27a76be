#include "digest/decode.h"

#include <utility>

#include "log/record.h"

namespace logwood::digest {

std::vector<PlacedResult> decode_entries(model::Epoch epoch, model::PartitionId partition,
                                         const std::vector<log::Entry>& entries) {
    std::vector<PlacedResult> decoded;
    decoded.reserve(entries.size());
    for (auto& entry : entries) {
        if (entry.gap_end) {
            decoded.emplace_back(nullptr);
            continue;
        }
        auto record = log::decode_record(entry.payload);
        if (!record) {
            decoded.emplace_back(fail(std::move(record).error()));
            continue;
        }
        decoded.emplace_back(std::make_shared<const model::PlacedRecord>(
            model::PlacedRecord{epoch, partition, entry.offset, *std::move(record)}));
    }
    return decoded;
}

}  // namespace logwood::digest
