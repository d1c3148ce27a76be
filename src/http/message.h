#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/task.h"
#include "base/result.h"

namespace logwood::http {

bool equals_ignoring_case(std::string_view a, std::string_view b);

/// Header fields in the order of the message; names compare without case.
class Headers {
 public:
    void add(std::string name, std::string value);
    /// Replaces all fields of the name.
    void set(std::string_view name, std::string value);
    /// The first value; null data() when there is none.
    std::string_view get(std::string_view name) const;
    bool has(std::string_view name) const { return get(name).data() != nullptr; }
    std::size_t count(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& entries() const { return entries_; }

 private:
    std::vector<std::pair<std::string, std::string>> entries_;
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// A request with its whole body, decompressed.
struct Request {
    std::string method;
    std::string target;                 ///< As it came.
    std::string path;                   ///< Percent-decoded, begins with `/`.
    std::vector<std::string> segments;  ///< Of the path, still encoded; none is empty but the last.
    Parameters query;                   ///< Decoded, `+` is a blank.
    Parameters captures;                ///< `{name}` of the route's pattern, decoded.
    Headers headers;
    std::string body;
    std::string peer;  ///< Address of the client, `ip:port`.
    /// Becomes true when the client has gone: long work may stop.
    std::shared_ptr<const std::atomic<bool>> cancelled;

    /// The first value of a query parameter; null data() when there is none.
    std::string_view parameter(std::string_view name) const;
    /// The value that the pattern's `{name}` stood for; empty when the pattern has none.
    std::string_view capture(std::string_view name) const;
};

/// Where a streaming response writes to.
class BodyWriter {
 public:
    virtual ~BodyWriter() = default;
    /// Returns once the bytes are with the kernel, so a slow reader slows the writer. kCancelled
    /// when the client is gone: stop then.
    virtual async::Task<Result<void>> write(std::string bytes) = 0;
};

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    /// Set instead of `body`: called once after the head was sent. An error cuts the connection, so
    /// that the client sees an incomplete answer.
    std::function<async::Task<Result<void>>(BodyWriter&)> stream;

    static Response text(int status, std::string body);
    static Response json(int status, std::string body);
};

/// Called on the loop's thread.
using Handler = std::function<async::Task<Response>(Request)>;

/// A body while it arrives. Nothing more is read of the connection than is asked for.
class BodyReader {
 public:
    virtual ~BodyReader() = default;
    /// The next bytes; none at the body's end. After an error (kInvalidArgument: badly framed or
    /// too slow; kCancelled: the client is gone) there are no more, and the connection closes.
    virtual async::Task<Result<std::string>> read() = 0;
};

/// Called on the loop's thread, with a request whose body is still empty; the reader lives until
/// the task is done. An answer before the body's end closes the connection.
using StreamHandler = std::function<async::Task<Response>(Request, BodyReader&)>;

/// Why a request is refused before a handler sees it; the connection is closed.
struct Refusal {
    int status = 400;
    std::string text;
};

}  // namespace logwood::http
