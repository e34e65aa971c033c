// Plain elementwise pieces of losses.

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/kernels/cpu/axes.h"
#include "hebb/kernels/cpu/elementwise.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu {
namespace {

struct BinaryCrossEntropy {
  template <class T>
  static T apply(T x, T t) {
    auto log_of = [](T v) { return std::isnan(v) ? v : std::max(v, T(-100)); };
    return -(t * log_of(std::log(x)) + (1 - t) * log_of(std::log1p(-x)));
  }
};

// A NaN is not refused: it goes on into the result.
void check_probabilities(const Operand& input, const void* data) {
  Axes all;
  for (size_t i = 0; i < input.shape.size(); ++i)
    all.add(input.shape[i], input.strides[i]);
  const bool dense = is_dense(input.shape, input.strides);
  visit(input.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    if constexpr (is_half_type<T> || std::is_floating_point_v<T>)
      for (int64_t i = 0; i < all.count; ++i) {
        const double value = wide(static_cast<const T*>(data)[dense ? i : all.offset(i)]);
        check(!(value < 0 || value > 1), "input holds {}, should be probabilities between 0 and 1",
              value);
      }
  });
}

struct LogitsTerms {
  template <class T>
  static T apply(T x, T t) {
    return (x > 0 ? (1 - t) * x : -t * x) + std::log1p(std::exp(-std::fabs(x)));
  }
};
struct WeightedLogitsTerms {
  template <class T>
  static T apply(T x, T t, T w) {
    return (x > 0 ? (1 - t) * x : -w * t * x) +
           (1 + (w - 1) * t) * std::log1p(std::exp(-std::fabs(x)));
  }
};

}  // namespace

std::span<const ElementwiseRow> loss_rows() {
  static constexpr ElementwiseRow rows[] = {
      {"binary_cross_entropy_terms", pick<BinaryCrossEntropy, 2, HEBB_FLOATS>, nullptr,
       check_probabilities},
      {"binary_cross_entropy_logits_terms",
       [](const Signature& s) {
         return s.in[2].defined ? pick<WeightedLogitsTerms, 3, HEBB_FLOATS>(s)
                                : pick<LogitsTerms, 2, HEBB_FLOATS>(s);
       }},
  };
  return rows;
}

}  // namespace hebb::cpu
