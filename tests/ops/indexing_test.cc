// Indexing by several tensors and masks, assignment, and the other names of operators.

#include "hebb/ops/indexing.h"

#include <gtest/gtest.h>

#include "hebb/ops/advanced.h"
#include "hebb/ops/aliases.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/named.h"
#include "hebb/ops/op.h"
#include "hebb/ops/pieces.h"
#include "hebb/ops/views.h"
#include "support/message_of.h"

namespace hebb {
namespace {

using Whole = std::vector<int64_t>;

Tensor whole(std::initializer_list<double> values) {
  return tensor(values).to(DType::i64);
}

TEST(Indexing, TensorsAndMasksPickTogether) {
  const Tensor x = reshape(arange(24), {2, 3, 4});
  EXPECT_EQ((x[{whole({0, 1}), whole({2, 0})}].shape()), (Dims{2, 4}));
  EXPECT_EQ((x[{whole({0, 1}), whole({2, 0}), whole({-1, 1})}].to_vector<int64_t>()),
            (Whole{11, 13}));
  // Apart, the new dimension comes first; side by side it stays where they were.
  EXPECT_EQ((x[{whole({0, 1}), Slice(), whole({1, 2})}].to_vector<int64_t>()),
            (Whole{1, 5, 9, 14, 18, 22}));
  EXPECT_EQ((x[{1, Slice(0, 2), whole({3, 0})}].to_vector<int64_t>()), (Whole{15, 12, 19, 16}));
  EXPECT_EQ((x[{Slice(), reshape(whole({0, 1, 2, 2}), {2, 2})}].shape()), (Dims{2, 2, 2, 4}));
  EXPECT_EQ((x[{gt(x, 21)}].to_vector<int64_t>()), (Whole{22, 23}));
  EXPECT_EQ((x[{Slice(1, 2), eq(arange(3), 1)}].to_vector<int64_t>()), (Whole{16, 17, 18, 19}));
  EXPECT_EQ((x[{Ellipsis(), eq(remainder(arange(4), 2), 0)}].shape()), (Dims{2, 3, 2}));
}

TEST(Indexing, AssignmentWritesIntoTheMemory) {
  Tensor x = zeros({3, 4});
  index_put_(x, {1}, 5);
  index_put_(x, {Slice(), 0}, tensor({1, 2, 3}));
  index_put_(x, {whole({0, 2}), whole({3, -1})}, tensor({7, 8}));
  EXPECT_EQ(x.to_vector<float>(), (std::vector<float>{1, 0, 0, 7, 2, 5, 5, 5, 3, 0, 0, 8}));
  index_put_(x, {lt(x, 1)}, -1);
  index_put_(x, {whole({0, 0}), 0}, tensor({10, 20}), true);
  EXPECT_EQ(x.to_vector<float>(), (std::vector<float>{31, -1, -1, 7, 2, 5, 5, 5, 3, -1, -1, 8}));
  index_put_(x, {Slice(0, 1)}, 1, true);
  EXPECT_EQ((x[{0}].to_vector<float>()), (std::vector<float>{32, 0, 0, 8}));
  Tensor leaf = zeros({2}).requires_grad_();
  EXPECT_NE(message_of([&] {
              Tensor result = leaf * 2;
              index_put_(result, {0}, 1);
            }),
            "no error");
}

TEST(Indexing, ANumberCutsIntoSections) {
  const auto parts = [](const char* attrs) {
    Call call = call_by_name(*find_op("tensor_split"), {{"input", arange(5)}}, attrs);
    run(call);
    return call.outputs().size();
  };
  EXPECT_EQ(parts(R"({"indices_or_sections": 3})"), 3u);
  EXPECT_EQ(parts(R"({"indices_or_sections": [3]})"), 2u);
  EXPECT_EQ(tensor_split(arange(5), Dims{2})[0].numel(), 2);
  EXPECT_EQ(tensor_split(arange(5), 2)[0].numel(), 3);
}

TEST(Aliases, NameOperators) {
  for (const OpAlias& alias : op_aliases()) {
    const Op* op = find_op(alias.name);
    ASSERT_NE(op, nullptr) << alias.name;
    EXPECT_EQ(op->name, alias.op);
    EXPECT_FALSE(op->internal) << alias.name;
  }
  for (const Op* op : all_ops())
    for (const OpAlias& alias : op_aliases())
      EXPECT_NE(op->name, alias.name) << "is an entry, too";
}

}  // namespace
}  // namespace hebb
