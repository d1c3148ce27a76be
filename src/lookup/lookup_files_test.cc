// Uploads, deletions and crashes over a simulated disk.
#include "lookup/lookup_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "testing/memory_log.h"
#include "testing/sim_file_system.h"
#include "testing/sim_loop.h"
#include "testing/sim_random.h"

namespace logwood::lookup {
namespace {

using logwood::testing::AppendFault;
using logwood::testing::MemoryLog;

/// A node's metadata and lookup files, that can crash and start again.
struct World {
    explicit World(std::uint64_t seed) : loop(seed), random(seed), files(seed) {
        EXPECT_TRUE(files.create_directories("data"));
        start();
    }
    ~World() { stop(); }

    void start() {
        log.emplace(loop, 7, content);
        global.emplace(
            runtime, *log,
            global::GlobalOptions{.host = HostId(Id128{1, 1}), .data_directory = "data"});
        auto up = loop.run(global->start());
        ASSERT_TRUE(up && *up);
        service.emplace(
            runtime, *global, "data",
            LookupFilesOptions{.is_full = [this] { return is_full; }, .sweep_interval = 1h});
        up = loop.run(service->start());
        ASSERT_TRUE(up && *up);
    }
    void stop() {
        EXPECT_TRUE(loop.run(service->stop()));
        EXPECT_TRUE(loop.run(global->stop()));
        service.reset();
        global.reset();
        log.reset();
        loop.drop_all();
    }
    void crash() {
        loop.drop_all();
        service.reset();
        global.reset();
        log.reset();
        loop.drop_all();  // locks that were held wake their dead waiters
        files.crash();
    }
    RepoId make_repo(const std::string& name) {
        return **loop.run(global->create_repository(name));
    }
    Result<void> put(RepoId repo, std::string name, std::string bytes) {
        auto done = loop.run(service->put(repo, std::move(name), std::move(bytes)));
        return done ? *done : fail(Code::kInternal, "hangs");
    }
    Result<void> remove(RepoId repo, std::string name) {
        return *loop.run(service->remove(repo, std::move(name)));
    }
    Result<std::string> read(RepoId repo, std::string name) {
        return *loop.run(service->content(repo, std::move(name)));
    }
    void sweep() { ASSERT_TRUE(loop.run(service->sweep())); }
    /// Files in data/files.
    std::size_t on_disk() const {
        auto paths = files.paths();
        return static_cast<std::size_t>(std::ranges::count_if(
            paths, [](auto& path) { return path.starts_with("data/files/"); }));
    }

