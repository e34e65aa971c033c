// Tensors on meta have shapes and no values; every operator answers on them with what it answers on
// values, and takes no memory.

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "hebb/autograd/no_grad.h"
#include "hebb/ops/ops.h"
#include "hebb/ops/recorder.h"
#include "ops/samples.h"
#include "support/message_of.h"

namespace hebb::test {
namespace {

TEST(Meta, ValuesAreRefusedAndShapesAreThere) {
  const Tensor x = Tensor::empty({2, 3}, f32, meta);
  EXPECT_EQ(to_string(x.device()), "meta");
  EXPECT_EQ(to_string(x), "f32[2, 3] on meta");
  EXPECT_EQ(x.nbytes(), 24);
  EXPECT_NE(message_of([&] { x.to_vector<float>(); }).find("on meta"), std::string::npos);
  EXPECT_NE(message_of([&] { x.sum().item(); }).find("no values"), std::string::npos);
  Tensor y = zeros({2, 3});
  EXPECT_NE(message_of([&] { y.copy_(x); }).find("no values"), std::string::npos);
  EXPECT_NE(message_of([&] { nonzero(x); }).find("depends on values"), std::string::npos);
  EXPECT_NE(message_of([&] { matmul(x, x); }).find("matmul"), std::string::npos);
  const Tensor t = to_meta(randn({4, 5})).t();
  EXPECT_EQ(t.shape(), (Dims{5, 4}));
  EXPECT_EQ(t.strides(), (Dims{1, 5}));
  EXPECT_NE(x.body()->storage, to_meta(x).body()->storage);
}

TEST(Meta, GradientsHaveShapes) {
  Tensor w = Tensor::empty({3, 4}, f32, meta);
  w.requires_grad_();
  relu(matmul(Tensor::empty({2, 3}, f32, meta), w)).sum().backward();
  EXPECT_TRUE(w.grad().is_meta());
  EXPECT_EQ(w.grad().shape(), (Dims{3, 4}));
}

// What sizes of outputs depend on is no shape.
bool needs_values(const Op& op) {
  static constexpr std::string_view composites[] = {
      "masked_select",     "unique", "one_hot",   "unique_consecutive", "bincount",
      "repeat_interleave", "index",  "index_put", "remove_small_boxes"};
  return !op.counted.empty() ||
         std::find(std::begin(composites), std::end(composites), op.name) != std::end(composites);
}

struct OnMeta : testing::TestWithParam<std::string> {};
TEST_P(OnMeta, ShapesAndDtypesAreThose) {
  const Tried& op = tried(GetParam());
  for (const Sample& sample : op.samples) {
    const Attrs attrs = sample.attrs.of(*op.op);
    const Slots slots = slots_of(sample.operands);
    const hebb::Tensors expected = run_call(*op.op, slots, attrs).outputs();
    const Slots shapes = map_operands(
        slots, [](const Tensor& t) { return t.defined() && !t.is_number() ? to_meta(t) : t; });
    const ShapesOnly only;
    cpu_allocator().reset_peak();
    const uint64_t before = cpu_allocator().stats().in_use;
    hebb::Tensors got;
    const std::string message =
        message_of([&] { got = run_call(*op.op, shapes, attrs).outputs(); });
    if (needs_values(*op.op) && message != "no error") {
      EXPECT_NE(message.find("values"), std::string::npos) << message;
      continue;
    }
    EXPECT_EQ(message, "no error") << sample.label;
    EXPECT_EQ(cpu_allocator().stats().peak, before) << sample.label;
    ASSERT_EQ(got.size(), expected.size()) << sample.label;
    for (size_t i = 0; i < got.size(); ++i) {
      EXPECT_EQ(describe(got[i]), describe(expected[i])) << sample.label << ", output " << i;
      EXPECT_TRUE(!got[i].defined() || got[i].is_number() || got[i].is_meta()) << sample.label;
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Ops, OnMeta, testing::ValuesIn(operators_where(any_operator)),
                         [](const auto& p) { return parameter_name(p.param); });

}  // namespace
}  // namespace hebb::test
