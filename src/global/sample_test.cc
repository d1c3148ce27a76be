#include "global/sample_test.h"

#include "global/limits.h"
#include "global/settled.h"

namespace logwood::global {

Body RandomChanges::draw(const Sample& sample) {
    switch (random_.below(14)) {
        case 12:
        case 13:
            return draw_file_or_query(sample.state);
        case 0:
            return draw_repository(sample.state);
        case 1:
        case 2:
            if (random_.one_in(3)) return draw_listener(sample.state);
            return draw_parser_or_token(sample.state);
        case 3:
            if (random_.one_in(4)) return HostStarted{name(), name(), kFeatureLevel};
            if (random_.one_in(2)) return StateHashCheck{random_.below(1000), 7};
            return RaiseFeatureLevel{static_cast<std::uint32_t>(random_.below(kFeatureLevel + 1))};
        case 4:
        case 5:
        case 6:
        case 7:
            return draw_partition(sample);
        default:
            return draw_segment(sample);
    }
}

Body RandomChanges::draw_repository(const State& state) {
    auto id = repo_id(1 + random_.below(5));
    auto old = state.repository(id);
    if (!old) return CreateRepository{id, name(), "made", {}, UtcTime{5}};
    if (random_.one_in(6)) return DeleteRepository{id, read(old->version)};
    return UpdateRepository{id, read(old->version), name(), "changed",
                            age(Duration(1 + random_.below(100)))};
}

Body RandomChanges::draw_parser_or_token(const State& state) {
    auto repo = repo_id(1 + random_.below(5));
    if (random_.one_in(2)) {
        auto id = parser_id(1 + random_.below(6));
        auto old = state.parser(id);
        if (old && random_.one_in(4)) return DeleteParser{id, read(old->version)};
        return PutParser{{.id = id,
                          .repo = old ? old->repo : repo,
                          .name = name(),
                          .script = "kvParse()",
                          .tag_fields = {"host"},
                          .fields_to_remove = {"a", "b"},
                          .description = random_.one_in(2) ? "reads pairs" : "",
                          .test_cases = some_tests(),
                          .saved_queries = some_queries(state)},
                         read(old ? old->version : 0)};
    }
    auto token_name = name();
    auto old = state.token(repo, token_name);
    if (old && random_.one_in(3)) return DeleteIngestToken{repo, token_name, read(old->version)};
    return PutIngestToken{{.repo = repo,
                           .name = token_name,
                           .token = "secret-" + std::to_string(random_.below(20)),
                           .parser = random_.one_in(2) ? std::optional(name()) : std::nullopt},
                          read(old ? old->version : 0)};
}

std::vector<ParserTestCase> RandomChanges::some_tests() {
    std::vector<ParserTestCase> tests(random_.below(3));
    for (auto& test : tests) {
        test.raw = "a=" + std::to_string(random_.below(9));
        for (auto i = random_.below(3); i > 0; --i)
            test.assertions.push_back({.output = static_cast<std::uint32_t>(random_.below(2)),
                                       .values = {{"a", "1"}, {"#host", ""}},
                                       .absent = {"b"}});
    }
    return tests;
}

std::vector<std::pair<std::string, std::string>> RandomChanges::some_queries(const State& state) {
    if (state.cluster().feature_level < kParserQueriesLevel || !random_.one_in(3)) return {};
    return {{name(), "a=" + std::to_string(random_.below(9))}};
}

Body RandomChanges::draw_file_or_query(const State& state) {
    auto repo = repo_id(1 + random_.below(5));
    auto of_name = name();
    if (random_.one_in(2)) {
        if (random_.one_in(4)) repo = {};
        auto old = state.file(repo, of_name);
        if (old && random_.one_in(3)) return DeleteFile{repo, of_name, read(old->version)};
        return PutFile{{.repo = repo,
                        .name = of_name,
                        .content = FileContentId(Id128{5, random_.below(1000)}),
                        .bytes = random_.below(1000),
                        .checksum = 7,
                        .rows = 3,
                        .columns = {"a", "b"},
                        .uploaded = UtcTime{4}},
                       read(old ? old->version : 0)};
    }
    auto old = state.saved_query(repo, of_name);
    if (old && random_.one_in(3)) return DeleteSavedQuery{repo, of_name, read(old->version)};
    return PutSavedQuery{{.repo = repo, .name = of_name, .query = "error | count()"},
                         read(old ? old->version : 0)};
}

Body RandomChanges::draw_listener(const State& state) {
    ListenerId id(Id128{5, 1 + random_.below(6)});
    auto old = state.entities().listeners.find(id);
    if (old && random_.one_in(3)) return DeleteIngestListener{id, read(old->version)};
    return PutIngestListener{{.id = id,
                              .repo = old ? old->repo : repo_id(1 + random_.below(5)),
                              .name = name(),
                              .port = static_cast<std::uint16_t>(1 + random_.below(8)),
                              .tags = {{"a", name()}}},
                             read(old ? old->version : 0)};
}

Body RandomChanges::draw_partition(const Sample& sample) {
    const auto& state = sample.state;
    auto id = partition_id(static_cast<std::uint32_t>(random_.below(3)));
    auto row = state.partition(id);
    if (!row) return InitPartitions{id.value + 1};
    if (row->term == 0 || random_.one_in(8)) return ClaimPartition{id, read(row->version)};
    if (random_.one_in(8))
        return RecordGap{{row->epoch, {id, at(random_.below(50)), at(60)}, 0, "rot", UtcTime{9}}};
    if (random_.one_in(4)) return SetTrimWatermark{id, row->epoch, settled_prefix(state, id)};
    auto files = state.checkpoints(row->epoch, id);
    if (!files.empty() && random_.one_in(4)) {
        const auto& file = *files[random_.below(files.size())];
        ReplaceCheckpoint change{file.key, read(file.version), row->term, file.file_bytes + 1, {}};
        for (const auto& section_id : file.sections)
            if (auto s = state.segment(section_id))
                change.sections.push_back({.id = s->id, .repo = s->repo, .rows = s->rows});
        return change;
    }
    std::vector<SectionInfo> sections;
    for (auto repo = random_.below(3); repo < 3; ++repo)
        sections.push_back(
            section(++last_segment_, repo + 1, static_cast<std::int64_t>(random_.below(1000))));
    auto change = sample.checkpoint(id.value, row->registered_end.value + 1 + random_.below(5),
                                    std::move(sections));
    if (random_.one_in(10)) ++change.term;
    if (random_.one_in(10)) ++change.from.value;
    return change;
}

std::vector<SegmentRead> RandomChanges::some_segments(const State& state, RepoId repo) {
    std::vector<SegmentRead> reads;
    for (std::uint64_t i = 0; i < 1 + random_.below(4); ++i) {
        auto segment = state.segment(segment_id(1 + random_.below(last_segment_ + 1)));
        if (segment && segment->repo == repo)
            reads.push_back({segment->id, read(segment->version)});
    }
    return reads;
}

Body RandomChanges::draw_segment(const Sample& sample) {
    auto repo = repo_id(1 + random_.below(3));
    auto reads = some_segments(sample.state, repo);
    if (random_.one_in(2)) {
        auto to = static_cast<SegmentState>(1 + random_.below(5));
        return SetSegmentState{std::move(reads), to,
                               UtcTime{static_cast<std::int64_t>(random_.below(100))}};
    }
    MergeSegments change{.inputs = std::move(reads), .at = UtcTime{50}};
    for (const auto& input : change.inputs)
        change.rows_dropped += sample.state.segment(input.id)->rows;
    if (change.rows_dropped >= 10 && !random_.one_in(5)) {
        change.outputs.push_back(section(++last_segment_, repo.low, 3));
        change.rows_dropped -= random_.one_in(10) ? 9 : 10;
    }
    return change;
}

}  // namespace logwood::global
