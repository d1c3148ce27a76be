// A record's key is a hash of all that the record was made from: repository, key, body, how the
// body fell into batches and which parsers ran, and which of the batches it is. A retry after a
// parser was changed thus may double events, but can never lose any.
#include "ingest/request_key.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "ingest/limits.h"
#include "log/limits.h"

namespace logwood::ingest {
namespace {

Id128 hash_of(std::string_view bytes) {
    Id128 hash{checksum64(bytes, 1), checksum64(bytes, 2)};
    if (hash.is_none()) hash.low = 1;  // None means that there is no key.
    return hash;
}

template <typename Id>
void put_id(ByteWriter& out, const Id& id) {
    out.put(id.high);
    out.put(id.low);
}

}  // namespace

Result<RequestKey> RequestKey::make(std::string_view text, std::string_view body) {
    bool is_visible = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
    if (text.empty() || text.size() > kRequestKeyBytesMax || !is_visible)
        return fail(Code::kInvalidArgument, "Idempotency-Key: 1 to " +
                                                std::to_string(kRequestKeyBytesMax) +
                                                " visible ASCII characters are expected");
    return RequestKey{.text = std::string(text), .body = hash_of(body)};
}

void key_batches(RepoId repo, const RequestKey& key, std::vector<ReadyBatch>& batches) {
    std::string all;
    ByteWriter out(all);
    put_id(out, repo);
    out.put_string(key.text);
    auto home = checksum64(all);
    put_id(out, key.body);
    for (const auto& batch : batches) {
        out.put(batch.tags.hash());
        put_id(out, batch.parser);
        out.put(batch.parser_version);
        out.put_varint(batch.events.rows());
    }
    auto of_request = hash_of(all);
    for (std::size_t i = 0; i < batches.size(); ++i) {
        std::string one;
        ByteWriter part(one);
        put_id(part, of_request);
        part.put_varint(i);
        batches[i].request_key = hash_of(one);
        batches[i].home = home;
    }
}

Result<void> RecentKeys::note(RepoId repo, const RequestKey& key, MonoTime now) {
    while (!order_.empty() && (order_.size() >= kRecentKeysMax ||
                               now - order_.front().second > log::kRequestKeyWindow)) {
        entries_.erase(order_.front().first);
        order_.pop_front();
    }
    auto name = repo.to_string() + key.text;
    auto [at, is_new] = entries_.try_emplace(name, Entry{key.body, now});
    if (is_new) order_.emplace_back(std::move(name), now);
    if (at->second.body == key.body) return {};
    return fail(Code::kConflict, "Idempotency-Key: this key came with another body before");
}

}  // namespace logwood::ingest
