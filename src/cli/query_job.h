#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/api_client.h"
#include "exec/query.h"

namespace logwood::cli {

/// What is asked of a server.
struct QuerySpec {
    std::string repo;
    std::string query;
    std::string start;
    std::string end;
    std::string time_zone;
    std::vector<std::string> arguments;  ///< `name=value`
    std::string around;                  ///< Id of an event whose neighbours are asked for.
    std::int64_t around_ms = 0;          ///< Its time.
    std::uint32_t before = 10;
    std::uint32_t after = 10;
    bool is_live = false;
};

/// The first millisecond of the second in which an event of that id is; kInvalidArgument for other
/// texts.
Result<std::int64_t> second_of_id(std::string_view id);

/// The request's body; kInvalidArgument for arguments that are none.
Result<std::string> query_body(const QuerySpec& spec);

/// Adds an object of the wire as a row.
void add_row(const boost::json::object& event, exec::ResultRows& rows);

/// Tells of a refused query: the marked snippet, when the answer has one.
ExitCode report_refused_query(const http::ClientResponse& refused);

/// What one poll of a query job says.
struct JobAnswer {
    bool is_done = false;
    bool is_aggregate = false;
    bool has_more_events = false;
    bool lacks_something = false;
    exec::ResultRows rows;
    std::vector<std::string> warnings;
    std::int64_t poll_after_ms = 100;
    std::uint64_t work_done = 0;
    std::uint64_t work_total = 0;
    std::uint64_t bytes_processed = 0;
};

/// A query job on a server. Borrows the client.
class QueryJob {
 public:
    static Attempt<QueryJob> create(ApiClient& client, const QuerySpec& spec);

    /// nullopt when the server does not know the job any more.
    Attempt<std::optional<JobAnswer>> poll();
    /// Lets the server forget it; errors do not matter.
    void remove();

 private:
    QueryJob(ApiClient& client, std::string target)
        : client_(&client), target_(std::move(target)) {}

    ApiClient* client_;
    std::string target_;
};

}  // namespace logwood::cli
