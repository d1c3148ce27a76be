#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace logwood::http {

/// Finds the handler of a request by method and path.
///
/// A pattern is a path whose segments are literal or `{name}`, which stands for one non-empty
/// segment; a last segment `{name...}` stands for the rest of the path. The pattern with the
/// longer run of literal segments from the left wins. A slash at the end of a path does not count.
/// In what a `{name}` stands for both `+` and `%20` mean a blank, as clients write both.
class Router {
 public:
    /// Bodies of the pattern's requests may have `body_bytes_max` bytes; 0: as the server's others.
    void add(std::string_view method, std::string_view pattern, Handler handler,
             std::size_t body_bytes_max = 0);

    /// What add() was told for the request's path; 0 for unknown paths too.
    std::size_t body_bytes_max(const Request& request) const;

    /// A handler that reads bodies itself, of any length. The path is literal.
    void add_stream(std::string_view method, std::string path, StreamHandler handler);
    /// Null when the request has none such.
    const StreamHandler* find_stream(const Request& request) const;

    /// The handler, with the request's captures filled in; GET answers HEAD too. Or the answer
    /// 404, or 405 with `Allow`.
    std::expected<const Handler*, Response> find(Request& request) const;

 private:
    struct Route {
        std::vector<std::string> segments;
        std::vector<std::pair<std::string, Handler>> methods;
        std::size_t body_bytes_max = 0;
    };
    bool matches(const Route& route, const Request& request) const;
    const Route* best_match(const Request& request) const;

    std::vector<Route> routes_;
    std::map<std::pair<std::string, std::string>, StreamHandler> streams_;  ///< Method and path.
};

}  // namespace logwood::http
