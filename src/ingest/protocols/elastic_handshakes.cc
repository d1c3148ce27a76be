// How clients find out whom they talk to (docs/rest.md): the version is one of those that shippers
// accept, and says of the bulk protocol what it must; there are no indexes behind it.
#include "base/json_text.h"
#include "ingest/protocols/elastic.h"

namespace logwood::ingest {
namespace {

using Render = std::string (*)(const ElasticIdentity& identity);

std::string info(const ElasticIdentity& identity) {
    return R"({"name":)" + quoted_json(identity.node) +
           R"(,"cluster_name":"logwood","cluster_uuid":)" + quoted_json(identity.cluster) +
           R"(,"version":{"number":"7.17.0","build_flavor":"oss","build_type":"tar",)"
           R"("lucene_version":"8.11.1","minimum_wire_compatibility_version":"6.8.0",)"
           R"("minimum_index_compatibility_version":"6.0.0-beta1"},)"
           R"("tagline":"You Know, for Search"})";
}

std::string cluster_health(const ElasticIdentity&) {
    return R"({"cluster_name":"logwood","status":"green","timed_out":false,"number_of_nodes":1,)"
           R"("number_of_data_nodes":1,"active_primary_shards":0,"active_shards":0,)"
           R"("relocating_shards":0,"initializing_shards":0,"unassigned_shards":0})";
}

std::string license_object(const ElasticIdentity& identity) {
    return R"("license":{"status":"active","uid":)" + quoted_json(identity.cluster) +
           R"(,"type":"basic","mode":"basic"})";
}
std::string license(const ElasticIdentity& identity) {
    return "{" + license_object(identity) + "}";
}
std::string features(const ElasticIdentity& identity) {
    return "{" + license_object(identity) + R"(,"features":{}})";
}
std::string nodes(const ElasticIdentity&) { return R"({"cluster_name":"logwood","nodes":{}})"; }
std::string refreshed(const ElasticIdentity&) {
    return R"({"_shards":{"total":0,"successful":0,"failed":0}})";
}
std::string nothing(const ElasticIdentity&) { return "{}"; }
std::string acknowledged(const ElasticIdentity&) { return R"({"acknowledged":true})"; }

struct Handshake {
    std::string_view path;
    Render get;            ///< Answers HEAD too.
    Render put = nullptr;  ///< Answers POST too.
};
constexpr Handshake kHandshakes[] = {
    {"", info},
    {"/_cluster/health", cluster_health},
    {"/_cluster/health/{index}", cluster_health},
    {"/_license", license},
    {"/_xpack", features},
    {"/_nodes", nodes},
    {"/_nodes/http", nodes},
    {"/_nodes/_all/http", nodes},
    {"/_template", nothing},
    {"/_template/{name}", nothing, acknowledged},
    {"/_index_template", nothing},
    {"/_index_template/{name}", nothing, acknowledged},
    {"/_component_template/{name}", nothing, acknowledged},
    {"/_ilm/policy", nothing},
    {"/_ilm/policy/{name}", nothing, acknowledged},
    {"/_ingest/pipeline", nothing},
    {"/_ingest/pipeline/{name}", nothing, acknowledged},
    {"/_data_stream", nothing},
    {"/_data_stream/{name}", nothing, acknowledged},
    {"/_alias", nothing},
    {"/_alias/{name}", nothing},
    {"/_aliases", nothing, acknowledged},
    {"/_refresh", refreshed, refreshed},
    {"/{index}/_refresh", refreshed, refreshed},
    {"/{index}/_alias/{name}", nothing, acknowledged},
};

async::Task<http::Response> answer(http::Response response) { co_return response; }

http::Handler handler(Render render, const ElasticIdentity& identity) {
    return [render, &identity](http::Request) {
        auto response = http::Response::json(200, render(identity));
        add_elastic_headers(response);
        return answer(std::move(response));
    };
}

/// Every index is there, as any may be written to; none can be read.
void add_index_routes(http::Router& router, const std::string& base,
                      const ElasticIdentity& identity) {
    auto path = base + "/{index}";
    router.add("HEAD", path, handler(nothing, identity));
    router.add("PUT", path, handler(acknowledged, identity));
    router.add("GET", path, [](http::Request) {
        return answer(http::Response::text(404, "The requested resource could not be found."));
    });
}

}  // namespace

void add_elastic_headers(http::Response& response) {
    response.headers.set("X-Elastic-Product", "Elasticsearch");
}

void add_elastic_handshakes(http::Router& router, std::string_view base,
                            const ElasticIdentity& identity) {
    std::string root(base);
    for (const auto& handshake : kHandshakes) {
        auto path = root + std::string(handshake.path);
        router.add("GET", path, handler(handshake.get, identity));
        if (!handshake.put) continue;
        router.add("PUT", path, handler(handshake.put, identity));
        router.add("POST", path, handler(handshake.put, identity));
    }
    router.add("GET", root + "/_cat/health", [](http::Request) {
        auto response = http::Response::text(200, "logwood green 1 1 0 0 0 0 0 0 - 100.0%\n");
        add_elastic_headers(response);
        return answer(std::move(response));
    });
    add_index_routes(router, root, identity);
}

}  // namespace logwood::ingest
