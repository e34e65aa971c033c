// Results in f32, f16 and bf16 are close to those in f64 on the same (rounded) operands, and have
// the dtype and shape that infer says.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "ops/samples.h"

namespace hebb::test {
namespace {

bool any_floating(const Sample& sample) {
  for (const Tensor& t : flattened(slots_of(sample.operands)))
    if (is_floating(t.dtype()) && !t.is_number())
      return true;
  return false;
}

// rtol is a few units in the last place of the dtype.
std::string against_f64(const Op& op, const Sample& sample, DType dtype, double rtol) {
  const Attrs attrs = sample.attrs.of(op);
  const Slots rounded = cast_floating(slots_of(sample.operands), dtype);
  const Tensors got = run_call(op, rounded, attrs).outputs(),
                expected = run_call(op, cast_floating(rounded, f64), attrs).outputs();
  const size_t seen = op.results ? size_t(std::max(1, op.results(make_call(op, rounded, attrs))))
                                 : 1;  // by users; statistics may be f64
  for (size_t i = 0; i < seen && i < got.size() && i < expected.size(); ++i)
    if (got[i].defined() && got[i].dtype() == f64 && expected[i].dtype() == f64)
      return fmt::format("output {} is f64 for operands of {}", i, name(dtype));
  const std::string different =
      difference(got, expected, rtol * sample.tolerance, rtol * sample.tolerance);
  return different.empty() ? "" : fmt::format("{}: {}", name(dtype), different);
}

struct Dtypes : testing::TestWithParam<std::string> {};
TEST_P(Dtypes, SingleIsCloseToDouble) {
  const Tried& op = tried(GetParam());
  hold(op, Check::f64, [&](const Sample& sample) {
    return any_floating(sample) ? against_f64(*op.op, sample, f32, 1e-5) : "";
  });
}
TEST_P(Dtypes, HalfIsCloseToDouble) {
  const Tried& op = tried(GetParam());
  hold(op, Check::half, [&](const Sample& sample) -> std::string {
    if (!any_floating(sample))
      return "";
    const std::string different = against_f64(*op.op, sample, f16, 2e-3);
    return different.empty() ? against_f64(*op.op, sample, bf16, 1.6e-2) : different;
  });
}
INSTANTIATE_TEST_SUITE_P(Ops, Dtypes, testing::ValuesIn(operators_where(any_operator)),
                         [](const auto& p) { return parameter_name(p.param); });

}  // namespace
}  // namespace hebb::test
