#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "async/runtime.h"
#include "async/task.h"
#include "base/result.h"
#include "global/global.h"
#include "http/router.h"
#include "ingest/coalescer.h"
#include "ingest/limits.h"
#include "ingest/parsers/parser_set.h"
#include "ingest/protocols/elastic.h"
#include "ingest/protocols/protocol.h"
#include "ingest/request_key.h"

namespace logwood::ingest {

/// What was done since the start; loop thread.
struct IngestCounters {
    std::uint64_t requests = 0;
    std::uint64_t requests_refused = 0;  ///< Malformed, too large.
    std::uint64_t requests_failed = 0;   ///< 5xx.
    std::uint64_t requests_unauthorized = 0;
    std::uint64_t events = 0;           ///< Acknowledged.
    std::uint64_t body_bytes = 0;       ///< Of acknowledged requests, decompressed.
    std::uint64_t bytes_in_flight = 0;  ///< Now.
};

/// Whether the caller may write to the repository: kUnauthenticated or kForbidden if not.
using AuthorizeWrite =
    std::function<Result<void>(const http::Request& request, const global::Repository& repo)>;

struct IngestOptions {
    CompileParser compile;     ///< Must be set.
    AuthorizeWrite authorize;  ///< Of the paths that name a repository; unset: everybody may.
    std::size_t bytes_in_flight_max = kBytesInFlightMax;
    std::function<bool()> is_full;  ///< Whether the log's disk is too full to take more; unset: no.
};

/// How a protocol's events are read and which parser they go through.
struct Protocol {
    Decode decode;
    std::string_view fallback_parser;  ///< When neither token nor type names one; empty: none.
    bool type_must_exist = true;       ///< See ParserRule.
    /// Bodies other than JSON are blocks of snappy, whether or not Content-Encoding says so.
    bool is_snappy = false;
};

/// Takes events in over HTTP and puts them into the commit log. Loop thread.
class Ingest {
 public:
    Ingest(async::Runtime runtime, log::CommitLog& log, global::Global& global,
           IngestOptions options);
    ~Ingest();

    /// Adds the paths of all protocols. The router must not outlive this.
    void add_routes(http::Router& router);
    /// Adds only those that look like Elasticsearch, for a port of their own.
    void add_elastic_routes(http::Router& router);

    /// Decodes, parses and checks the whole body, then appends it; returns once all of it is
    /// acknowledged, with Incoming::answer. `parser_of_token` wins over what the events name.
    /// kInvalidArgument and kTooLarge: the body is refused; kConflict: its key came with another
    /// one. kUnavailable, kNoSpace: try again, nothing was stored. kUnknownOutcome: it may be
    /// stored.
    async::Task<Result<std::string>> ingest(std::shared_ptr<const global::Repository> repo,
                                            std::optional<std::string> parser_of_token,
                                            Protocol protocol, Incoming incoming);

    /// Refuses new requests and waits for those under way.
    async::Task<void> stop();
    const IngestCounters& counters() const { return counters_; }
    const CoalescerCounters& log_counters() const { return coalescer_.counters(); }

 private:
    friend class Routes;

    async::Runtime runtime_;
    global::Global& global_;
    IngestOptions options_;
    ParserCache parsers_;
    Coalescer coalescer_;
    RecentKeys recent_keys_;
    IngestCounters counters_;
    ElasticIdentity elastic_;
};

}  // namespace logwood::ingest
