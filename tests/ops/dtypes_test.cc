// Results in f32, f16 and bf16 are close to those in f64 on the same (rounded) operands, and have the dtype and shape that infer says.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ops/samples.h"

namespace hebb::test {
namespace {

bool any_floating(const Sample& sample) {
  for (const Tensor& t : flattened(slots_of(sample.operands)))
    if (is_floating(t.dtype()) && !t.is_number()) return true;
  return false;
}

// rtol is a few units in the last place of the dtype.
std::string against_f64(const Op& op, const Sample& sample, DType dtype, double rtol) {
  const Attrs attrs = sample.attrs.of(op);
  const Slots rounded = cast_floating(slots_of(sample.operands), dtype);
  const std::vector<Tensor> got = run_call(op, rounded, attrs).outputs(),
                            expected = run_call(op, cast_floating(rounded, f64), attrs).outputs();
  for (size_t i = 0; i < got.size() && i < expected.size(); ++i)
    if (got[i].defined() && got[i].dtype() == f64 && expected[i].dtype() == f64)
      return fmt::format("output {} is f64 for operands of {}", i, name(dtype));
  const std::string different = difference(got, expected, rtol * sample.tolerance, rtol * sample.tolerance);
  return different.empty() ? "" : fmt::format("{}: {}", name(dtype), different);
}

bool has_samples(const Tried& tried) { return !tried.samples.empty(); }

struct Dtypes : testing::TestWithParam<std::string> {};
struct InferredDtypes : testing::TestWithParam<std::string> {};
TEST_P(Dtypes, SingleIsCloseToDouble) {
  const Tried& op = tried(GetParam());
  hold(op, Check::f64, [&](const Sample& sample) { return any_floating(sample) ? against_f64(*op.op, sample, f32, 1e-5) : ""; });
}
TEST_P(Dtypes, HalfIsCloseToDouble) {
  const Tried& op = tried(GetParam());
  hold(op, Check::half, [&](const Sample& sample) -> std::string {
    if (!any_floating(sample)) return "";
    const std::string different = against_f64(*op.op, sample, f16, 2e-3);
    return different.empty() ? against_f64(*op.op, sample, bf16, 1.6e-2) : different;
  });
}
TEST_P(InferredDtypes, AreWhatInferSays) {
  const Tried& op = tried(GetParam());
  for (const Sample& sample : op.samples) {
    const Call call = run_call(*op.op, slots_of(sample.operands), sample.attrs.of(*op.op));
    const Specs specs = op.op->infer(call);
    ASSERT_EQ(specs.size(), call.outputs().size()) << GetParam() << "/" << sample.label;
    for (size_t i = 0; i < specs.size(); ++i) {
      const Tensor& out = call.out(int(i));
      EXPECT_EQ(name(specs[i].dtype), name(out.dtype())) << GetParam() << "/" << sample.label << " output " << i;
      EXPECT_EQ(to_string(specs[i].shape), to_string(out.shape())) << GetParam() << "/" << sample.label << " output " << i;
    }
  }
}
// Composites and views have no infer of their own.
INSTANTIATE_TEST_SUITE_P(Ops, InferredDtypes,
                         testing::ValuesIn(operators_where([](const Tried& op) { return has_samples(op) && op.op->infer; })),
                         [](const auto& p) { return parameter_name(p.param); });
INSTANTIATE_TEST_SUITE_P(Ops, Dtypes, testing::ValuesIn(operators_where(has_samples)),
                         [](const auto& p) { return parameter_name(p.param); });

}  // namespace
}  // namespace hebb::test
