#include "server/host_identity.h"

namespace logwood::server {
namespace {

constexpr std::string_view kFileName = "host-id";
constexpr std::uint64_t kFileBytesMax = 64;

}  // namespace

Result<HostId> load_host_id(async::FileSystem& files, async::Random& random,
                            const std::string& data_directory) {
    auto text =
        async::read_file(files, data_directory + "/" + std::string(kFileName), kFileBytesMax);
    if (!text && text.error().code != Code::kNotFound) return fail(std::move(text).error());
    if (text) {
        while (text->ends_with('\n')) text->pop_back();
        auto id = HostId::parse(*text);
        if (!id) return fail(std::move(id).error().with_context("file host-id"));
        return *id;
    }
    auto id = random.id<HostId>();
    TRY_OK(
        async::replace_file(files, data_directory, std::string(kFileName), id.to_string() + "\n"));
    return id;
}

}  // namespace logwood::server
