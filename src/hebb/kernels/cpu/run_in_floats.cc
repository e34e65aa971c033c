#include <algorithm>

#include "hebb/kernels/cpu/elementwise.h"

namespace hebb::cpu {
namespace {

constexpr int64_t block = 512;  // elements: five operands of floats stay in the first cache
constexpr int most_operands = 5;

}  // namespace

template <class H>
void run_in_floats(Inner loop, HalfOperands operands, int64_t n, char* const* data,
                   const int64_t* stride) {
  float values[most_operands][block];
  char* at[most_operands + 1];
  int64_t step[most_operands];
  if (operands.parameters)
    at[operands.inputs + 1] = data[operands.inputs + 1];
  for (int64_t first = 0; first < n; first += block) {
    const int64_t count = std::min(block, n - first);
    for (int k = 0; k <= operands.inputs; ++k) {
      at[k] = reinterpret_cast<char*>(values[k]);
      step[k] = sizeof(float);
      const char* from = data[k] + first * stride[k];
      for (int64_t i = 0; k > 0 && i < count; ++i)
        values[k][i] = float(*reinterpret_cast<const H*>(from + i * stride[k]));
    }
    char* out = data[0] + first * stride[0];
    if (!operands.output) {
      at[0] = out;
      step[0] = stride[0];
    }
    loop(count, at, step);
    for (int64_t i = 0; operands.output && i < count; ++i)
      *reinterpret_cast<H*>(out + i * stride[0]) = H(values[0][i]);
  }
}

template void run_in_floats<Half>(Inner, HalfOperands, int64_t, char* const*, const int64_t*);
template void run_in_floats<BFloat16>(Inner, HalfOperands, int64_t, char* const*, const int64_t*);

}  // namespace hebb::cpu
