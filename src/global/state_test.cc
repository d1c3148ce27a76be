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
        {{host_id(1), 2, 50}, HostStarted{"a", "", 2}, kAccepted},
        {{host_id(1), 2, 60}, HostStarted{"b", "", 2}, kStaleIncarnation},  // lost the race
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

TEST(StateTest, ParsersHaveTestCasesFromTheirLevelOn) {
    State state;
    state.apply({{}, Genesis{.cluster = ClusterId(Id128{9, 9}), .feature_level = 1}}, at(0));
    state.apply({{host_id(1), 1, 1}, HostStarted{"new", "", 3}}, at(1));
    state.apply({{host_id(1), 1, 2}, CreateRepository{repo_id(1), "web", "", {}, {}}}, at(2));
    auto put = [&](std::uint64_t sequence, Parser parser, std::uint64_t offset) {
        parser.id = parser_id(1);
        parser.repo = repo_id(1);
        parser.name = "p";
        auto old = state.parser(parser.id);
        return state.apply(
            {{host_id(1), 1, sequence}, PutParser{std::move(parser), old ? old->version : 0}},
            at(offset));
    };
    Parser tested{.test_cases = {{.raw = "a=1"}}};
    EXPECT_EQ(put(3, tested, 3).code, Code::kUnsupported);
    EXPECT_EQ(put(4, {.description = "d"}, 4).code, Code::kUnsupported);
    EXPECT_TRUE(put(5, {}, 5).accepted());
    state.apply({{host_id(1), 1, 6}, RaiseFeatureLevel{2}}, at(6));
    EXPECT_TRUE(put(7, tested, 7).accepted());
    EXPECT_EQ(state.parser(parser_id(1))->test_cases, tested.test_cases);
    tested.test_cases[0].raw.assign(kParserTestBytesMax + 1, 'x');
    EXPECT_EQ(put(8, tested, 8).code, Code::kInvalidArgument);
    tested.test_cases.assign(kParserTestsMax + 1, {.raw = "a=1"});
    EXPECT_EQ(put(9, tested, 9).code, Code::kInvalidArgument);
    Parser using_queries{.saved_queries = {{"q", "x=1"}}};
    EXPECT_EQ(put(10, using_queries, 10).code, Code::kUnsupported);
    state.apply({{host_id(1), 1, 11}, RaiseFeatureLevel{3}}, at(11));
    EXPECT_TRUE(put(12, using_queries, 12).accepted());
    EXPECT_EQ(state.parser(parser_id(1))->saved_queries, using_queries.saved_queries);
    using_queries.saved_queries[0].second.assign(kParserQueryBytesMax, 'x');
    EXPECT_EQ(put(13, using_queries, 13).code, Code::kInvalidArgument);
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
    EXPECT_EQ(sample.apply(RaiseFeatureLevel{2}).verdict, kConflict);
    EXPECT_EQ(sample.apply(RaiseFeatureLevel{3}).verdict, kConflict);  // host 1 knows 2
    sample.next.incarnation = 2;
    sample.must(HostStarted{"alpha", "", 3});
    sample.must(RaiseFeatureLevel{3});
    EXPECT_EQ(sample.state.cluster().feature_level, 3U);
    EXPECT_EQ(sample.apply_as({host_id(3), 1, 1}, HostStarted{"old", "", 2}).code,
              Code::kUnsupported);
    EXPECT_FALSE(sample.state.host(host_id(3)));
}

TEST(StateTest, KindsAboveTheClustersLevelAreRefused) {
    State state;
    auto apply = [&, offset = std::uint64_t{0}](std::uint64_t sequence, Body body) mutable {
        return state.apply({{host_id(1), 1, sequence}, std::move(body)}, at(offset++));
    };
    apply(0, Genesis{.cluster = ClusterId(Id128{9, 9}), .feature_level = 1});
    apply(1, HostStarted{"new", "", 2});
    apply(2, CreateRepository{repo_id(1), "web", "", {}, {}});
    PutSavedQuery put{{.repo = repo_id(1), .name = "q", .query = "*"}};
    auto refused = apply(3, put);
    EXPECT_EQ(refused.verdict, kConflict);
    EXPECT_EQ(refused.code, Code::kUnsupported);
    EXPECT_EQ(feature_level_of(PutIngestListener{}), 2U);
    EXPECT_TRUE(apply(4, RaiseFeatureLevel{2}).accepted());
    EXPECT_TRUE(apply(5, put).accepted());
}

