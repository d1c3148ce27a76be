#pragma once

#include <cstdint>
#include <memory>

#include "async/file_system.h"
#include "segment/byte_source.h"

namespace logwood::store {

/// A stretch of an open file as a segment's bytes. An open file stays readable when it is unlinked.
std::shared_ptr<const segment::ByteSource> make_file_source(std::shared_ptr<const async::File> file,
                                                            std::uint64_t offset,
                                                            std::uint64_t length);

}  // namespace logwood::store
