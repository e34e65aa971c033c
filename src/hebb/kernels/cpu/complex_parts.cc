// Pairs of real numbers as complex ones, where they do not lie side by side: a copy.

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/fourier.h"

namespace hebb::cpu::impl {
namespace {

// A complex operand as real numbers [..., 2] in the same memory.
Operand as_pairs(const Operand& complex) {
  Operand pairs = complex;
  pairs.dtype = real_of(complex.dtype);
  pairs.shape.push_back(2);
  for (int64_t& stride : pairs.strides)
    stride *= 2;
  pairs.strides.push_back(1);
  return pairs;
}

}  // namespace

PreparedKernel view_as_complex_plain(const Signature& s) {
  return copy_plain({.op = "copy", .in = s.in, .out = {as_pairs(s.out[0])}, .out_fixed = true});
}

}  // namespace hebb::cpu::impl
