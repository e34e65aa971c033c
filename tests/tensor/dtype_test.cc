// Dtypes: names, sizes, and promotion against torch.result_type (promotion.json).

#include "hebb/tensor/element_types.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "hebb/base/error.h"
#include "hebb/tensor/type_info.h"
#include "support/message_of.h"
#include "support/places.h"

namespace hebb {
namespace {

TEST(DType, NamesGoBothWays) {
  for (int i = 0; i < num_dtypes; ++i) {
    EXPECT_EQ(dtype_from_name(name(DType(i))), DType(i));
    visit(DType(i), [&](auto type) {
      using T = typename decltype(type)::type;
      EXPECT_EQ(dtype_of<T>, DType(i));
      EXPECT_EQ(item_size(DType(i)), int64_t(sizeof(T)));
    });
  }
  EXPECT_EQ(dtype_from_name("float32"), f32);
  EXPECT_EQ(dtype_from_name("bfloat16"), bf16);
  EXPECT_THROW(dtype_from_name("float31"), Error);
}

TEST(DType, ClassesCoverEachDtypeOnce) {
  for (int i = 0; i < num_dtypes; ++i) {
    const auto d = DType(i);
    EXPECT_EQ(int(d == boolean) + int(is_integral(d)) + int(is_floating(d)) + int(is_complex(d)), 1)
        << name(d);
    EXPECT_EQ(is_differentiable(d), is_floating(d) || is_complex(d));
  }
}

TEST(DType, WhatFloatingTypesHold) {
  const auto as = [](DType dtype, double eps, double max, double tiny) {
    const FloatInfo info = finfo(dtype);
    EXPECT_EQ(info.eps, eps) << name(dtype);
    EXPECT_EQ(info.max, max) << name(dtype);
    EXPECT_EQ(info.tiny, tiny) << name(dtype);
    EXPECT_EQ(info.bits, item_size(dtype) * 8) << name(dtype);
  };
  using F = std::numeric_limits<float>;
  using D = std::numeric_limits<double>;
  as(f32, F::epsilon(), F::max(), F::min());
  as(f64, D::epsilon(), D::max(), D::min());
  as(f16, 0.0009765625, 65504, 6.103515625e-05);                        // torch.finfo
  as(bf16, 0.0078125, 3.3895313892515355e+38, 1.1754943508222875e-38);  // torch.finfo
  EXPECT_NE(message_of([] { finfo(i32); }).find("no floating type"), std::string::npos);
}

TEST(DType, PromotesAsPyTorch) {
  const auto rows = nlohmann::json::parse(std::ifstream(reference_folder() / "promotion.json"));
  ASSERT_GT(rows.size(), 500u);
  auto operand = [](const std::string& dtype, const std::string& kind) -> PromotionOperand {
    return {dtype_from_name(dtype), kind != "tensor", kind == "number"};
  };
  for (const auto& r : rows) {
    const std::string a = r[0], a_kind = r[1], b = r[2], b_kind = r[3], result = r[4];
    const PromotionOperand both[] = {operand(a, a_kind), operand(b, b_kind)};
    EXPECT_EQ(name(result_type(both)), result)
        << a << " " << a_kind << " with " << b << " " << b_kind;
  }
}

TEST(DType, PromotionIsSymmetric) {
  for (int i = 0; i < num_dtypes; ++i)
    for (int k = 0; k < num_dtypes; ++k) {
      const auto a = DType(i), b = DType(k);
      const bool refused = (a == u64 && (b == i8 || b == i16 || b == i32 || b == i64)) ||
                           (b == u64 && (a == i8 || a == i16 || a == i32 || a == i64));
      if (refused)
        EXPECT_THROW(promote(a, b), Error);
      else
        EXPECT_EQ(promote(a, b), promote(b, a)) << name(a) << " " << name(b);
    }
  EXPECT_EQ(promote(u16, i16), i32);  // as NumPy, where PyTorch has no answer
  EXPECT_EQ(promote(u32, i8), i64);
}

}  // namespace
}  // namespace hebb
