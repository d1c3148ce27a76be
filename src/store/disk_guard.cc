#include "store/disk_guard.h"

#include <utility>

#include "store/limits.h"

namespace logwood::store {

DiskGuard::DiskGuard(async::Runtime& runtime, std::string data_directory)
    : runtime_(runtime), data_directory_(std::move(data_directory)), gate_(runtime.loop) {}

async::Task<Result<void>> DiskGuard::start() {
    CO_TRY_OK(co_await look());
    gate_.spawn(watch());
    co_return {};
}

async::Task<Result<void>> DiskGuard::look() {
    auto ask = [&files = runtime_.files, path = data_directory_] { return files.space(path); };
    CO_TRY(auto space, co_await async::run_on(runtime_.loop, async::Lane::kIngest, std::move(ask)));
    if (space.capacity_bytes == 0) co_return {};
    used_share_ =
        1.0 - static_cast<double>(space.free_bytes) / static_cast<double>(space.capacity_bytes);
    full_ = used_share_ >= (full_ ? kFillResume : kFillLimit);
    co_return {};
}

async::Task<void> DiskGuard::watch() {
    while (!gate_.closing()) {
        co_await gate_.pause_for(kSpaceCheckInterval);
        if (!gate_.closing()) (void)co_await look();
    }
}

}  // namespace logwood::store
