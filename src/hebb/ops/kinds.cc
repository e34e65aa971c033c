#include "hebb/ops/kinds.h"

#include "hebb/ops/holomorphic.h"

namespace hebb {

Grads gradient_by_derivative(const Call& call, const Grads& dy) {
  const Keep& keep = call.op().keep[0];
  const Tensor& kept = keep.is_output ? call.out(keep.index) : call.in(keep.index);
  return holomorphic(dy,
                     [&](const Grads& g) -> Grads { return {call.op().derivative(g[0], kept)}; });
}

}  // namespace hebb
