#pragma once

#include <memory>
#include <string>

#include "exec/lookup/lookups.h"

namespace logwood::lookup {

/// Paths of MaxMind databases (format version 2.0); empty: there is none.
struct IpDatabasePaths {
    std::string places;  ///< Of type City or Country.
    std::string owners;  ///< Of type ASN.
};

/// Opens them for the life of the result; null when both paths are empty. kNotFound, kCorrupt when
/// a file is not there or is no such database. A new version must get the path by a rename, as the
/// open one is mapped into memory, and is seen at the next start.
Result<std::shared_ptr<const exec::IpDatabase>> open_ip_database(const IpDatabasePaths& paths);

}  // namespace logwood::lookup
