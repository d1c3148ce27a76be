#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "exec/lookup/lookups.h"

/// Only for tests of this module.
namespace logwood::exec {

/// Content of lookup files by name.
using TestFiles = std::map<std::string, std::string, std::less<>>;

/// A lookup file in memory.
class TestFile final : public LookupFile {
 public:
    TestFile(const std::string& name, const std::string& content) : checksum_(checksum64(content)) {
        auto table = LookupTable::parse(name, content);
        EXPECT_TRUE(table.has_value()) << name << ": " << table.error().message;
        if (table) table_ = *std::move(table);
    }
    const std::vector<std::string>& columns() const override { return table_->columns(); }
    bool is_keyed() const override { return table_->is_keyed(); }
    std::uint64_t checksum() const override { return checksum_; }
    Result<LookupTablePtr> table() const override { return table_; }

 private:
    LookupTablePtr table_;
    std::uint64_t checksum_;
};

/// Knows 192.0.2.1 whole, 192.0.2.2 in part, and no other address.
class TestAddresses final : public IpDatabase {
 public:
    bool has_places() const override { return true; }
    bool has_owners() const override { return true; }
    std::optional<IpPlace> place(std::string_view address) const override {
        if (address == "192.0.2.1") return IpPlace{"DK", "Aarhus", 56.1572, 10};
        if (address == "192.0.2.2") return IpPlace{"SE", "", std::nullopt, std::nullopt};
        return std::nullopt;
    }
    std::optional<IpOwner> owner(std::string_view address) const override {
        if (address == "192.0.2.1") return IpOwner{64500, "Example Net"};
        return std::nullopt;
    }
};

inline Lookups lookups_of(const TestFiles& files) {
    std::map<std::string, LookupFilePtr, std::less<>> made;
    for (auto& [name, content] : files) made[name] = std::make_shared<TestFile>(name, content);
    auto find = [made = std::move(made)](std::string_view name) -> LookupFilePtr {
        auto at = made.find(name);
        return at == made.end() ? nullptr : at->second;
    };
    return {.file = std::move(find), .addresses = std::make_shared<TestAddresses>()};
}

}  // namespace logwood::exec
