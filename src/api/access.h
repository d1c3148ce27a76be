#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "http/message.h"

namespace logwood::api {

/// Who asks.
struct Caller {
    std::string name;
    bool is_root = false;
};

/// What a caller wants to do.
enum class Right : std::uint8_t { kSearch, kAdminister };

/// Decides who asks and what they may do: the one place between a request and its handler that
/// knows of authentication. Loop thread.
class Access {
 public:
    virtual ~Access() = default;

    /// kUnauthenticated when the request's credentials are absent or wrong.
    virtual Result<Caller> identify(const http::Request& request) const = 0;
    /// kForbidden when the caller lacks the right on the repository or view; an empty name stands
    /// for the cluster.
    virtual Result<void> check(const Caller& caller, Right right, std::string_view scope) const = 0;
};

/// AUTHENTICATION_METHOD=none: everyone is `developer`, with all rights. The server must refuse
/// to listen beyond loopback with it.
std::unique_ptr<const Access> make_open_access();

}  // namespace logwood::api
