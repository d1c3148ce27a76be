#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exec/lookup/lookup_table.h"

namespace logwood::exec {

/// One version of a lookup file. Immutable, any thread.
class LookupFile {
 public:
    virtual ~LookupFile() = default;
    /// As in LookupTable, known before the table is read.
    virtual const std::vector<std::string>& columns() const = 0;
    /// False: only the table knows its columns, and columns() is empty.
    virtual bool knows_columns() const { return true; }
    virtual bool is_keyed() const = 0;
    /// Differs when the content does.
    virtual std::uint64_t checksum() const = 0;
    /// Reads and parses the file unless it is in memory; may take seconds, so not on the loop.
    virtual Result<LookupTablePtr> table() const = 0;
};
using LookupFilePtr = std::shared_ptr<const LookupFile>;

/// What is known of the place of an address; empty and absent: unknown.
struct IpPlace {
    std::string country;  ///< ISO code.
    std::string city;
    std::optional<double> latitude;
    std::optional<double> longitude;
};
/// The autonomous system that an address belongs to.
struct IpOwner {
    std::uint32_t asn = 0;
    std::string organization;
};

/// What addresses mean. Immutable, any thread.
class IpDatabase {
 public:
    virtual ~IpDatabase() = default;
    /// Is there a database for place(), for owner()?
    virtual bool has_places() const = 0;
    virtual bool has_owners() const = 0;
    /// Nothing for addresses that are unknown, and for texts that are none.
    virtual std::optional<IpPlace> place(std::string_view address) const = 0;
    virtual std::optional<IpOwner> owner(std::string_view address) const = 0;
};

/// What a query or parser takes from outside of its events.
struct Lookups {
    /// The present version of a file by the name that a query gives it; null: there is none. For
    /// a query it is called while it compiles, for a parser at each run, on any thread.
    std::function<LookupFilePtr(std::string_view name)> file;
    std::shared_ptr<const IpDatabase> addresses;  ///< Null: none.
};

}  // namespace logwood::exec