    logwood::testing::SimLoop loop;
    logwood::testing::SimRandom random;
    logwood::testing::SimFileSystem files;
    async::Runtime runtime{loop, random, files};
    std::shared_ptr<MemoryLog::Content> content = std::make_shared<MemoryLog::Content>();
    bool is_full = false;
    std::optional<MemoryLog> log;
    std::optional<global::Global> global;
    std::optional<LookupFiles> service;
};

std::string first_value(const exec::LookupFilePtr& file) {
    if (!file) return "(no file)";
    auto table = file->table();
    return table ? std::string((*table)->value(0, 0)) : table.error().message;
}

TEST(LookupFiles, ComeAreReplacedAndGo) {
    World world(1);
    auto web = world.make_repo("web");
    auto other = world.make_repo("other");
    auto find = world.service->lookups_of({web}).file;
    EXPECT_EQ(find("a.csv"), nullptr);
    ASSERT_TRUE(world.put(web, "a.csv", "x\n1\n"));
    ASSERT_TRUE(world.put(RepoId(), "a.csv", "x\nshared\n"));
    EXPECT_EQ(*world.read(web, "a.csv"), "x\n1\n");
    EXPECT_EQ(first_value(find("a.csv")), "1");
    EXPECT_EQ(first_value(find("/shared/a.csv")), "shared");
    EXPECT_EQ(find("/shared/b.csv"), nullptr);
    EXPECT_EQ(world.service->lookups_of({other}).file("a.csv"), nullptr);
    EXPECT_EQ(first_value(world.service->lookups_of({other, web}).file("a.csv")), "1");

    auto old = find("a.csv");
    ASSERT_TRUE(world.put(web, "a.csv", "x\n2\n"));
    EXPECT_EQ(first_value(find("a.csv")), "2");
    EXPECT_NE(find("a.csv")->checksum(), old->checksum());
    world.sweep();
    EXPECT_EQ(world.on_disk(), 3U);  // a query still holds the old one
    EXPECT_EQ(first_value(old), "1");
    old = nullptr;
    world.sweep();
    EXPECT_EQ(world.on_disk(), 2U);

    ASSERT_TRUE(world.remove(web, "a.csv"));
    EXPECT_EQ(find("a.csv"), nullptr);
    EXPECT_EQ(world.remove(web, "a.csv").error().code, Code::kNotFound);
    EXPECT_EQ(world.read(web, "a.csv").error().code, Code::kNotFound);
    world.sweep();
    EXPECT_EQ(world.on_disk(), 1U);
    EXPECT_EQ(world.service->counters().contents_unlinked, 2U);
}

TEST(LookupFiles, GoWithTheirRepository) {
    World world(2);
    auto web = world.make_repo("web");
    ASSERT_TRUE(world.put(web, "a.csv", "x\n1\n"));
    ASSERT_TRUE(*world.loop.run(world.global->delete_repository(web)));
    world.sweep();
    EXPECT_TRUE(
        world.loop.run_until([&] { return !world.service->lookups_of({web}).file("a.csv"); }, 10s));
    world.sweep();
    EXPECT_EQ(world.on_disk(), 0U);
}

TEST(LookupFiles, RefusesWhatCannotBeUsed) {
    World world(3);
    auto web = world.make_repo("web");
    const std::tuple<std::string, std::string, Code> cases[] = {
        {"", "x\n", Code::kInvalidArgument},
        {"/shared/a.csv", "x\n", Code::kInvalidArgument},
        {"a\n.csv", "x\n", Code::kInvalidArgument},
        {std::string(300, 'a') + ".csv", "x\n", Code::kInvalidArgument},
        {"a.txt", "x\n", Code::kInvalidArgument},
        {"a.csv", "x,x\n", Code::kInvalidArgument},
        {"a.json", "{", Code::kInvalidArgument},
        {"a.csv", std::string(global::kFileColumnBytesMax + 1, 'c'), Code::kInvalidArgument},
    };
    for (auto& [name, bytes, code] : cases) {
        auto refused = world.put(web, name, bytes);
        ASSERT_FALSE(refused) << name;
        EXPECT_EQ(refused.error().code, code) << name << refused.error().message;
    }
    EXPECT_EQ(world.put(RepoId(Id128{7, 7}), "a.csv", "x\n").error().code, Code::kNotFound);
    world.is_full = true;
    EXPECT_EQ(world.put(web, "a.csv", "x\n").error().code, Code::kNoSpace);
    world.is_full = false;
    EXPECT_TRUE(world.global->state().files(web).empty());
    world.sweep();
    EXPECT_EQ(world.on_disk(), 0U);
    EXPECT_EQ(world.service->counters().uploads, 0U);
}

TEST(LookupFiles, DamageIsNoticed) {
    World world(4);
    auto web = world.make_repo("web");
    ASSERT_TRUE(world.put(web, "a.csv", "x\n1\n"));
    world.stop();
    auto paths = world.files.paths();
    auto path = std::ranges::find_if(paths, [](auto& p) { return p.ends_with(".file"); });
    world.files.flip_bit(*path, 20);
    world.start();
    EXPECT_EQ(world.read(web, "a.csv").error().code, Code::kCorrupt);
    EXPECT_THAT(first_value(world.service->lookups_of({web}).file("a.csv")),
                ::testing::HasSubstr("damaged"));
}

TEST(LookupFiles, AnUnknownOutcomeLosesNothing) {
    for (auto fault : {AppendFault::kUnknownLost, AppendFault::kUnknownLate,
                       AppendFault::kUnknownWritten, AppendFault::kNever}) {
        SCOPED_TRACE(static_cast<int>(fault));
        World world(5);
        auto web = world.make_repo("web");
        world.log->fault = fault;
        auto done = world.put(web, "a.csv", "x\n1\n");
        world.log->fault = AppendFault::kNone;
        world.sweep();
        world.log->release_late();
        world.make_repo("next");
        world.sweep();
        bool is_there = world.global->state().file(web, "a.csv") != nullptr;
        if (done) EXPECT_TRUE(is_there);
        if (is_there) EXPECT_EQ(*world.read(web, "a.csv"), "x\n1\n");
        world.stop();
        world.start();
        EXPECT_EQ(world.on_disk(), is_there ? 1U : 0U);
        if (is_there) EXPECT_EQ(*world.read(web, "a.csv"), "x\n1\n");
    }
}

/// Cuts the power at every single call to the disk while a file is replaced and another deleted;
/// counts what is wrong afterwards.
int wrong_after_power_cuts(bool sync_lies, bool sync_dir_lies) {
    int wrong = 0;
    bool has_ended = false;
    for (std::uint64_t cut = 0; !has_ended; ++cut) {
        EXPECT_LT(cut, 200U);
        World world(100 + cut);
        auto web = world.make_repo("web");
        EXPECT_TRUE(world.put(web, "a.csv", "x\nold\n"));
        EXPECT_TRUE(world.put(web, "b.csv", "x\nb\n"));
        world.files.faults.sync_does_nothing = sync_lies;
        world.files.faults.sync_dir_does_nothing = sync_dir_lies;
        world.files.die_at_op(world.files.operations() + cut);
        auto replaced = world.put(web, "a.csv", "x\nnew\n");
        auto removed = world.remove(web, "b.csv");
        (void)world.loop.run(world.service->sweep());
        has_ended = !world.files.is_dead();
        world.crash();
        world.start();
        auto a = world.read(web, "a.csv");
        wrong += !a || (*a != "x\nnew\n" && (replaced || *a != "x\nold\n"));
        auto b = world.read(web, "b.csv");
        wrong += removed && (b || b.error().code != Code::kNotFound);
        wrong += world.on_disk() != world.global->state().files(web).size();
    }
    return wrong;
}

TEST(LookupFiles, SurviveAPowerCutAtAnyPoint) {
    EXPECT_EQ(wrong_after_power_cuts(false, false), 0);
    // The test sees it when bytes or names are not made durable.
    EXPECT_GT(wrong_after_power_cuts(true, false), 0);
    EXPECT_GT(wrong_after_power_cuts(false, true), 0);
}

TEST(LookupFiles, OldAndHalfWrittenBytesGoAtTheStart) {
    World world(6);
    auto web = world.make_repo("web");
    ASSERT_TRUE(world.put(web, "a.csv", "x\n1\n"));
    world.stop();
    for (std::string name :
         {"00000000000000010000000000000002.file", "00000000000000010000000000000003.file.tmp"})
        ASSERT_TRUE(world.files.open("data/files/" + name, async::OpenMode::kCreate));
    world.start();
    EXPECT_EQ(world.on_disk(), 1U);
    EXPECT_EQ(*world.read(web, "a.csv"), "x\n1\n");
}

}  // namespace
}  // namespace logwood::lookup
