#pragma once

#include <functional>
#include <set>
#include <string>

#include "lang/ast.h"

namespace logwood::exec {

/// Collects the fields that parts of a checked query name, in the order in which they run.
struct FieldNames {
    std::set<std::string, std::less<>> read;  ///< Before a step set them.
    std::set<std::string, std::less<>> made;
    bool reads_all = false;  ///< Free text.

    void add(const lang::Step& step);
    void add(const lang::Pipeline& pipeline);
    void add(const lang::Filter& filter);
    void add(const lang::Call& call);
    void add(const lang::Expr& expr);

 private:
    void add_join(const lang::Call& call);
    void add_argument(const lang::Argument& argument);
    void add_field(const std::string& name);
    void add_value(const std::string& field, const lang::Literal& value);
    void add_branch(const lang::Pipeline& pipeline);
};

}  // namespace logwood::exec
