// A proposal is appended under the next sequence of this process, and decided when its entry is
// applied; or when it was surely not appended; or when a later one of this process was applied:
// then its own entry, should it still appear, is refused by everyone. A caller that stops waiting
// leaves it behind as unknown, and its outcome is kept once there is one.
#include <algorithm>

#include "global/change_codec.h"
#include "global/global_impl.h"

namespace logwood::global {

async::Task<Result<Outcome>> Global::Impl::propose(Body body, ProposalId& id) {
    if (failed) co_return fail(Code::kUnavailable, "the metadata failed: " + failed->message);
    if (!running) co_return fail(Code::kUnavailable, "the metadata service does not run");
    if (feature_level_of(body) > state.cluster().feature_level)
        co_return fail(Code::kUnsupported,
                       "not all nodes of the cluster know this kind of change yet");
    id = {options.host, incarnation, ++last_sequence};
    co_return co_await submit({id, std::move(body)});
}

async::Task<Result<Outcome>> Global::Impl::submit(Change change) {
    auto sequence = change.id.sequence;
    auto payload = encode_change(change);
    if (payload.size() > kEntryBytesMax)
        co_return fail(Code::kTooLarge, "the change is larger than an entry of the log may be");
    if (auto readable = decode_entry(payload); !readable)
        co_return fail(Code::kInvalidArgument, readable.error().message);

    auto mine = std::make_shared<Pending>();
    pending.emplace(sequence, mine);
    gate.spawn(append(mine, std::move(payload)));
    auto deadline = runtime.loop.now() + options.proposal_timeout;
    while (!mine->is_decided() && !gate.closing() && !failed)
        if (!co_await changed.wait_until(deadline)) break;
    mine->has_waiter = false;
    if (mine->is_decided()) pending.erase(sequence);
    if (mine->outcome) co_return *std::move(mine->outcome);
    if (mine->never) co_return fail(*std::move(mine->never));
    co_return fail(Code::kUnknownOutcome, "the change was not seen yet and may still be applied");
}

async::Task<void> Global::Impl::append(std::shared_ptr<Pending> mine, std::string payload) {
    auto appended = co_await log.append(kGlobalStream, std::move(payload));
    if (appended || appended.error().code == Code::kUnknownOutcome || mine->is_decided()) co_return;
    mine->never = std::move(appended).error();
    if (!mine->has_waiter) {
        auto at = std::ranges::find_if(pending, [&](const auto& p) { return p.second == mine; });
        if (at != pending.end())
            decide(at->first, mine,
                   {.verdict = Outcome::Verdict::kConflict,
                    .code = mine->never->code,
                    .reason = "not appended: " + mine->never->message});
    }
    changed.notify();
}

void Global::Impl::note(const ProposalId& id, const Outcome& outcome) {
    if (id.host != options.host || id.incarnation != incarnation) return;
    if (outcome.verdict == Outcome::Verdict::kStaleIncarnation) {
        // Either a newer process took over, or the entry is of one that lost against this one.
        auto at = pending.find(id.sequence);
        if (at == pending.end()) return;
        decide(id.sequence, at->second, outcome);
        if (running) fail_with({Code::kConflict, outcome.reason});
        return;
    }
    while (!pending.empty() && pending.begin()->first <= id.sequence) {
        auto [sequence, proposal] = *pending.begin();
        if (proposal->never || proposal->outcome) {  // its waiter has yet to run
            pending.erase(pending.begin());
            continue;
        }
        decide(sequence, proposal,
               sequence == id.sequence
                   ? outcome
                   : Outcome{.verdict = Outcome::Verdict::kDuplicate,
                             .code = Code::kUnavailable,
                             .reason = "a later change of this host was applied before it",
                             .version = outcome.version});
    }
}

void Global::Impl::decide(std::uint64_t sequence, std::shared_ptr<Pending> proposal,
                          Outcome outcome) {
    pending.erase(sequence);
    if (proposal->has_waiter) {
        proposal->outcome = std::move(outcome);
        return;
    }
    decided.emplace(sequence, std::move(outcome));
    if (decided.size() > kUnknownOutcomesMax) decided.erase(decided.begin());
}

void Global::Impl::publish_hash() {
    if (!running || state.version() % kHashCheckEvery != 0) return;
    gate.spawn(propose_quietly(StateHashCheck{state.version(), state.hash()}));
}

// A hash that is not published leaves the next one to find a divergence.
async::Task<void> Global::Impl::propose_quietly(Body body) {
    ProposalId id;
    (void)co_await propose(std::move(body), id);
}

}  // namespace logwood::global
