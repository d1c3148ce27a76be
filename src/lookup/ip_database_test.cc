#include "lookup/ip_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "lookup/mmdb_writer_test.h"

namespace logwood::lookup {
namespace {

class IpDatabaseTest : public testing::Test {
 protected:
    IpDatabaseTest() {
        directory_ = std::filesystem::path(testing::TempDir()) /
                     ("logwood-mmdb-" + std::to_string(::getpid()));
        std::filesystem::create_directories(directory_);
    }
    ~IpDatabaseTest() override { std::filesystem::remove_all(directory_); }

    std::string write(const std::string& name, const std::string& bytes) {
        auto path = directory_ / name;
        std::ofstream(path, std::ios::binary) << bytes;
        return path.string();
    }
    static std::string places() {
        using V = MmdbValue;
        MmdbWriter writer;
        auto place = [](std::string_view code, std::string_view city, double lat, double lon) {
            return V::map({{"country", V::map({{"iso_code", V::text(code)}})},
                           {"city", V::map({{"names", V::map({{"en", V::text(city)}})}})},
                           {"location", V::map({{"latitude", V::number(lat)},
                                                {"longitude", V::number(lon)}})}});
        };
        writer.add_v4({'\xC0', 0, 2, 0}, 25, place("DK", "Aarhus", 56.1572, 10.2107));
        writer.add_v4({'\xC0', 0, 2, '\x80'}, 25,
                      V::map({{"country", V::map({{"iso_code", V::text("SE")}})}}));
        std::string v6(16, '\0');
        v6[0] = 0x20, v6[1] = 0x01, v6[2] = 0x0D, v6[3] = '\xB8';
        writer.add(v6, 32, place("US", "Salt Lake City", 40.7, -111.9));
        return writer.finish("Test-City");
    }

    std::filesystem::path directory_;
};

TEST_F(IpDatabaseTest, KnowsPlaces) {
    auto opened = open_ip_database({.places = write("city.mmdb", places()), .owners = ""});
    ASSERT_TRUE(opened) << opened.error().message;
    auto& database = **opened;
    EXPECT_TRUE(database.has_places());
    EXPECT_FALSE(database.has_owners());
    for (auto address : {"192.0.2.1", "192.0.2.127"}) {
        auto place = database.place(address);
        ASSERT_TRUE(place) << address;
        EXPECT_EQ(place->country, "DK");
        EXPECT_EQ(place->city, "Aarhus");
        EXPECT_EQ(place->latitude, 56.1572);
        EXPECT_EQ(place->longitude, 10.2107);
    }
    auto part = database.place("192.0.2.200");
    ASSERT_TRUE(part);
    EXPECT_EQ(part->country, "SE");
    EXPECT_EQ(part->city, "");
    EXPECT_FALSE(part->latitude);
    EXPECT_EQ(database.place("2001:db8::7")->city, "Salt Lake City");
    for (auto address : {"198.51.100.1", "2001:db9::1", "", "nonsense", "192.0.2", "1.2.3.4.5",
                         "999.1.1.1", "fe80::1%eth0"})
        EXPECT_FALSE(database.place(address)) << address;
    EXPECT_FALSE(database.place(std::string(100, '1')));
    EXPECT_FALSE(database.owner("192.0.2.1"));
}

TEST_F(IpDatabaseTest, KnowsOwners) {
    using V = MmdbValue;
    MmdbWriter writer;
    std::string long_name(200, 'x');
    writer.add_v4({10, 0, 0, 0}, 8,
                  V::map({{"autonomous_system_number", V::uint32(4'200'000'000)},
                          {"autonomous_system_organization", V::text(long_name)}}));
    writer.add_v4({11, 0, 0, 0}, 8, V::map({{"autonomous_system_number", V::uint32(64500)}}));
    writer.add_v4({12, 0, 0, 0}, 8, V::map({}));
    auto opened =
        open_ip_database({.places = "", .owners = write("asn.mmdb", writer.finish("Test-ASN"))});
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ((*opened)->owner("10.9.8.7")->asn, 4'200'000'000U);
    EXPECT_EQ((*opened)->owner("10.9.8.7")->organization, long_name);
    EXPECT_EQ((*opened)->owner("11.0.0.1")->organization, "");
    EXPECT_FALSE((*opened)->owner("12.0.0.1"));
    EXPECT_FALSE((*opened)->owner("13.0.0.1"));
}

TEST_F(IpDatabaseTest, RefusesWhatIsNone) {
    auto none = open_ip_database({});
    ASSERT_TRUE(none);
    EXPECT_EQ(*none, nullptr);
    auto missing = open_ip_database({.places = (directory_ / "no.mmdb").string(), .owners = ""});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Code::kNotFound);
    EXPECT_THAT(missing.error().message, testing::HasSubstr("no.mmdb"));
    EXPECT_EQ(open_ip_database({.places = write("a", "text"), .owners = ""}).error().code,
              Code::kCorrupt);
    auto good = places();
    // A database whose bytes are cut or changed is refused or gives something, but never crashes.
    for (std::size_t size = 0; size < good.size(); size += 7) {
        auto cut = open_ip_database({.places = write("b", good.substr(0, size)), .owners = ""});
        EXPECT_FALSE(cut) << size;
    }
    for (std::size_t at = 0; at < good.size(); at += 3) {
        auto bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x55);
        auto opened = open_ip_database({.places = write("c", bad), .owners = ""});
        if (opened) (void)(*opened)->place("192.0.2.1");
    }
}

}  // namespace
}  // namespace logwood::lookup
