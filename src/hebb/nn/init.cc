#include "hebb/nn/init.h"

#include <algorithm>
#include <cmath>
#include <numeric>
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
  check(low <= high, "init: the interval from {} to {} is empty", low, high);
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

std::span<const std::string_view> words_of(KaimingOptions::Mode) {
  static constexpr std::string_view words[] = {"fan_in", "fan_out"};
  return words;
}

namespace {

KaimingOptions kaiming(double slope, bool fan_out) {
  return {.slope = slope,
          .mode = fan_out ? KaimingOptions::Mode::fan_out : KaimingOptions::Mode::fan_in};
}

double deviation(const Tensor& t, const KaimingOptions& o) {
  const Fan f = fan(t.shape());
  return gain(o.nonlinearity, o.slope) /
         std::sqrt(double(o.mode == KaimingOptions::Mode::fan_out ? f.out : f.in));
}

}  // namespace

void kaiming_uniform_(Tensor& t, uint64_t key, const KaimingOptions& options) {
  const double std = deviation(t, options), a = std::sqrt(3 * std * std);
  uniform_(t, key, -a, a);
}
void kaiming_normal_(Tensor& t, uint64_t key, const KaimingOptions& options) {
  normal_(t, key, 0, deviation(t, options));
}
void kaiming_uniform_(Tensor& t, uint64_t key, double slope, bool fan_out) {
  const Fan f = fan(t.shape());
  const double g = gain("leaky_relu", slope),
               a = std::sqrt(3 * g * g / double(fan_out ? f.out : f.in));
  uniform_(t, key, -a, a);
}
void kaiming_normal_(Tensor& t, uint64_t key, double slope, bool fan_out) {
  kaiming_normal_(t, key, kaiming(slope, fan_out));
}

void lecun_uniform_(Tensor& t, uint64_t key) {
  const double a = std::sqrt(3 / double(fan(t.shape()).in));
  uniform_(t, key, -a, a);
}
void lecun_normal_(Tensor& t, uint64_t key) {
  normal_(t, key, 0, 1 / std::sqrt(double(fan(t.shape()).in)));
}

void sparse_(Tensor& t, uint64_t key, double sparsity, double std) {
  check(t.dim() == 2, "init: sparse needs a matrix, not shape {}", to_string(t.shape()));
  check(sparsity >= 0 && sparsity <= 1, "init: sparsity is {}, should be a share from 0 to 1",
        sparsity);
  NoGrad off;
  const int64_t rows = t.size(0), columns = t.size(1),
                empty = int64_t(std::ceil(sparsity * double(rows)));
  Tensor values = Tensor::empty(t.shape(), DType::f64);
  normal_(values, philox_key(key, 0), 0, std);
  auto* out = values.data<double>();
  std::vector<int64_t> order(size_t(rows), 0);
  for (int64_t j = 0; j < columns; ++j) {  // the first `empty` of the shuffled rows
    Philox stream(philox_key(key, 1, uint64_t(j)));
    std::iota(order.begin(), order.end(), 0);
    for (int64_t i = 0; i < empty; ++i) {
      std::swap(order[size_t(i)], order[size_t(i + int64_t(stream.below(uint64_t(rows - i))))]);
      out[order[size_t(i)] * columns + j] = 0;
    }
  }
  t.copy_(values);
}

void dirac_(Tensor& t, int64_t groups) {
  check(t.dim() >= 3 && t.dim() <= 5, "init: dirac needs 3, 4 or 5 dimensions, not shape {}",
        to_string(t.shape()));
  check(groups >= 1 && t.size(0) % groups == 0,
        "init: dirac of {} channels in {} groups; the groups should divide them", t.size(0),
        groups);
  NoGrad off;
  const int64_t outs = t.size(0) / groups;
  int64_t middle = 0;  // within a kernel
  for (int64_t d = 2; d < t.dim(); ++d)
    middle = middle * t.size(d) + t.size(d) / 2;
  Tensor values = Tensor::empty(t.shape(), DType::f64);
  values.zero_();
  const int64_t kernel = t.numel() ? t.numel() / (t.size(0) * t.size(1)) : 0;
  for (int64_t group = 0; group < groups && kernel > 0; ++group)
    for (int64_t c = 0; c < std::min(outs, t.size(1)); ++c)
      values.data<double>()[((group * outs + c) * t.size(1) + c) * kernel + middle] = 1;
  t.copy_(values);
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
