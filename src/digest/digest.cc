#include "digest/digest.h"

namespace logwood::digest {

Digest::Digest(async::Runtime& runtime, log::CommitLog& log, global::Global& global,
               store::OpenBlocks& blocks, store::DiskGuard& disk, const store::Layout& layout,
               DigestOptions options)
    : context_{runtime, log, global, blocks, disk, layout, options, counters_} {}

void Digest::start() {
    auto count = context_.global.state().partition_count();
    partitions_.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        partitions_.push_back(std::make_unique<PartitionDigest>(context_, model::PartitionId(i)));
        partitions_.back()->start();
    }
}

async::Task<bool> Digest::catch_up(MonoTime deadline) {
    std::vector<model::LogOffset> ends;
    ends.reserve(partitions_.size());
    for (std::uint32_t i = 0; i < partitions_.size(); ++i)
        ends.push_back(context_.log.end(log::ingest_stream(model::PartitionId(i))));
    for (std::size_t i = 0; i < partitions_.size(); ++i)
        if (!co_await partitions_[i]->catch_up(ends[i], deadline)) co_return false;
    co_return true;
}

async::Task<void> Digest::stop() {
    for (auto& partition : partitions_) co_await partition->stop();
    partitions_.clear();
}

}  // namespace logwood::digest
