// What meters for which samples may count differently have in common. For .cc files.
#pragma once

#include <cmath>
#include <memory>
#include <span>

#include "hebb/base/check.h"
#include "hebb/metrics/metric.h"

namespace hebb::metrics {

// ---- states, which come from files ----

inline void check_state(bool holds) {
  check(holds, "this is not the state of such a metric");
}

inline int64_t count_of(double number) {
  check_state(number >= 0 && number < 0x1p53);
  return int64_t(number);
}

inline double amount_of(double number) {  // a number of samples, or what they weigh
  check_state(number >= 0 && std::isfinite(number));
  return number;
}

// A meter for which samples may count differently; no weights: each counts 1.
struct WeightedMeter : Meter {
  void update(const Tensor& outputs, const Tensor& targets) final { add(outputs, targets, {}); }
  void update_weighted(const Tensor& outputs, const Tensor& targets,
                       std::span<const double> weights) final {
    add(outputs, targets, weights);
  }
  virtual void add(const Tensor& outputs, const Tensor& targets,
                   std::span<const double> weights) = 0;
};

// Clones by copying.
template <class Self>
struct Copied : WeightedMeter {
  std::unique_ptr<Meter> clone() const override {
    return std::make_unique<Self>(static_cast<const Self&>(*this));
  }
};

}  // namespace hebb::metrics
