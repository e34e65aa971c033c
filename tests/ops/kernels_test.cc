// Every kernel of an entry against the last one, the plain one, in f32: with a gradient to come and
// without, in every instruction set that there is.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "hebb/autograd/no_grad.h"
#include "hebb/kernels/cpu_library.h"
#include "hebb/kernels/devices.h"
#include "hebb/ops/kernel_cache.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

int kernels_on_cpu(const Op& op) {
  return kernels_of(Device::Kind::cpu, op.kernel).size();
}

Tensors run_one(const Tried& tried, const Sample& sample, int kernel, bool with_gradient,
                int& fitted) {
  const Slots slots =
      map_operands(cast_floating(slots_of(sample.operands), f32), [&](const Tensor& t) {
        return with_gradient && is_floating(t.dtype()) && !t.is_number()
                   ? t.detach().requires_grad_()
                   : t;
      });
  const OneKernel only(*tried.op, kernel);
  const Tensors outputs = run_call(*tried.op, slots, sample.attrs.of(*tried.op)).outputs();
  fitted += only.times_fitted();
  return outputs;
}

// oneDNN's products, which are used where they are brgemms (cpu/matmul_simd.cc).
bool waits_for_avx512(const Op& op, int kernel) {
  return !cpu::instruction_sets().front().starts_with("AVX3") && kernel == 1 &&
         (op.kernel.name == "matmul" || op.kernel.name == "linear");
}

struct Kernels : testing::TestWithParam<std::string> {};
TEST_P(Kernels, AgreeWithThePlainOne) {
  const Tried& op = tried(GetParam());
  const int plain = kernels_on_cpu(*op.op) - 1;
  const std::vector<std::string> sets = cpu::instruction_sets();
  std::vector<int> fitted(size_t(plain) + 1, 0);
  hold(op, Check::kernels, [&](const Sample& sample) -> std::string {
    for (bool with_gradient : {false, true}) {
      const Tensors expected = run_one(op, sample, plain, with_gradient, fitted[size_t(plain)]);
      for (size_t set = 0; set < sets.size(); ++set) {
        const OneInstructionSet in_set(set);
        for (int kernel = 0; kernel < plain; ++kernel) {
          const std::string different =
              difference(run_one(op, sample, kernel, with_gradient, fitted[size_t(kernel)]),
                         expected, 1e-5 * sample.tolerance, 2e-6 * sample.tolerance);
          if (!different.empty())
            return fmt::format("kernel {} in {}{}: {}", kernel, sets[set],
                               with_gradient ? " with a gradient" : "", different);
        }
      }
    }
    return "";
  });
  for (int kernel = 0; kernel <= plain; ++kernel)
    EXPECT_TRUE(fitted[size_t(kernel)] > 0 || waits_for_avx512(*op.op, kernel))
        << "no f32 sample of " << GetParam() << " reaches its kernel " << kernel;
}
INSTANTIATE_TEST_SUITE_P(Ops, Kernels, testing::ValuesIn(operators_where([](const Op& op) {
                           return kernels_on_cpu(op) > 1;
                         })),
                         [](const auto& p) { return parameter_name(p.param); });

}  // namespace
}  // namespace hebb::test
