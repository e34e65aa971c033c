// Products and blocks of derivatives against PyTorch (tests/reference/autograd.json).

#include "hebb/autograd/functional.h"

#include <gtest/gtest.h>

#include "autograd/near.h"
#include "hebb/autograd/gradcheck.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"
#include "support/places.h"

namespace hebb::test {
namespace {

using List = std::vector<Tensor>;

const Tensor x = Tensor::from<double>({0.3, -0.7, 1.1, 0.2, 0.9, -0.4}, {2, 3}),
             w = Tensor::from<double>({0.5, -1.25, 0.75}, {3}),
             v = Tensor::from<double>({1.0, -2.0, 0.5, 0.25, 3.0, -1.0}, {2, 3}),
             u = Tensor::from<double>({2.0, -0.5, 1.5}, {3});

List two(const List& in) {  // the second output depends on one of the inputs alone
  return {tanh(in[0] * in[1]).sum({1}), in[1].pow(3) / 3};
}
List scalar(const List& in) {
  return {tanh(in[0] * in[1]).square().sum() +
          in[1].pow(3).sum() * in[0].select(0, 0).select(0, 0)};
}

void expect_list(const List& have, const nlohmann::json& want) {
  ASSERT_EQ(have.size(), want.size());
  for (size_t i = 0; i < have.size(); ++i) {
    EXPECT_FALSE(have[i].requires_grad());
    expect_near(have[i], want[i]);
  }
}

TEST(Functional, AgreesWithPyTorch) {
  const auto stored = nlohmann::json::parse(read_file(reference_folder() / "autograd.json"));
  expect_list(autograd::vjp(two, {x, w}, {Tensor::from<double>({1, -2}, {2}), u}).product,
              stored["vjp"]);
  expect_list(autograd::jvp(two, {x, w}, {v, u}).product, stored["jvp"]);
  expect_list(autograd::hvp(scalar, {x, w}, {v, u}).product, stored["hvp"]);
  expect_list(autograd::vhp(scalar, {x, w}, {v, u}).product, stored["vhp"]);
  const autograd::Blocks jacobian = autograd::jacobian(two, {x, w}),
                         hessian = autograd::hessian(scalar, {x, w});
  ASSERT_EQ(jacobian.size(), 2u);
  ASSERT_EQ(hessian.size(), 2u);
  EXPECT_EQ(jacobian[0][0].shape(), (Dims{2, 2, 3}));
  EXPECT_EQ(hessian[0][1].shape(), (Dims{2, 3, 3}));
  for (size_t i = 0; i < 2; ++i) {
    expect_list(jacobian[i], stored["jacobian"][i]);
    expect_list(hessian[i], stored["hessian"][i]);
  }
}

TEST(Functional, OfOneTensor) {
  const auto cube = [](const Tensor& t) { return t.pow(3).sum(); };
  const Tensor at = Tensor::from<double>({1, 2}, {2}), ahead = Tensor::from<double>({1, 10}, {2});
  EXPECT_EQ(autograd::hessian(cube, at).to_vector<double>(), (std::vector<double>{6, 0, 0, 12}));
  const auto [y, product] = autograd::hvp(cube, at, ahead);
  EXPECT_EQ(y.item(), 9);
  EXPECT_EQ(product.to_vector<double>(), (std::vector<double>{6, 120}));
  EXPECT_EQ(autograd::vhp(cube, at, ahead).second.to_vector<double>(),
            (std::vector<double>{6, 120}));
  EXPECT_EQ(autograd::vjp(cube, at).second.to_vector<double>(), (std::vector<double>{3, 12}));
  EXPECT_EQ(autograd::jvp(cube, at, ahead).second.item(), 123);
  EXPECT_EQ(autograd::jacobian([](const Tensor& t) { return t * t; }, at).to_vector<double>(),
            (std::vector<double>{2, 0, 0, 4}));
}

TEST(Functional, WhatDependsOnNothingIsZero) {
  const auto linear_sum = [](const Tensor& t) { return (t * 2).sum(); };
  const Tensor at = ones({2});
  EXPECT_EQ(autograd::hessian(linear_sum, at).to_vector<double>(), std::vector<double>(4, 0));
  EXPECT_EQ(autograd::hvp(linear_sum, at, at).second.to_vector<double>(),
            std::vector<double>(2, 0));
  EXPECT_EQ(autograd::jacobian([](const Tensor&) { return ones({3}); }, at).to_vector<double>(),
            std::vector<double>(6, 0));
  EXPECT_EQ(
      autograd::jvp([](const Tensor&) { return ones({3}); }, at, at).second.to_vector<double>(),
      std::vector<double>(3, 0));
}

TEST(Functional, ResultsCanBeDifferentiated) {
  Tensor at = Tensor::from<double>({0.5, -1.5}, {2}), ahead = Tensor::from<double>({1, 2}, {2});
  gradcheck(
      [&](const List& in) {
        return List{autograd::jacobian([](const Tensor& t) { return sin(t) * t; }, in[0],
                                       {.create_graph = true})};
      },
      {at});
  gradcheck(
      [&](const List& in) {
        return List{autograd::hvp([](const Tensor& t) { return t.pow(4).sum() * t.sum(); }, in[0],
                                  ahead, {.create_graph = true})
                        .second};
      },
      {at});
}

TEST(Functional, Refuses) {
  const auto square = [](const Tensor& t) { return t * t; };
  EXPECT_NE(message_of([&] {
              autograd::hessian(square, ones({2}));
            }).find("hessian: the function gives f32[2], should give one element"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              autograd::jvp(square, ones({2}), ones({3}));
            }).find("v has f32[3] where the input is f32[2]"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              autograd::jacobian(square, tensor({1, 2}));
            }).find("an input is i64[2]"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb::test
