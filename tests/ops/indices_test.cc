// Index operands of every entry that has some: each integer dtype gives what i64 gives, and nothing
// else is taken.

#include <gtest/gtest.h>

#include "hebb/ops/copy.h"
#include "ops/samples.h"
#include "support/message_of.h"

namespace hebb::test {
namespace {

Slots with_indices_as(DType dtype, const Op& op, Slots slots) {
  for (int slot : op.indices)
    slots[size_t(slot)][0] = cast_values(slots[size_t(slot)][0], dtype);
  return slots;
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

struct Indices : testing::TestWithParam<std::string> {};
TEST_P(Indices, MayBeOfAnyIntegerDtype) {
  const Tried& op = tried(GetParam());
  for (const Sample& sample : op.samples) {
    const Slots slots = slots_of(sample.operands);
    const Attrs attrs = sample.attrs.of(*op.op);
    const Tensors expected = run_call(*op.op, slots, attrs).outputs();
    for (DType dtype : {DType::i16, DType::i32})
      EXPECT_EQ(difference(run_call(*op.op, with_indices_as(dtype, *op.op, slots), attrs).outputs(),
                           expected, 0, 0),
                "")
          << sample.label << " with indices of " << name(dtype);
    for (DType dtype : {DType::f32, DType::boolean}) {
      const std::string said =
          message_of([&] { run_call(*op.op, with_indices_as(dtype, *op.op, slots), attrs); });
      EXPECT_TRUE(holds(
          said, std::string(op.op->inputs[op.op->indices[0]]) + " is " + std::string(name(dtype))))
          << said;
      EXPECT_TRUE(holds(said, "should be an integer dtype")) << said;
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Ops, Indices, testing::ValuesIn(operators_where([](const Op& op) {
                           return op.indices.size() > 0;
                         })),
                         [](const auto& p) { return parameter_name(p.param); });

}  // namespace
}  // namespace hebb::test
