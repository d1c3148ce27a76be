// The keys that a partition's records had, where a checkpoint ends: what a new leader goes on from,
// and what a range is rebuilt with. A key file is durable before its checkpoint is registered, and
// stays as long as a range behind it may have to be rebuilt.
#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "digest/partition_digest.h"

namespace logwood::digest {
namespace {

constexpr std::string_view kSuffix = ".keys";

}  // namespace

std::string PartitionDigest::key_file_name(model::LogOffset to) const {
    return fmt::format("{}-{}-{}{}", context_.log.epoch().value, partition_.value, to.value,
                       kSuffix);
}

/// Looks which key files of the partition there are.
async::Task<Result<void>> PartitionDigest::load_key_files() {
    auto work = [&files = context_.runtime.files,
                 directory =
                     context_.layout.digest_directory()]() -> Result<std::vector<std::string>> {
        TRY_OK(files.create_directories(directory));
        return files.list(directory);
    };
    CO_TRY(auto names, co_await async::run_on(context_.runtime.loop, async::Lane::kDigest, work));
    key_files_.clear();
    auto prefix = fmt::format("{}-{}-", context_.log.epoch().value, partition_.value);
    for (std::string_view name : names) {
        if (!name.starts_with(prefix) || !name.ends_with(kSuffix)) continue;
        auto number = name.substr(prefix.size(), name.size() - prefix.size() - kSuffix.size());
        model::LogOffset to;
        auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), to.value);
        if (error == std::errc() && end == number.data() + number.size()) key_files_.insert(to);
    }
    co_return {};
}

/// The keys of the log below `to`, where a registered range ends. Without a file there are none;
/// but below the watermark files are removed, and then the log says what it still can.
async::Task<Result<SeenKeys>> PartitionDigest::keys_at(model::LogOffset to) {
    if (!key_files_.contains(to)) {
        SeenKeys keys;
        if (to < row()->trim_watermark)
            CO_TRY_OK(co_await replay(context_.log.begin(stream()), to, keys, nullptr));
        co_return keys;
    }
    auto epoch = context_.log.epoch();
    auto path = context_.layout.digest_directory() + "/" + key_file_name(to);
    auto work = [&]() -> Result<SeenKeys> {
        TRY(auto bytes, async::read_file(context_.runtime.files, path, kKeyFileBytesMax));
        return SeenKeys::decode(bytes, epoch, partition_, to);
    };
    auto keys = co_await async::run_on(context_.runtime.loop, async::Lane::kDigest, work);
    if (keys || (keys.error().code != Code::kCorrupt && keys.error().code != Code::kTooLarge))
        co_return keys;
    // Events matter more than that a repeat is noticed.
    ++context_.counters.key_files_lost;
    report("a key file is damaged: requests that are sent again may double", keys.error());
    co_return SeenKeys();
}

async::Task<Result<void>> PartitionDigest::remove_key_files(model::LogOffset below) {
    std::vector<std::string> paths;
    while (!key_files_.empty() && *key_files_.begin() < below) {
        paths.push_back(context_.layout.digest_directory() + "/" +
                        key_file_name(*key_files_.begin()));
        key_files_.erase(key_files_.begin());
    }
    if (paths.empty()) co_return {};
    // One that stays behind is looked at again by the next leader.
    auto work = [&]() -> Result<void> {
        for (auto& path : paths)
            if (auto done = context_.runtime.files.remove(path);
                !done && done.error().code != Code::kNotFound)
                return done;
        return {};
    };
    co_return co_await async::run_on(context_.runtime.loop, async::Lane::kDigest, work);
}

}  // namespace logwood::digest
