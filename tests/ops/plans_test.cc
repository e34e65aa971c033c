// Plans against the oracle: what a plan of one operator answers is what running the graph node by
// node answers, with operands that come at each run and with operands that stay.

#include <gtest/gtest.h>

#include "hebb/autograd/no_grad.h"
#include "hebb/graph/plan.h"
#include "hebb/graph/trace.h"
#include "ops/samples.h"
#include "support/message_of.h"

namespace hebb::test {
namespace {

// The sample as a program of the operands for which is_input says so; the others are its constants.
struct AsProgram {
  const Op& op;
  Slots slots;
  Attrs attrs;
  std::function<bool(size_t)> is_input;

  bool comes_in(const Tensor& tensor, size_t i) const {
    return tensor.defined() && !tensor.is_number() && is_input(i);
  }
  std::vector<Tensor> inputs() const {
    std::vector<Tensor> out;
    size_t i = 0;
    for (const auto& slot : slots)
      for (const Tensor& tensor : slot)
        if (comes_in(tensor, i++))
          out.push_back(tensor);
    return out;
  }
  std::vector<Tensor> operator()(const std::vector<Tensor>& given) const {
    Slots filled = slots;
    size_t i = 0, next = 0;
    for (auto& slot : filled)
      for (Tensor& tensor : slot)
        if (comes_in(tensor, i++))
          tensor = given[next++];
    const hebb::Tensors outputs = run_call(op, filled, attrs).outputs();
    std::vector<Tensor> defined;
    for (const Tensor& output : outputs)
      if (output.defined() && !output.is_number())
        defined.push_back(output);
    return defined;
  }
};

// "" when the plan answers what the graph does.
std::string problem(const AsProgram& program) {
  NoGrad off;
  const std::vector<Tensor> inputs = program.inputs();
  const Graph graph = trace(program, inputs, {.fixed_sizes = true});
  const std::vector<Tensor> expected = graph.run(inputs);
  Context context(std::make_shared<const Plan>(graph, SymbolSizes{}));
  for (int run = 0; run < 2; ++run) {  // the second finds memory that has been used
    const hebb::Tensors got = context.run(hebb::Tensors(inputs));
    for (size_t i = 0; i < expected.size(); ++i)
      if (describe(got[i]) != describe(expected[i]))
        return "answers " + describe(got[i]) + " instead of " + describe(expected[i]);
    const std::string differs = difference(got, hebb::Tensors(expected), 2e-6, 2e-6);
    if (!differs.empty())
      return differs + "\n" + to_string(context.plan());
  }
  return "";
}

struct PlanOfOne : testing::TestWithParam<std::string> {};
TEST_P(PlanOfOne, AnswersWhatTheGraphDoes) {
  const Tried& op = tried(GetParam());
  for (const Sample& sample : op.samples) {
    const Slots slots = slots_of(sample.operands);
    const Attrs attrs = sample.attrs.of(*op.op);
    const auto all = [](size_t) { return true; };
    const auto first = [](size_t i) { return i == 0; };
    std::string found;
    const std::string message = message_of([&] {
      found = problem({*op.op, slots, attrs, all});
      if (found.empty())
        found = problem({*op.op, slots, attrs, first});
    });
    if (message.find("values") != std::string::npos && message != "no error")
      continue;  // a size that depends on values is not traced; Meta tests say which these are
    if (message.find("with NaN") != std::string::npos)
      continue;  // plans are for numbers (graph/finite.h)
    EXPECT_EQ(message, "no error") << sample.label;
    EXPECT_EQ(found, "") << sample.label;
  }
}
INSTANTIATE_TEST_SUITE_P(Ops, PlanOfOne, testing::ValuesIn(operators_where(any_operator)),
                         [](const auto& p) { return parameter_name(p.param); });

}  // namespace
}  // namespace hebb::test
