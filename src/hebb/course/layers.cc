// What layers do: sides of convolutions and poolings, padding, receptive fields, normalisation,
// dropout.
#include <cmath>
#include <string>
#include <vector>

#include "hebb/autograd/no_grad.h"
#include "hebb/course/worked_number.h"
#include "hebb/nn/batch_norm.h"
#include "hebb/nn/conv.h"
#include "hebb/nn/dropout.h"
#include "hebb/nn/layer_norm.h"
#include "hebb/nn/pooling.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/convolution.h"
#include "hebb/ops/create.h"
#include "hebb/ops/pad.h"
#include "hebb/ops/random.h"
#include "hebb/ops/reduce.h"

namespace hebb::course {
namespace {

double largest_difference(const Tensor& a, const Tensor& b) {
  return (a - b).abs().max().item();
}

void sides(Checks& checks) {
  const NoGrad off;
  int64_t tried = 0, right = 0, pools = 0, right_pools = 0, parameters = 0;
  for (int64_t h = 3; h <= 12; ++h)
    for (int64_t p = 0; p <= 2; ++p)
      for (int64_t k = 1; k <= 5; ++k)
        for (int64_t s = 1; s <= 3; ++s) {
          if (h + 2 * p < k)
            continue;
          ++tried;
          nn::Conv2d conv({.in = 1, .out = 1, .kernel = k, .stride = s, .padding = p});
          right += conv(zeros({1, 1, h, h})).size(3) == (h + 2 * p - k) / s + 1;
          if (p > 0 || h < k)
            continue;
          ++pools;
          nn::MaxPool2d pool({.kernel = k, .stride = s});
          right_pools += pool(zeros({1, 1, h, h})).size(3) == (h - k) / s + 1;
          parameters += pool.parameter_count();
        }
  checks.equal("convolutions of side floor((H + 2p - k) / s + 1)", tried, right);
  checks.equal("poolings of side (W - F) / S + 1", pools, right_pools);
  checks.equal("parameters of the poolings", 0, parameters);
}

void pooling(Checks& checks) {
  const Tensor x = tensor({1.0, 2.0, 3.0, 4.0}, {1, 1, 2, 2});
  checks.near("largest of [[1, 2], [3, 4]]", 4, nn::MaxPool2d(2)(x).item(), 0);
  checks.near("average", 2.5, nn::AvgPool2d(2)(x).item(), 0);
}

void zero_padding(Checks& checks) {
  const Tensor x = arange(1, 17, 1, f32).reshape({4, 4}), y = pad(x, {1, 1, 1, 1});
  checks.equal("shape", "[6, 6]", to_string(y.shape()));
  checks.near("the middle differs from the matrix by", 0,
              largest_difference(y[{Slice(1, 5), Slice(1, 5)}], x), 0);
  // All numbers are positive: what the border adds would show in the sum.
  checks.near("sum of the border", 0, (y.sum() - x.sum()).item(), 0);
}

// How many places of one row of the input the middle of the output sees: by its gradient.
int64_t receptive_field(int layers) {
  const Tensor kernel = ones({1, 1, 3, 3});
  Tensor x = ones({1, 1, 15, 15}).requires_grad_(), y = x;
  for (int i = 0; i < layers; ++i)
    y = conv2d(y, kernel);
  const int64_t middle = y.size(3) / 2;
  y[{0, 0, middle, middle}].backward();
  return ne(x.grad().amax({2}), 0).sum().item<int64_t>();
}

void receptive_fields(Checks& checks) {
  for (int layers : {1, 2, 3, 4})
    checks.equal(std::to_string(layers) + " layers of 3x3: 1 + L (K - 1)", 1 + layers * 2,
                 receptive_field(layers));
  checks.equal("5, and one more 3x3", 7, receptive_field(3));
}

void batch_norm(Checks& checks) {
  nn::BatchNorm1d layer(3);
  const Tensor gamma = tensor({2.0, 0.5, 3.0}), beta = tensor({-1.0, 0.0, 4.0});
  layer.weight->tensor().copy_(gamma);
  layer.bias->tensor().copy_(beta);
  const NoGrad off;
  const Tensor x = randn({256, 3}) * 5 + 3, y = layer(x);
  checks.near("training: distance of the means from beta", 0, largest_difference(y.mean({0}), beta),
              1e-4);
  checks.near("training: distance of the variances from gamma^2", 0,
              largest_difference(y.var({0}, 0), gamma * gamma), 1e-3);
  for (int i = 0; i < 50; ++i)
    layer(randn({256, 3}) * 5 + 3);
  layer.eval();
  const Tensor by_running =
      (x - layer.running_mean->tensor()) / (layer.running_var->tensor() + 1e-5).sqrt() * gamma +
      beta;
  checks.near("evaluation: distance from the running statistics' answer", 0,
              largest_difference(layer(x), by_running), 1e-4);
  const Tensor one = x[{Slice(7, 8)}];
  checks.near("evaluation: a row alone differs from the row in a batch by", 0,
              largest_difference(layer(one), layer(x)[{Slice(7, 8)}]), 1e-6);
}

void layer_norm(Checks& checks) {
  nn::LayerNorm layer(8);
  const NoGrad off;
  const Tensor x = randn({6, 8}) * 4 + 2, y = layer(x);
  checks.near("means of the rows: distance from 0", 0, y.mean({1}).abs().max().item(), 1e-5);
  checks.near("variances of the rows: distance from 1", 0,
              largest_difference(y.var({1}, 0), ones({6})), 1e-4);
  Tensor others = randn({6, 8}) * 100;
  others[{Slice(2, 3)}].copy_(x[{Slice(2, 3)}]);
  checks.near("a row among other rows differs by", 0,
              largest_difference(layer(others)[{Slice(2, 3)}], y[{Slice(2, 3)}]), 1e-6);
  layer.eval();
  checks.near("evaluation differs from training by", 0, largest_difference(layer(x), y), 0);
}

void dropout_rates(Checks& checks) {
  const NoGrad off;
  const Tensor x = ones({1000, 1000});
  for (double p : {0.5, 0.2}) {
    nn::Dropout layer(p);
    const Tensor y = layer(x);
    const std::string at = "p = " + std::to_string(p).substr(0, 3);
    checks.near(at + ": share of zeros", p, eq(y, 0).to(f32).mean().item(), 0.003);
    checks.near(at + ": mean of ones", 1, y.mean().item(), 0.005);
    layer.eval();
    checks.near(at + ": evaluation differs from the input by", 0, largest_difference(layer(x), x),
                0);
  }
}

}  // namespace

constinit const WorkedNumber worked::A18 = {
    .id = "A18", .what = "sides of convolutions and poolings", .compute = sides};
constinit const WorkedNumber worked::A19 = {
    .id = "A19", .what = "pooling of four numbers", .compute = pooling};
constinit const WorkedNumber worked::A20 = {
    .id = "A20", .what = "zeros around a matrix", .compute = zero_padding};
constinit const WorkedNumber worked::A21 = {
    .id = "A21", .what = "receptive fields", .compute = receptive_fields};
constinit const WorkedNumber worked::A45 = {
    .id = "A45", .what = "batch normalisation", .compute = batch_norm};
constinit const WorkedNumber worked::A46 = {
    .id = "A46", .what = "layer normalisation", .compute = layer_norm};
constinit const WorkedNumber worked::A48 = {
    .id = "A48", .what = "dropout", .compute = dropout_rates};

}  // namespace hebb::course
