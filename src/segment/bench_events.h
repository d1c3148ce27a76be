#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/batch_source.h"

namespace logwood::segment {

/// Records as ingest would make them of a file with a JSON object a line: fields flattened to
/// `a.b[0].c`, the line as `@rawstring`, the time from `@timestamp`, about 1 MB each, in turn from
/// `partitions` partitions. Lines beyond `bytes_max` are left out.
std::vector<std::shared_ptr<const model::PlacedRecord>> load_json_lines(const std::string& path,
                                                                        std::uint64_t bytes_max,
                                                                        std::uint32_t partitions);

}  // namespace logwood::segment
