#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exec/query.h"
#include "model/event_batch.h"
#include "model/tag_set.h"

namespace logwood::exec {

/// A parser script (query language reference, section 5), compiled. Immutable, any thread.
class ParserProgram {
 public:
    virtual ~ParserProgram() = default;

    /// The text of a saved query; called while a script compiles.
    using SavedQuery = std::function<std::optional<std::string>(std::string_view name)>;

    /// Files of `lookups` are looked up at each run; one that is not there changes nothing then.
    /// Without `saved_query` there are no saved queries.
    static std::expected<std::shared_ptr<const ParserProgram>, CompileError> compile(
        std::string_view script, const Lookups& lookups = {}, const SavedQuery& saved_query = {});

    /// Runs the script over all events at once. Besides stored fields the script sees and may set
    /// `@timestamp` (ms) and `@timestamp.nanos` (what the input's event_times say; ingest time
    /// unless the request gave one), and sees `tags` as `#name`.
    ///
    /// Gives zero, one or many events for each input event, in input order; output event times
    /// come from `@timestamp`. An event on which the script failed has `@error`=`true`,
    /// `@error_msg` and `@event_parsed`=`false`, `#error`=`true` as fields. Fields named `#x` in
    /// the output are tags to be split off by the caller: those that the script set; the others
    /// of `tags` hold on. `origins[i]` = input row of output i.
    struct Output {
        model::EventBatch events;
        std::vector<std::uint32_t> origins;
    };
    virtual Result<Output> run(const model::EventBatch& input, const model::TagSet& tags,
                               UtcTime now) const = 0;
};

}  // namespace logwood::exec
