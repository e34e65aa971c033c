// Finds where NaN comes from, forward and backward.
#pragma once

namespace hebb {

// While it lives, every call of this thread looks whether its results hold NaN, and every gradient
// rule whether its gradients do. The first one is an Error that names the operator, its operands
// and the modules that called it; for a gradient, the operator of the forward pass whose rule gave
// it. Slow: it reads all values. A backward pass names the modules only when the forward pass ran
// in such a scope, too. In a trace, where there are no values, nothing is looked at.
class DetectAnomaly {
 public:
  DetectAnomaly();
  ~DetectAnomaly();
  DetectAnomaly(const DetectAnomaly&) = delete;
  DetectAnomaly& operator=(const DetectAnomaly&) = delete;
};

bool anomaly_enabled();  // in this thread

}  // namespace hebb
