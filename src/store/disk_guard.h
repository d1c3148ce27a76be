#pragma once

#include <string>

#include "async/runtime.h"
#include "async/sync.h"

namespace logwood::store {

/// Watches how full the data disk is. Above the fill limit a node takes no more data: ingest
/// answers 503, and digest and merges wait. Loop thread.
class DiskGuard {
 public:
    DiskGuard(async::Runtime& runtime, std::string data_directory);

    /// Looks once, so that is_full() is right from the start, then keeps looking.
    async::Task<Result<void>> start();
    async::Task<void> stop() { return gate_.close(); }

    bool is_full() const { return full_; }
    /// Used share of the disk, 0 to 1, when last looked at.
    double used_share() const { return used_share_; }
    /// Looks again now, as after something was deleted or a write found no space.
    async::Task<Result<void>> look();

 private:
    async::Task<void> watch();

    async::Runtime& runtime_;
    std::string data_directory_;
    async::Gate gate_;
    double used_share_ = 0;
    bool full_ = false;
};

}  // namespace logwood::store
