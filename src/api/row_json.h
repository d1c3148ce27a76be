#pragma once

#include <string>
#include <vector>

#include "exec/query.h"

namespace logwood::api {

/// Renders rows as flat JSON objects: every value a string, only `@timestamp` a number when it is
/// one. Names are escaped once. Borrows the rows; any thread.
class RowJson {
 public:
    explicit RowJson(const exec::ResultRows& rows);

    void append(std::string& out, const exec::ResultRow& row) const;

 private:
    std::vector<std::string> keys_;  ///< `"name":`, one a field.
    std::size_t timestamp_ = 0;      ///< Index of `@timestamp`; beyond keys_ when it is not there.
};

}  // namespace logwood::api