TEST(StateTest, FilesAndSavedQueries) {
    Sample sample;
    sample.set_up();
    File users{.repo = repo_id(1),
               .name = "users.csv",
               .content = FileContentId(Id128{5, 1}),
               .bytes = 10,
               .columns = {"id", "name"}};
    auto made = sample.must(PutFile{users});
    auto shared = users;
    shared.repo = {};
    sample.must(PutFile{shared});
    auto saved = sample.must(PutSavedQuery{{.repo = repo_id(1), .name = "q", .query = "a=1"}});
    auto with = [&](auto edit) {
        auto copy = users;
        edit(copy);
        return PutFile{copy};
    };
    std::string long_text(kSavedQueryBytesMax + 1, 'x');
    check(sample,
          {
              {"replaced", PutFile{users, made}, kAccepted},
              {"in another repository", with([](File& f) { f.repo = repo_id(2); }), kAccepted},
              {"there already", PutFile{users}, kConflict},
              {"read another version", PutFile{users, made + 1}, kConflict},
              {"no repository", with([](File& f) { f.repo = repo_id(7); }), kConflict,
               Code::kNotFound},
              {"no name", with([](File& f) { f.name = ""; }), kConflict, Code::kInvalidArgument},
              {"no content", with([](File& f) { f.name = "new.csv", f.content = FileContentId(); }),
               kConflict, Code::kInvalidArgument},
              {"wide", with([](File& f) { f.columns.resize(kFileColumnsMax + 1); }), kConflict,
               Code::kInvalidArgument},
              {"deleted", DeleteFile{repo_id(1), "users.csv", made}, kAccepted},
              {"deleted, old", DeleteFile{repo_id(1), "users.csv", made + 1}, kConflict},
              {"deleted, none", DeleteFile{repo_id(2), "users.csv", made}, kConflict,
               Code::kNotFound},
              {"query changed",
               PutSavedQuery{{.repo = repo_id(1), .name = "q", .query = "b=1"}, saved}, kAccepted},
              {"query there", PutSavedQuery{{.repo = repo_id(1), .name = "q", .query = "b=1"}},
               kConflict},
              {"query empty", PutSavedQuery{{.repo = repo_id(1), .name = "r"}}, kConflict,
               Code::kInvalidArgument},
              {"query long", PutSavedQuery{{.repo = repo_id(1), .name = "r", .query = long_text}},
               kConflict, Code::kInvalidArgument},
              {"query deleted", DeleteSavedQuery{repo_id(1), "q", saved}, kAccepted},
              {"query deleted, none", DeleteSavedQuery{repo_id(1), "r", saved}, kConflict,
               Code::kNotFound},
          });
    EXPECT_EQ(sample.state.files(repo_id(1)).size(), 1U);
    EXPECT_EQ(sample.state.file({}, "users.csv")->columns[1], "name");
    sample.must(DeleteRepository{repo_id(1), sample.state.repository(repo_id(1))->version});
    EXPECT_TRUE(sample.state.files(repo_id(1)).empty());
    EXPECT_TRUE(sample.state.saved_queries(repo_id(1)).empty());
    EXPECT_TRUE(sample.state.file({}, "users.csv"));
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
    RandomChanges changes(11);
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
    entities.files.for_each(copy);
    entities.saved_queries.for_each(copy);
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
        EXPECT_EQ(again.files(id).size(), sample.state.files(id).size());
        EXPECT_EQ(again.saved_queries(id).size(), sample.state.saved_queries(id).size());
        EXPECT_EQ(again.listeners(id).size(), sample.state.listeners(id).size());
    }
    for (auto state : {SegmentState::kReplaced, SegmentState::kExpired, SegmentState::kDeleted})
        EXPECT_EQ(again.segments_in(state, UtcTime::max(), 1 << 20).size(),
                  sample.state.segments_in(state, UtcTime::max(), 1 << 20).size());
}

}  // namespace
}  // namespace logwood::global
