#include "lookup/ip_database.h"

#include <maxminddb.h>

#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

namespace logwood::lookup {

namespace {

/// An open database, or none.
class Database {
 public:
    Database() = default;
    Database(const Database&) = delete;
    ~Database() {
        if (is_open_) MMDB_close(&file_);
    }

    Result<void> open(const std::string& path) {
        auto status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &file_);
        if (status != MMDB_SUCCESS)
            return fail(status == MMDB_FILE_OPEN_ERROR ? Code::kNotFound : Code::kCorrupt,
                        "the database of addresses " + path + ": " + MMDB_strerror(status));
        is_open_ = true;
        return {};
    }
    bool is_open() const { return is_open_; }

    std::optional<MMDB_entry_s> find(std::string_view address) const {
        constexpr std::size_t kAddressBytesMax = 45;
        if (!is_open_ || address.size() > kAddressBytesMax) return std::nullopt;
        int bad_address = 0;
        int error = MMDB_SUCCESS;
        auto found = MMDB_lookup_string(&file_, std::string(address).c_str(), &bad_address, &error);
        if (bad_address != 0 || error != MMDB_SUCCESS || !found.found_entry) return std::nullopt;
        return found.entry;
    }

 private:
    MMDB_s file_{};
    bool is_open_ = false;
};

using Path = const char* const*;

std::optional<MMDB_entry_data_s> value_at(MMDB_entry_s entry, Path path) {
    MMDB_entry_data_s data;
    if (MMDB_aget_value(&entry, &data, path) != MMDB_SUCCESS || !data.has_data) return std::nullopt;
    return data;
}

std::string text_at(MMDB_entry_s entry, Path path) {
    auto data = value_at(entry, path);
    if (!data || data->type != MMDB_DATA_TYPE_UTF8_STRING) return {};
    return std::string(data->utf8_string, data->data_size);
}

std::optional<double> number_at(MMDB_entry_s entry, Path path) {
    auto data = value_at(entry, path);
    if (!data || data->type != MMDB_DATA_TYPE_DOUBLE) return std::nullopt;
    return data->double_value;
}

constexpr const char* kCountry[] = {"country", "iso_code", nullptr};
constexpr const char* kCity[] = {"city", "names", "en", nullptr};
constexpr const char* kLatitude[] = {"location", "latitude", nullptr};
constexpr const char* kLongitude[] = {"location", "longitude", nullptr};
constexpr const char* kNumber[] = {"autonomous_system_number", nullptr};
constexpr const char* kOrganization[] = {"autonomous_system_organization", nullptr};

class MaxMind final : public exec::IpDatabase {
 public:
    Result<void> open(const IpDatabasePaths& paths) {
        if (!paths.places.empty()) TRY_OK(places_.open(paths.places));
        if (!paths.owners.empty()) TRY_OK(owners_.open(paths.owners));
        return {};
    }

    bool has_places() const override { return places_.is_open(); }
    bool has_owners() const override { return owners_.is_open(); }

    std::optional<exec::IpPlace> place(std::string_view address) const override {
        auto entry = places_.find(address);
        if (!entry) return std::nullopt;
        return exec::IpPlace{.country = text_at(*entry, kCountry),
                             .city = text_at(*entry, kCity),
                             .latitude = number_at(*entry, kLatitude),
                             .longitude = number_at(*entry, kLongitude)};
    }

    std::optional<exec::IpOwner> owner(std::string_view address) const override {
        auto entry = owners_.find(address);
        if (!entry) return std::nullopt;
        auto number = value_at(*entry, kNumber);
        if (!number || number->type != MMDB_DATA_TYPE_UINT32) return std::nullopt;
        return exec::IpOwner{.asn = number->uint32, .organization = text_at(*entry, kOrganization)};
    }

 private:
    Database places_;
    Database owners_;
};

}  // namespace

Result<std::shared_ptr<const exec::IpDatabase>> open_ip_database(const IpDatabasePaths& paths) {
    if (paths.places.empty() && paths.owners.empty())
        return std::shared_ptr<const exec::IpDatabase>();
    auto database = std::make_shared<MaxMind>();
    TRY_OK(database->open(paths));
    return database;
}

}  // namespace logwood::lookup
