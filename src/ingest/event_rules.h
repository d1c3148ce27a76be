#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/time.h"
#include "ingest/draft.h"
#include "model/event_batch.h"
#include "model/tag_set.h"

namespace logwood::ingest {

/// Moves fields that begin with `#`, and those named in `tag_fields`, from the event to its tags.
void collect_tags(Draft& draft, const std::vector<std::string>& tag_fields, model::TagSet& tags);
/// Applies the rules of names, times and sizes (see Assembler) to an event and adds it.
/// Gives the bytes of its names and values.
std::size_t add_to_batch(const Draft& draft, UtcTime now, model::EventBatchBuilder& into);

}  // namespace logwood::ingest
