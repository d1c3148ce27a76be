#pragma once

#include "exec/compute/expression.h"
#include "lang/ast.h"

namespace logwood::exec {

/// `-x`, `!x`, `a + b`, `a == b`, ...; null in, null out (reference 1.10).
ExpressionPtr unary_expression(lang::UnaryOp op, ExpressionPtr operand);
ExpressionPtr binary_expression(lang::BinaryOp op, ExpressionPtr left, ExpressionPtr right);
/// `then` where the condition is true, else `otherwise`.
ExpressionPtr if_expression(ExpressionPtr condition, ExpressionPtr then, ExpressionPtr otherwise);

}  // namespace logwood::exec
