// Ingest listeners: which changes of them are accepted.
#include <gtest/gtest.h>

#include "global/limits.h"
#include "global/sample_test.h"

namespace logwood::global {
namespace {

ListenerId listener_id(std::uint64_t n) { return ListenerId(Id128{5, n}); }

IngestListener listener(std::uint64_t id, std::string name, std::uint16_t port) {
    return {.id = listener_id(id), .repo = repo_id(1), .name = std::move(name), .port = port};
}

Sample set_up() {
    Sample sample;
    sample.set_up();
    return sample;
}

TEST(Listeners, ChangesAreChecked) {
    auto sample = set_up();
    auto made = sample.must(PutIngestListener{listener(1, "a", 514), 0});
    auto udp = listener(2, "udp", 514);
    udp.protocol = ListenerProtocol::kUdp;
    sample.must(PutIngestListener{udp, 0});
    auto elsewhere = listener(3, "elsewhere", 514);
    elsewhere.bind = "10.0.0.1";
    sample.must(PutIngestListener{elsewhere, 0});

    auto edited = [](auto edit) {
        auto one = listener(9, "new", 600);
        edit(one);
        return one;
    };
    const std::tuple<const char*, IngestListener, Version, Code> refused[] = {
        {"again as new", listener(1, "a", 514), 0, Code::kConflict},
        {"name taken", listener(9, "a", 600), 0, Code::kAlreadyExists},
        {"port taken", listener(9, "new", 514), 0, Code::kAlreadyExists},
        {"no name", listener(9, "", 600), 0, Code::kInvalidArgument},
        {"no port", listener(9, "new", 0), 0, Code::kInvalidArgument},
        {"no id", edited([](auto& l) { l.id = {}; }), 0, Code::kInvalidArgument},
        {"no repository", edited([](auto& l) { l.repo = repo_id(7); }), 0, Code::kNotFound},
        {"tags out of order", edited([](auto& l) { l.tags = {{"b", ""}, {"a", ""}}; }), 0,
         Code::kInvalidArgument},
        {"a tag twice", edited([](auto& l) { l.tags = {{"a", "1"}, {"a", "2"}}; }), 0,
         Code::kInvalidArgument},
        {"a tag without a name", edited([](auto& l) { l.tags = {{"", "x"}}; }), 0,
         Code::kInvalidArgument},
        {"too many tags", edited([](auto& l) {
             for (char c = '!'; l.tags.size() <= kListenerTagsMax; ++c)
                 l.tags.emplace_back(std::string(1, c), "");
         }),
         0, Code::kInvalidArgument},
    };
    for (const auto& [what, body, read, code] : refused) {
        auto outcome = sample.apply(PutIngestListener{body, read});
        EXPECT_FALSE(outcome.accepted()) << what;
        EXPECT_EQ(outcome.code, code) << what << ": " << outcome.reason;
    }
    auto moved = listener(1, "a", 514);
    moved.repo = repo_id(2);
    EXPECT_FALSE(sample.apply(PutIngestListener{moved, made}).accepted());
    sample.must(PutIngestListener{listener(1, "b", 515), made});
    EXPECT_FALSE(sample.apply(DeleteIngestListener{listener_id(1), made}).accepted());
    EXPECT_EQ(sample.apply(DeleteIngestListener{listener_id(8), 1}).code, Code::kNotFound);
    sample.must(PutIngestListener{listener(9, "a", 514), 0});
}

TEST(Listeners, GoWithTheirRepository) {
    auto sample = set_up();
    auto made = sample.must(PutIngestListener{listener(1, "b", 514), 0});
    sample.must(PutIngestListener{listener(2, "a", 515), 0});
    auto other = listener(3, "c", 516);
    other.repo = repo_id(2);
    sample.must(PutIngestListener{other, 0});
    ASSERT_EQ(sample.state.listeners(repo_id(1)).size(), 2U);
    EXPECT_EQ(sample.state.listeners(repo_id(1))[0]->name, "a");
    sample.must(DeleteIngestListener{listener_id(1), made});
    sample.must(DeleteRepository{repo_id(1), sample.state.repository(repo_id(1))->version});
    ASSERT_EQ(sample.state.listeners().size(), 1U);
    EXPECT_EQ(sample.state.listeners()[0]->name, "c");
}

}  // namespace
}  // namespace logwood::global
