#pragma once

#include <string>
#include <string_view>

#include "http/router.h"
#include "ingest/protocols/protocol.h"

namespace logwood::ingest {

/// What answers that a client takes us for Elasticsearch by say of us.
struct ElasticIdentity {
    std::string node;
    std::string cluster;  ///< Its id, as text.
};

/// Adds the requests by which clients of Elasticsearch find out below `base` whom they talk to and
/// prepare indexes, templates and policies, which are nothing here. Anybody may ask. `identity`
/// must outlive the router.
void add_elastic_handshakes(http::Router& router, std::string_view base,
                            const ElasticIdentity& identity);

/// Clients of 7.14 and later refuse servers whose answers lack it.
void add_elastic_headers(http::Response& response);

/// Why `update` and `delete` are refused.
inline constexpr std::string_view kOnlyIndexActions =
    "Humio can only handle index actions for the elastic search api.";

}  // namespace logwood::ingest
