// Plain elementwise pieces of losses.

#include <algorithm>
#include <cmath>

#include "hebb/kernels/cpu/elementwise.h"

namespace hebb::cpu {
namespace {

struct BinaryCrossEntropy {
  template <class T>
  static T apply(T x, T t) {
    auto log_of = [](T v) { return std::isnan(v) ? v : std::max(v, T(-100)); };
    return -(t * log_of(std::log(x)) + (1 - t) * log_of(std::log1p(-x)));
  }
};

constexpr ElementwiseRow rows[] = {
    {"binary_cross_entropy_terms", pick<BinaryCrossEntropy, 2, HEBB_FLOATS>},
};

}  // namespace

std::span<const ElementwiseRow> loss_rows() { return rows; }

}  // namespace hebb::cpu
