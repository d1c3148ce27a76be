// What scans has no interval of its own, so that partials of all times fit each other. What
// finishes is compiled for the interval of the moment: buckets are filled up for it, and now() is
// its end.
#include "search/live_query.h"

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "search/prepare.h"

namespace logwood::search {

std::expected<std::shared_ptr<const LiveQuery>, exec::CompileError> LiveQuery::compile(
    std::string text, exec::CompileOptions options, Duration bucket) {
    auto made = std::make_shared<LiveQuery>();
    auto unlimited = options;
    unlimited.interval = {};
    // Later compilations run on any thread, and mean the saved queries of now.
    auto saved = std::make_shared<std::map<std::string, std::string, std::less<>>>();
    if (options.saved_query)
        unlimited.saved_query = [&](std::string_view name) {
            auto found = options.saved_query(name);
            if (found) saved->insert_or_assign(std::string(name), *found);
            return found;
        };
    auto scanner = exec::Query::compile(text, unlimited);
    if (!scanner) return std::unexpected(std::move(scanner).error());
    options.saved_query = [saved](std::string_view name) -> std::optional<std::string> {
        auto found = saved->find(name);
        if (found == saved->end()) return std::nullopt;
        return found->second;
    };
    made->text_ = std::move(text);
    made->options_ = std::move(options);
    made->bucket_ = bucket;
    made->scanner_ = *std::move(scanner);
    return made;
}

std::unique_ptr<exec::Partial> LiveQuery::start() const {
    return std::make_unique<LiveWindow>(scanner_, bucket_, options_.interval.start,
                                        options_.memory_bytes_max);
}

Result<void> LiveQuery::scan(const model::RowSource& source, exec::Partial& into) const {
    return static_cast<LiveWindow&>(into).add(source, options_.interval, options_.now);
}

Result<void> LiveQuery::scan_timed(const model::RowSource& source,
                                   const exec::TimedScan& how) const {
    return scanner_->scan_timed(source, how);
}

Result<void> LiveQuery::merge(exec::Partial& into, const exec::Partial& from) const {
    return static_cast<LiveWindow&>(into).merge(static_cast<const LiveWindow&>(from));
}

std::string LiveQuery::serialise(const exec::Partial& /*partial*/) const { return {}; }

Result<std::unique_ptr<exec::Partial>> LiveQuery::deserialise(std::string_view /*bytes*/) const {
    return fail(Code::kUnsupported, "states of live queries do not leave their node");
}

Result<exec::ResultRows> LiveQuery::finish(const exec::Partial& partial) const {
    TRY(auto result,
        finish_at(static_cast<const LiveWindow&>(partial), options_.interval.end, options_.now));
    return std::move(result.rows);
}

Result<exec::BesideRows> LiveQuery::finish_beside(const exec::Partial& partial) const {
    TRY(auto result,
        finish_at(static_cast<const LiveWindow&>(partial), options_.interval.end, options_.now));
    return std::move(result.beside);
}

Result<exec::ResultRows> LiveQuery::export_rows(const model::RowSource& source) const {
    return scanner_->export_rows(source);
}

bool LiveQuery::is_settled_before(const exec::Partial& partial, std::int64_t time_ns) const {
    return static_cast<const LiveWindow&>(partial).is_settled_before(time_ns);
}

Result<LiveResult> LiveQuery::finish_at(const LiveWindow& window, UtcTime end, UtcTime now) const {
    auto options = options_;
    options.interval = {.start = window.start(), .end = std::max(end, window.start())};
    options.now = now;
    auto finisher = exec::Query::compile(text_, options);
    if (!finisher) return fail(Code::kInvalidArgument, describe(finisher.error()));
    TRY(auto all, window.merged(**finisher));
    LiveResult result;
    TRY(result.rows, (*finisher)->finish(*all));
    TRY(result.beside, (*finisher)->finish_beside(*all));
    return result;
}

}  // namespace logwood::search
