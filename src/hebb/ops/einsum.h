// Sums of products by an equation of letters.
#pragma once

#include <string>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// As torch.einsum: einsum("bij,bjk->bik", {a, b}). A letter names a dimension; letters that are not
// behind "->" are summed. "..." stands for all dimensions that have no letter, and broadcasts. A
// letter twice in one operand takes its diagonal. Without "->" the result has the letters that
// occur once, in the order of the alphabet. The cheapest pair of operands is multiplied first.
// Errors: an equation that does not fit the operands.
Tensor einsum(const std::string& equation, const std::vector<Tensor>& operands);

struct EinsumAttrs {
  std::string equation;
  HEBB_FIELDS(equation)
};

}  // namespace hebb
