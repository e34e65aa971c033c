// Sizes in layer options. They have no default: leaving one out, or misspelling it, does not
// compile.
#pragma once

#include <concepts>
#include <cstdint>

#include "hebb/tensor/dims.h"

namespace hebb::nn {

struct Size {  // a number of features or channels
  template <std::integral T>
  constexpr Size(T value) : value(int64_t(value)) {}
  constexpr operator int64_t() const { return value; }
  int64_t value;
};

template <int N>
struct Extent {  // one value for all N spatial dimensions, or one for each, outermost first
  template <std::integral T>
  Extent(T all) : values(N, int64_t(all)) {}
  template <std::integral... T>
  requires(sizeof...(T) == N && N > 1) Extent(T... each) : values{int64_t(each)...} {}
  operator const Dims&() const { return values; }
  static constexpr int sides = N;
  Dims values;
};
using Single = Extent<1>;
using Pair = Extent<2>;    // height, width
using Triple = Extent<3>;  // depth, height, width

}  // namespace hebb::nn
