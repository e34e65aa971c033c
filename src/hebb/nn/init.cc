#include "hebb/nn/init.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/base/parallel.h"
#include "hebb/base/philox.h"
#include "hebb/ops/random_key.h"
#include "hebb/tensor/unrecorded_view.h"

namespace hebb::nn::init {
namespace {

// value(block of four words) for every element, written as f32 or cast from it.
template <class F>
void fill(Tensor& t, uint64_t key, const F& value) {
  NoGrad off;
  Tensor values = Tensor::empty(t.shape(), DType::f64);
  double* out = values.data<double>();
  parallel_for(values.numel(), 1 << 14, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      out[i] = value(philox(key, uint64_t(i)));
  });
  t.copy_(values);
}

double unit(const PhiloxBlock& b) {
  return unit_double(b[0], b[1]);
}

double gauss(const PhiloxBlock& b) {
  return std::sqrt(-2 * std::log(1 - unit_double(b[0], b[1]))) *
         std::cos(6.283185307179586476925 * unit_double(b[2], b[3]));
}

}  // namespace

Fan fan(const Dims& weight) {
  check(weight.size() >= 2,
        "init: a tensor of shape {} has no fan in and out; it needs at least two dimensions",
        to_string(weight));
  int64_t field = 1;
  for (size_t i = 2; i < weight.size(); ++i)
    field *= weight[i];
  return {weight[1] * field, weight[0] * field};
}

double gain(std::string_view nonlinearity, double slope) {
  if (nonlinearity == "relu")
    return std::sqrt(2.0);
  if (nonlinearity == "leaky_relu")
    return std::sqrt(2.0 / (1 + slope * slope));
  if (nonlinearity == "tanh")
    return 5.0 / 3;
  if (nonlinearity == "selu")
    return 0.75;
  const std::vector<std::string> linear = {
      "sigmoid", "linear",           "conv1d",           "conv2d",
      "conv3d",  "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"};
  if (std::find(linear.begin(), linear.end(), nonlinearity) != linear.end())
    return 1;
  std::vector<std::string> known = {"relu", "leaky_relu", "tanh", "selu"};
  known.insert(known.end(), linear.begin(), linear.end());
  fail(ErrorKind::usage, "init", "{}", unknown_word("nonlinearity", nonlinearity, known));
}

void uniform_(Tensor& t, uint64_t key, double low, double high) {
  fill(t, key, [=](const PhiloxBlock& b) { return low + (high - low) * unit(b); });
}
void normal_(Tensor& t, uint64_t key, double mean, double std) {
  fill(t, key, [=](const PhiloxBlock& b) { return mean + std * gauss(b); });
}
void trunc_normal_(Tensor& t, uint64_t key, double mean, double std, double low, double high) {
  check(low < high, "init: the interval from {} to {} is empty", low, high);
  NoGrad off;
  Tensor values = Tensor::empty(t.shape(), DType::f64);
  for (int64_t i = 0; i < values.numel();
       ++i) {  // by rejection, each element from a stream of its own
    Philox stream(philox_key(key, i));
    double v = mean + std * stream.normal();
    for (int tries = 0; (v < low || v > high) && tries < 10000; ++tries)
      v = mean + std * stream.normal();
    values.data<double>()[i] = std::min(std::max(v, low), high);
  }
  t.copy_(values);
}

void constant_(Tensor& t, double value) {
  NoGrad off;
  t.fill_(value);
}
void zeros_(Tensor& t) {
  constant_(t, 0);
}
void ones_(Tensor& t) {
  constant_(t, 1);
}
void eye_(Tensor& t) {
  check(t.dim() == 2, "init: eye needs a matrix, not shape {}", to_string(t.shape()));
  constant_(t, 0);
  NoGrad off;
  unrecorded_view(t, {std::min(t.size(0), t.size(1))}, {t.strides()[0] + t.strides()[1]},
                  t.body()->offset)
      .fill_(1);
}

void xavier_uniform_(Tensor& t, uint64_t key, double g) {
  const Fan f = fan(t.shape());
  const double a = std::sqrt(3 * g * g * 2.0 / double(f.in + f.out));
  uniform_(t, key, -a, a);
}
void xavier_normal_(Tensor& t, uint64_t key, double g) {
  const Fan f = fan(t.shape());
  normal_(t, key, 0, g * std::sqrt(2.0 / double(f.in + f.out)));
}
void kaiming_uniform_(Tensor& t, uint64_t key, double slope, bool fan_out) {
  const Fan f = fan(t.shape());
  const double g = gain("leaky_relu", slope),
               a = std::sqrt(3 * g * g / double(fan_out ? f.out : f.in));
  uniform_(t, key, -a, a);
}
void kaiming_normal_(Tensor& t, uint64_t key, double slope, bool fan_out) {
  const Fan f = fan(t.shape());
  normal_(t, key, 0, gain("leaky_relu", slope) / std::sqrt(double(fan_out ? f.out : f.in)));
}

Tensor empty_weight(const char* layer, const Dims& shape) {
  for (int64_t size : shape)
    check_in(size >= 1, ErrorKind::invalid, layer, "a weight of shape {} has a size below 1",
             to_string(shape));
  return Tensor::empty(shape);
}

uint64_t key_of(const Module& module) {
  return philox_key(random_state().seed, 0x696e6974 /* "init" */, module.random_number());
}

void default_(Tensor& weight, Tensor* bias, uint64_t key) {
  const double b = 1 / std::sqrt(double(std::max<int64_t>(1, fan(weight.shape()).in)));
  uniform_(weight, philox_key(key, 0), -b, b);
  if (bias)
    uniform_(*bias, philox_key(key, 1), -b, b);
}

}  // namespace hebb::nn::init
