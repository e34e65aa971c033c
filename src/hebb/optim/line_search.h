// The line search of L-BFGS: a step length that meets the strong Wolfe conditions, so that the loss
// falls enough and the slope has become flat enough. Source: Nocedal and Wright 2006, algorithms
// 3.5 and 3.6; bounds and safeguards as in torch.optim.LBFGS.
#pragma once

#include <functional>

#include "hebb/tensor/tensor.h"

namespace hebb::optim {

// The objective at one length along the direction.
struct LinePoint {
  double length = 0, loss = 0, slope = 0;
  Tensor grad;  // all parameters' in one vector
};

struct LineSearchOptions {
  double first = 1;                // the length to begin with
  double largest_move = 1;         // of any parameter at length 1
  double tolerance_change = 1e-9;  // a bracket that moves no parameter by more is the end
  int64_t max_evaluations = 25;
  double decrease = 1e-4, curvature = 0.9;  // c1 and c2 of the conditions
};

struct LineSearchResult {
  LinePoint point;
  int64_t evaluations = 0;
};

// start: at length 0, with a negative slope. at: evaluates a length.
LineSearchResult strong_wolfe(const std::function<LinePoint(double length)>& at,
                              const LinePoint& start, const LineSearchOptions& options);

}  // namespace hebb::optim
