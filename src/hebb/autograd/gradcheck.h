// Checks gradients against central differences: (f(x + eps) - f(x - eps)) / 2 eps, in f64.
//
//   gradcheck([](const std::vector<Tensor>& x) { return std::vector{tanh(x[0])}; }, {x});
//
// The outputs are weighted with fixed random numbers and summed, so one backward pass is compared
// with two evaluations per element of the inputs. A complex input counts as two real numbers; its
// gradient is dL/dRe + i dL/dIm, PyTorch's convention.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "hebb/autograd/tensor_function.h"

namespace hebb {

struct GradcheckOptions {
  double eps = 1e-6;  // step of the difference
  // An element is right when it differs by at most rtol * |numerical| + atol.
  double rtol = 1e-3, atol = 1e-5;
  // Of an input with more numbers than these so many are checked, drawn from all of its parts
  // (always the same ones).
  int64_t most = std::numeric_limits<int64_t>::max();
};

struct GradcheckReport {
  bool ok = true;
  int64_t checked = 0, wrong = 0;  // elements
  int input = -1;                  // where the worst element is
  Dims position;
  double analytical = 0, numerical = 0;
  std::string text;  // "gradient of input 0 at [1, 2] is 0.5, differences say 0.25 (3 of 12
                     // elements are wrong)"
};

// Checks the gradients of the floating and complex inputs, which should be f64 or c128. The result
// may depend on the inputs only. Error: there are no such inputs.
GradcheckReport gradcheck_report(const TensorFunction& function, const std::vector<Tensor>& inputs,
                                 const GradcheckOptions& options = {});
// The same for the gradient of the gradient, with random gradients of the outputs as further
// inputs.
GradcheckReport gradgradcheck_report(const TensorFunction& function,
                                     const std::vector<Tensor>& inputs,
                                     const GradcheckOptions& options = {});

// The same; throws an Error with the report's text when an element is wrong.
void gradcheck(const TensorFunction& function, const std::vector<Tensor>& inputs,
               const GradcheckOptions& options = {});
void gradgradcheck(const TensorFunction& function, const std::vector<Tensor>& inputs,
                   const GradcheckOptions& options = {});

}  // namespace hebb
