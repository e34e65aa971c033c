// Every differentiable operator's gradient against central differences in f64, and its second
// derivative where it has one.

#include <gtest/gtest.h>

#include <algorithm>

#include "hebb/autograd/gradcheck.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

// The operator as a function of its defined operands.
TensorFunction as_function(const Op& op, const Slots& slots, const Attrs& attrs) {
  return [&op, slots, attrs](const std::vector<Tensor>& x) {
    size_t next = 0;
    return run_call(op, map_operands(slots, [&](const Tensor&) { return x[next++]; }), attrs)
        .outputs()
        .to_vector();
  };
}

using Report = GradcheckReport (*)(const TensorFunction&, const std::vector<Tensor>&,
                                   const GradcheckOptions&);

std::string problem(const Op& op, const Sample& sample, Report report, int64_t& checked) {
  const Slots slots = cast_floating(slots_of(sample.operands), f64);
  const std::vector<Tensor> operands = flattened(slots);
  if (std::none_of(operands.begin(), operands.end(), [](const Tensor& t) {
        return t.defined() && is_differentiable(t.dtype()) && !t.is_number();
      }))
    return {};  // whole numbers have no gradient
  constexpr int64_t most = 1500;
  const GradcheckOptions options{1e-6, 1e-4 * sample.tolerance, 1e-6 * sample.tolerance, most};
  const GradcheckReport found =
      report(as_function(op, slots, sample.attrs.of(op)), operands, options);
  checked += found.checked;
  return found.text;
}

bool has_gradient(const Op& op) {
  return op.differentiable();
}

struct Gradients : testing::TestWithParam<std::string> {};
TEST_P(Gradients, AgreeWithDifferences) {
  const Tried& op = tried(GetParam());
  int64_t checked = 0;
  hold(op, Check::gradient,
       [&](const Sample& sample) { return problem(*op.op, sample, gradcheck_report, checked); });
  EXPECT_TRUE(checked > 0 || exempted(op.exempt, Check::gradient));
}
INSTANTIATE_TEST_SUITE_P(Ops, Gradients, testing::ValuesIn(operators_where(has_gradient)),
                         [](const auto& p) { return parameter_name(p.param); });

struct SecondGradients : testing::TestWithParam<std::string> {};
TEST_P(SecondGradients, AgreeWithDifferences) {
  const Tried& op = tried(GetParam());
  if (exempted(op.exempt, Check::gradient))
    GTEST_SKIP() << "the first gradient is exempt";
  int64_t checked = 0;
  hold(op, Check::second_gradient, [&](const Sample& sample) {
    return exempted(sample.exempt, Check::gradient)
               ? ""
               : problem(*op.op, sample, gradgradcheck_report, checked);
  });
  EXPECT_TRUE(checked > 0 || exempted(op.exempt, Check::second_gradient));
}
INSTANTIATE_TEST_SUITE_P(Ops, SecondGradients, testing::ValuesIn(operators_where([](const Op& op) {
                           return op.differentiable() && !op.internal;
                         })),
                         [](const auto& p) { return parameter_name(p.param); });

}  // namespace
}  // namespace hebb::test
