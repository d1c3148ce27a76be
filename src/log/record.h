#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/batch_source.h"

namespace logwood::log {

/// Records, the durable form of a model::Record: `docs/formats/record.md`. CPU work, any thread.

/// Bytes that the record takes before compression: what kRecordRawBytesAimed and
/// kRecordRawBytesMax are about. A close upper bound, cheap.
std::size_t record_raw_bytes(const model::Record& record);
/// kTooLarge above kRecordRawBytesMax raw bytes.
Result<std::string> encode_record(const model::Record& record);
/// kCorrupt for damaged bytes. kUnsupported for a whole record of a version or codec that this
/// program does not know: the partition must stop, not skip it.
Result<model::Record> decode_record(std::string_view bytes);

}  // namespace logwood::log
