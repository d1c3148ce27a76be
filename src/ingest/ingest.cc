#include "ingest/ingest.h"

#include <utility>

#include "async/failpoint.h"
#include "ingest/assembler.h"

namespace logwood::ingest {
namespace {

/// Counts bytes while it lives.
class Held {
 public:
    Held(std::uint64_t& counter, std::size_t bytes) : counter_(counter), bytes_(bytes) {
        counter_ += bytes_;
    }
    Held(const Held&) = delete;
    ~Held() { counter_ -= bytes_; }

 private:
    std::uint64_t& counter_;
    std::size_t bytes_;
};

}  // namespace

Ingest::Ingest(async::Runtime runtime, log::CommitLog& log, global::Global& global,
               IngestOptions options)
    : runtime_(runtime),
      global_(global),
      options_(std::move(options)),
      parsers_(options_.compile),
      coalescer_(runtime, log, [&global] { return global.state().partition_count(); }) {}
Ingest::~Ingest() = default;

async::Task<Result<std::string>> Ingest::ingest(std::shared_ptr<const global::Repository> repo,
                                                std::optional<std::string> parser_of_token,
                                                Protocol protocol, Incoming incoming) {
    auto size = incoming.body.size();
    if (counters_.bytes_in_flight + size > options_.bytes_in_flight_max)
        co_return fail(Code::kUnavailable, "too many requests are under way");
    if (options_.is_full && options_.is_full())
        co_return fail(Code::kNoSpace, "the data disk is full");
    if (global_.state().partition_count() == 0)
        co_return fail(Code::kUnavailable, "the log has no partitions yet");
    Held held(counters_.bytes_in_flight, size);
    ParserSet parsers(parsers_, global_.state().parsers(repo->id));
    ParserRule rule{.of_token = std::move(parser_of_token),
                    .fallback = std::string(protocol.fallback_parser),
                    .type_must_exist = protocol.type_must_exist};
    incoming.repository = repo->name;
    RequestKey key;
    auto now = runtime_.loop.utc_now();
    auto work = [&]() -> Result<std::vector<ReadyBatch>> {
        if (incoming.idempotency_key) {
            TRY(key, RequestKey::make(*incoming.idempotency_key, incoming.body));
        }
        Assembler assembler(parsers, std::move(rule), now);
        TRY_OK(protocol.decode(incoming, assembler));
        TRY(auto batches, assembler.finish());
        if (!key.text.empty()) key_batches(repo->id, key, batches);
        incoming.body = std::string();
        return batches;
    };
    CO_TRY(auto batches, co_await async::run_on(runtime_.loop, async::Lane::kIngest, work));
    if (!key.text.empty()) CO_TRY_OK(recent_keys_.note(repo->id, key, runtime_.loop.now()));
    std::size_t events = 0;
    for (const auto& batch : batches) events += batch.events.rows();
    CO_TRY_OK(co_await coalescer_.append(repo->id, std::move(batches)));
    async::failpoint("ingest.after_ack_before_200");
    counters_.events += events;
    counters_.body_bytes += size;
    co_return std::move(incoming.answer);
}

async::Task<void> Ingest::stop() { co_await coalescer_.stop(); }

}  // namespace logwood::ingest
