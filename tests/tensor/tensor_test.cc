// Tensor itself: values that leave for C++, and shapes that no memory holds. Operators: tests/ops.

#include "hebb/tensor/tensor.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "hebb/base/error.h"
#include "hebb/ops/ops.h"
#include "hebb/tensor/unrecorded_view.h"
#include "support/message_of.h"

namespace hebb {
namespace {

template <class T>
Tensor one(T value) {
  return Tensor::from(std::vector<T>{value}, {});
}

TEST(Tensor, ItemIsExact) {
  const int64_t odd = (int64_t(1) << 53) + 1;
  EXPECT_EQ(one(odd).item<int64_t>(), odd);
  EXPECT_EQ(one(odd).item<uint64_t>(), uint64_t(odd));
  EXPECT_EQ(one(std::numeric_limits<uint64_t>::max()).item<uint64_t>(),
            std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(one(std::numeric_limits<int64_t>::min()).item<int64_t>(),
            std::numeric_limits<int64_t>::min());
  EXPECT_EQ(one(int32_t(-7)).item<int32_t>(), -7);
  EXPECT_EQ(one(2.75).item<int>(), 2);
  EXPECT_EQ(one(0.5).item<bool>(), true);
  EXPECT_EQ(one(true).item<uint8_t>(), 1);
  EXPECT_EQ(one(0.5f).item(), 0.5);
}

TEST(Tensor, ItemRefusesWhatDoesNotFit) {
  EXPECT_NE(message_of([] { one(int64_t(-1)).item<uint64_t>(); }).find("-1"), std::string::npos);
  EXPECT_NE(message_of([] { one(int64_t(300)).item<uint8_t>(); }).find("from 0 to 255"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              one(std::numeric_limits<uint64_t>::max()).item<int64_t>();
            }).find("18446744073709551615"),
            std::string::npos);
  EXPECT_NE(message_of([] { one(9223372036854775808.0).item<int64_t>(); }), "no error");
  EXPECT_EQ(one(-9223372036854775808.0).item<int64_t>(), std::numeric_limits<int64_t>::min());
  EXPECT_NE(message_of([] { one(1e300).item<int32_t>(); }).find("1e+300"), std::string::npos);
  EXPECT_NE(
      message_of([] { one(std::numeric_limits<double>::quiet_NaN()).item<int64_t>(); }).find("nan"),
      std::string::npos);
}

TEST(Tensor, NumbersAreI64OrRefused) {
  const uint64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Tensor(most).item<int64_t>(), int64_t(most));
  EXPECT_EQ(Tensor(most).dtype(), i64);
  EXPECT_EQ(Tensor(uint8_t(200)).item<int64_t>(), 200);
  EXPECT_EQ(Tensor(uint32_t(4000000000)).item<int64_t>(), 4000000000);
  EXPECT_EQ(Tensor(std::numeric_limits<int64_t>::min()).item<int64_t>(),
            std::numeric_limits<int64_t>::min());
  for (uint64_t large : {most + 1, std::numeric_limits<uint64_t>::max()})
    EXPECT_NE(message_of([&] { Tensor{large}; }).find(std::to_string(large) + " is too large"),
              std::string::npos);
}

TEST(Tensor, AnUndefinedOneSaysSo) {
  Tensor leaf = tensor({1.0}).requires_grad_();
  Tensor none;
  const std::function<void()> uses[] = {
      [&] { leaf.grad().item(); },
      [&] { (void)none.shape(); },
      [&] { (void)none.dtype(); },
      [&] { (void)none.numel(); },
      [&] { (void)none.size(0); },
      [&] { (void)none.device(); },
      [&] { none.raw_data(); },
      [&] { none.contiguous(); },
      [&] { none.to(DType::f64); },
      [&] { none.detach(); },
      [&] { none.clone(); },
      [&] { none.to_vector<float>(); },
      [&] { none.flatten(); },
      [&] { (void)none[{0}]; },
      [&] { none.fill_(1); },
      [&] { none.requires_grad_(); },
      [&] { none.requires_grad_(false); },
      [&] { (void)none.grad(); },
      [&] { none.set_grad({}); },
      [&] { none.backward(); },
      [&] {
        cat({leaf, none});
      },
      [&] {
        stack({none, leaf});
      },
      [&] { full({2}, none); },
      [&] { leaf.copy_(none); },
      [&] { (void)(leaf + none); },
  };
  for (const auto& use : uses) {
    const std::string message = message_of(use);
    EXPECT_TRUE(message.find("undefined") != message.npos ||
                message.find("missing") != message.npos ||
                message.find("does not depend on anything") != message.npos)
        << message;
  }
  EXPECT_EQ(to_string(none), "undefined");
  EXPECT_FALSE(none.requires_grad());
}

TEST(Tensor, PositionsInATensorPickAlongADimension) {
  const Tensor x = arange(12).reshape({3, 4});
  EXPECT_EQ((x[{tensor({-1, 0}).to(DType::i32)}].to_vector<int64_t>()),
            (std::vector<int64_t>{8, 9, 10, 11, 0, 1, 2, 3}));
  EXPECT_EQ((x[{Slice(1, 3), tensor({3, 3, -4})}].to_vector<int64_t>()),
            (std::vector<int64_t>{7, 7, 4, 11, 11, 8}));
  EXPECT_EQ((x[{gt(x, 8)}].to_vector<int64_t>()), (std::vector<int64_t>{9, 10, 11}));
  EXPECT_NE(message_of([&] { (void)x[{x.to(DType::f32)}]; }).find("should hold integers or bool"),
            std::string::npos);
  EXPECT_NE(message_of([&] { (void)x[{tensor({3})}]; }), "no error");
  static_assert(!std::is_convertible_v<bool, Index>);  // a truth value is no position
}

TEST(Tensor, RefusesShapesThatNobodyCanCount) {
  const int64_t big = int64_t(1) << 40;
  for (const Dims& shape : {Dims{big, big, big}, Dims{0, big, big}, Dims{big, big}}) {
    EXPECT_NE(message_of([&] { Tensor::empty(shape); }).find("more elements than can be counted"),
              std::string::npos)
        << to_string(shape);
    EXPECT_NE(message_of([&] {
                contiguous_strides(shape);
                product(shape);
              }).find("more elements than can be counted"),
              std::string::npos)
        << to_string(shape);
    EXPECT_NE(message_of([&] {
                unrecorded_view(Tensor::empty({}), shape, Dims(shape.size(), 0), 0);
              }).find("more elements than can be counted"),
              std::string::npos);
  }
  EXPECT_NE(message_of([&] {
              dense_strides_like({big, big, big}, {2, 2, 2}, {4, 2, 1});
            }).find("more elements than can be counted"),
            std::string::npos);
  int value = 0;
  EXPECT_NE(message_of([&] {
              Tensor::wrap(&value, {int64_t(1) << 61}, f64, nullptr);
            }).find("larger than any memory"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb
