// Gradient rules of complex operands. A rule written with the derivative f'(z) of a
// complex-differentiable function gives dy f'(z); PyTorch's gradient, whose negative is the
// direction of steepest descent, is dy conj(f'(z)). For .cc files.
#pragma once

#include <algorithm>

#include "hebb/ops/math.h"
#include "hebb/ops/op.h"

namespace hebb {

// rule(dy) for real results; conj(rule(conj(dy))) for complex ones.
template <class Rule>
Grads holomorphic(const Grads& dy, Rule&& rule) {
  if (std::none_of(dy.begin(), dy.end(),
                   [](const Tensor& g) { return g.defined() && is_complex(g.dtype()); }))
    return rule(dy);
  auto turned = [](Grads grads) {
    for (Tensor& g : grads)
      if (g.defined() && is_complex(g.dtype()))
        g = conj(g);
    return grads;
  };
  return turned(rule(turned(dy)));
}

}  // namespace hebb
