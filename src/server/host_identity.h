#pragma once

#include <string>

#include "async/runtime.h"
#include "base/id.h"

namespace logwood::server {

/// The id of the host that the data directory belongs to: read from its file `host-id`, or drawn
/// and written there, durably, at the first start. Blocking.
Result<HostId> load_host_id(async::FileSystem& files, async::Random& random,
                            const std::string& data_directory);

}  // namespace logwood::server
