#include "global/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "global/limits.h"
#include "global/sample_test.h"

namespace logwood::global {
namespace {

using enum Outcome::Verdict;

struct Case {
    const char* what;
    Body body;
    Outcome::Verdict verdict;
    Code code = Code::kConflict;
};

/// Applies each case to a copy of the sample's state.
void check(const Sample& sample, const std::vector<Case>& cases) {
    for (const auto& c : cases) {
        auto copy = sample;
        auto before = copy.state.hash();
        auto outcome = copy.apply(c.body);
        EXPECT_EQ(outcome.verdict, c.verdict) << c.what << ": " << outcome.reason;
        if (outcome.accepted()) continue;
        EXPECT_EQ(outcome.code, c.code) << c.what << ": " << outcome.reason;
        EXPECT_FALSE(outcome.reason.empty()) << c.what;
        // A refused change leaves nothing but its sequence.
        auto only_sequence = sample;
        only_sequence.apply(StateHashCheck{});
        EXPECT_EQ(copy.state.hash(), only_sequence.state.hash()) << c.what;
        EXPECT_NE(copy.state.hash(), before) << c.what;
    }
}

TEST(StateTest, Repositories) {
    Sample sample;
    auto made = sample.must(CreateRepository{repo_id(1), "web", "d", age(1h), UtcTime{3}});
    sample.must(CreateRepository{repo_id(2), "audit", "", {}, {}});
    auto deleted = sample.must(CreateRepository{repo_id(3), "old", "", {}, {}});
    sample.must(DeleteRepository{repo_id(3), deleted});
    std::string long_name(kNameBytesMax + 1, 'n');
    check(sample,
          {
              {"new", CreateRepository{repo_id(9), "new", "", {}, {}}, kAccepted},
              {"name of a deleted one", CreateRepository{repo_id(9), "old", "", {}, {}}, kAccepted},
              {"name taken", CreateRepository{repo_id(9), "web", "", {}, {}}, kConflict,
               Code::kAlreadyExists},
              {"id taken", CreateRepository{repo_id(3), "new", "", {}, {}}, kConflict,
               Code::kAlreadyExists},
              {"no name", CreateRepository{repo_id(9), "", "", {}, {}}, kConflict,
               Code::kInvalidArgument},
              {"long name", CreateRepository{repo_id(9), long_name, "", {}, {}}, kConflict,
               Code::kInvalidArgument},
              {"no id", CreateRepository{RepoId(), "new", "", {}, {}}, kConflict,
               Code::kInvalidArgument},
              {"retention of nothing", CreateRepository{repo_id(9), "new", "", age(0s), {}},
               kConflict, Code::kInvalidArgument},
              {"update", UpdateRepository{repo_id(1), made, "web", "", age(2h)}, kAccepted},
              {"rename", UpdateRepository{repo_id(1), made, "www", "", {}}, kAccepted},
              {"rename onto another", UpdateRepository{repo_id(1), made, "audit", "", {}},
               kConflict, Code::kAlreadyExists},
              {"update of an old version", UpdateRepository{repo_id(1), made - 1, "web", "", {}},
               kConflict},
              {"update of a deleted one", UpdateRepository{repo_id(3), deleted, "old", "", {}},
               kConflict, Code::kNotFound},
              {"delete of an old version", DeleteRepository{repo_id(1), made + 1}, kConflict},
              {"delete of nothing", DeleteRepository{repo_id(8), 1}, kConflict, Code::kNotFound},
          });
    auto web = sample.state.repository_named("web");
    ASSERT_TRUE(web);
    EXPECT_EQ(*web, (Repository{repo_id(1), made, "web", "d", age(1h), UtcTime{3}, false}));
    EXPECT_FALSE(sample.state.repository_named("old"));
    ASSERT_EQ(sample.state.repositories().size(), 2U);
    EXPECT_EQ(sample.state.repositories()[0]->name, "audit");
}

TEST(StateTest, ParsersAndTokens) {
    Sample sample;
    sample.set_up();
    Parser json{.id = parser_id(1), .repo = repo_id(1), .name = "json", .script = "parseJson()"};
    Parser kv{.id = parser_id(2), .repo = repo_id(1), .name = "kv", .script = "kvParse()"};
    auto v1 = sample.must(PutParser{json, 0});
    sample.must(PutParser{kv, 0});
    auto v2 = sample.must(PutParser{json, v1});
    EXPECT_EQ(sample.state.parser_named(repo_id(1), "json")->revision, 2U);
    IngestToken token{.repo = repo_id(1), .name = "t", .token = "abc", .parser = "json"};
    auto t1 = sample.must(PutIngestToken{token, 0});

    auto renamed = json;
    renamed.name = "kv";
    auto moved = json;
    moved.repo = repo_id(2);
    auto same_name_elsewhere = kv;
    same_name_elsewhere.id = parser_id(3);
    same_name_elsewhere.repo = repo_id(2);
    auto other_token = token;
    other_token.name = "u";
    auto unknown_repo = token;
    unknown_repo.repo = repo_id(7);
    check(
        sample,
        {
            {"parser again as new", PutParser{json, 0}, kConflict},
            {"parser at an old version", PutParser{json, v1}, kConflict},
            {"parser", PutParser{json, v2}, kAccepted},
            {"name taken", PutParser{renamed, v2}, kConflict, Code::kAlreadyExists},
            {"other repository", PutParser{moved, v2}, kConflict, Code::kInvalidArgument},
            {"same name elsewhere", PutParser{same_name_elsewhere, 0}, kAccepted},
            {"delete", DeleteParser{parser_id(1), v2}, kAccepted},
            {"delete at an old version", DeleteParser{parser_id(1), v1}, kConflict},
            {"delete nothing", DeleteParser{parser_id(9), v1}, kConflict, Code::kNotFound},
            {"token", PutIngestToken{token, t1}, kAccepted},
            {"token as new", PutIngestToken{token, 0}, kConflict},
            {"token text taken", PutIngestToken{other_token, 0}, kConflict, Code::kAlreadyExists},
            {"token of no repository", PutIngestToken{unknown_repo, 0}, kConflict, Code::kNotFound},
            {"delete token", DeleteIngestToken{repo_id(1), "t", t1}, kAccepted},
            {"delete token, old", DeleteIngestToken{repo_id(1), "t", t1 + 1}, kConflict},
            {"delete no token", DeleteIngestToken{repo_id(1), "x", t1}, kConflict, Code::kNotFound},
        });
    EXPECT_EQ(sample.state.token_by_text("abc")->name, "t");
    EXPECT_EQ(sample.state.parsers(repo_id(1)).size(), 2U);

    sample.must(DeleteRepository{repo_id(1), sample.state.repository(repo_id(1))->version});
    EXPECT_FALSE(sample.state.token_by_text("abc"));
    EXPECT_TRUE(sample.state.parsers(repo_id(1)).empty());
    EXPECT_TRUE(sample.state.tokens(repo_id(1)).empty());
}

TEST(StateTest, ProposersAreAdmittedOnce) {
    Sample sample;
    auto body = [](std::uint64_t n) {
        return CreateRepository{repo_id(n), "r" + std::to_string(n), "", {}, {}};
    };
    struct Step {
        ProposalId id;
        Body body;
        Outcome::Verdict verdict;
    };
    const Step steps[] = {
        {{host_id(1), 1, 200}, body(1), kAccepted},
        {{host_id(1), 1, 200}, body(1), kDuplicate},         // the same once more
        {{host_id(1), 1, 199}, body(2), kDuplicate},         // late: a later one was applied
        {{host_id(1), 2, 300}, body(2), kStaleIncarnation},  // not started yet
        {{host_id(7), 1, 1}, body(2), kStaleIncarnation},    // never started
        {{host_id(1), 2, 50}, HostStarted{"a", "", 1}, kAccepted},
        {{host_id(1), 2, 60}, HostStarted{"b", "", 1}, kStaleIncarnation},  // lost the race
        {{host_id(1), 1, 201}, body(2), kStaleIncarnation},                 // of the process before
        {{host_id(1), 2, 51}, body(2), kAccepted},
        {{}, body(3), kConflict},
        {{}, Genesis{.cluster = ClusterId(Id128{8, 8}), .feature_level = 1}, kConflict},
    };
    for (const auto& step : steps) {
        auto before = sample.state.hash();
        auto outcome = sample.apply_as(step.id, step.body);
        EXPECT_EQ(outcome.verdict, step.verdict) << sample.log.size() << outcome.reason;
        if (step.verdict != kAccepted) EXPECT_EQ(sample.state.hash(), before);
        EXPECT_EQ(outcome.version, sample.log.size());
    }
}

TEST(StateTest, NothingBeforeGenesis) {
    State state;
    auto outcome = state.apply({{host_id(1), 1, 1}, HostStarted{"a", "", 1}}, at(0));
    EXPECT_EQ(outcome.verdict, kConflict);
    state.skip(at(1));
    outcome = state.apply(
        {{}, Genesis{.cluster = ClusterId(Id128{8, 8}), .parent_version = 5, .feature_level = 1}},
        at(2));
    EXPECT_EQ(outcome.code, Code::kUnsupported);
    outcome =
        state.apply({{}, Genesis{.cluster = ClusterId(Id128{8, 8}), .feature_level = 1}}, at(5));
    EXPECT_TRUE(outcome.accepted());
    EXPECT_EQ(state.version(), 6U);
    EXPECT_EQ(state.next(), at(6));
}

TEST(StateTest, FeatureLevels) {
    Sample sample;
    EXPECT_EQ(sample.apply(RaiseFeatureLevel{1}).verdict, kConflict);
    EXPECT_EQ(sample.apply(RaiseFeatureLevel{2}).verdict, kConflict);  // host 1 knows 1
    sample.next.incarnation = 2;
    sample.must(HostStarted{"alpha", "", 2});
    sample.must(RaiseFeatureLevel{2});
    EXPECT_EQ(sample.state.cluster().feature_level, 2U);
    EXPECT_EQ(sample.apply_as({host_id(3), 1, 1}, HostStarted{"old", "", 1}).code,
              Code::kUnsupported);
    EXPECT_FALSE(sample.state.host(host_id(3)));
}

TEST(StateTest, HashChecks) {
    Sample sample;
    while (sample.state.version() < kHashCheckEvery) sample.apply(StateHashCheck{});
    auto hash = sample.state.hash();
    EXPECT_EQ(sample.apply(StateHashCheck{kHashCheckEvery, hash}).verdict, kAccepted);
    EXPECT_EQ(sample.apply(StateHashCheck{kHashCheckEvery, hash + 1}).verdict, kDiverged);
    EXPECT_EQ(sample.apply(StateHashCheck{kHashCheckEvery - 1, hash}).verdict, kAccepted);
}

TEST(StateTest, RandomChangesKeepIndexesAndHashInStep) {
    Sample sample;
    sample.set_up();
    ++sample.next.incarnation;
    sample.must(HostStarted{"alpha", "", kFeatureLevel});
    sample.must(RaiseFeatureLevel{kFeatureLevel});
    RandomChanges changes(11, kFeatureLevel);
    std::map<std::pair<std::size_t, Outcome::Verdict>, int> seen;
    for (int i = 0; i < 20'000; ++i) {
        auto body = changes.draw(sample);
        auto kind = body.index();
        if (std::holds_alternative<HostStarted>(body)) ++sample.next.incarnation;
        ++seen[{kind, sample.apply(std::move(body)).verdict}];
    }
    // Every kind but Genesis was accepted sometimes; the generator is worth something.
    for (std::size_t kind = 1; kind < std::variant_size_v<Body>; ++kind) {
        if (kind == Body(RaiseFeatureLevel{}).index()) continue;
        EXPECT_GT((seen[{kind, kAccepted}]), 0) << kind;
    }
    EntityStore rebuilt;
    const auto& entities = sample.state.entities();
    auto copy = [&](const auto& entity) { rebuilt.put(*entity); };
    rebuilt.put(entities.cluster);
    entities.repositories.for_each(copy);
    entities.parsers.for_each(copy);
    entities.tokens.for_each(copy);
    entities.listeners.for_each(copy);
    entities.hosts.for_each(copy);
    entities.partitions.for_each(copy);
    entities.checkpoints.for_each(copy);
    entities.segments.for_each(copy);
    entities.gaps.for_each(copy);
    EXPECT_EQ(rebuilt.hash(), sample.state.hash());
    State again(std::move(rebuilt), sample.state.next());
    EXPECT_EQ(again.version(), sample.state.version());
    for (std::uint64_t repo = 1; repo <= 5; ++repo) {
        auto id = repo_id(repo);
        EXPECT_EQ(again.live_segments(id).size(), sample.state.live_segments(id).size());
        EXPECT_EQ(again.tokens(id).size(), sample.state.tokens(id).size());
        EXPECT_EQ(again.parsers(id).size(), sample.state.parsers(id).size());
        EXPECT_EQ(again.listeners(id).size(), sample.state.listeners(id).size());
    }
    for (auto state : {SegmentState::kReplaced, SegmentState::kExpired, SegmentState::kDeleted})
        EXPECT_EQ(again.segments_in(state, UtcTime::max(), 1 << 20).size(),
                  sample.state.segments_in(state, UtcTime::max(), 1 << 20).size());
}

}  // namespace
}  // namespace logwood::global
