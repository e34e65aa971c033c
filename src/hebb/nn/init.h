// Initialisers, in place. Values depend on the key alone: philox by element, so neither threads nor
// order matter. Sources: Glorot and Bengio 2010 (Xavier), He et al. 2015 (Kaiming), LeCun et al.
// 1998, Saxe, McClelland and Ganguli 2014 (orthogonal), Martens 2010 (sparse); names and gains as
// torch.nn.init.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "hebb/nn/module.h"
#include "hebb/tensor/tensor.h"

namespace hebb::nn::init {

struct Fan {
  int64_t in, out;
};
Fan fan(const Dims& weight);  // [out, in, kernel...]. Error: fewer than two dimensions

// torch.nn.init.calculate_gain: "relu" sqrt(2), "leaky_relu" sqrt(2 / (1 + slope^2)), "tanh" 5/3,
// "selu" 3/4, "sigmoid" and linear ones
// ("linear", "conv2d", ...) 1. Error: any other name.
double gain(std::string_view nonlinearity, double slope = 0.01);

void uniform_(Tensor& t, uint64_t key, double low = 0, double high = 1);
void normal_(Tensor& t, uint64_t key, double mean = 0, double std = 1);
void trunc_normal_(Tensor& t, uint64_t key, double mean = 0, double std = 1, double low = -2,
                   double high = 2);
void constant_(Tensor& t, double value);
void zeros_(Tensor& t);
void ones_(Tensor& t);
void eye_(Tensor& t);
void xavier_uniform_(Tensor& t, uint64_t key,
                     double gain = 1);  // U(-a, a), a = gain sqrt(6 / (in + out))
void xavier_normal_(Tensor& t, uint64_t key, double gain = 1);  // variance gain^2 2 / (in + out)
void kaiming_uniform_(Tensor& t, uint64_t key, double slope = 0,
                      bool fan_out = false);  // for ReLU (slope 0) and leaky ReLU
void kaiming_normal_(Tensor& t, uint64_t key, double slope = 0,
                     bool fan_out = false);  // variance 2 / in

// The same for any activation: variance gain(nonlinearity, slope)^2 / fan.
struct KaimingOptions {
  enum class Mode { fan_in, fan_out };  // which signals keep their scale: forward or backward
  double slope = 0;                     // of a leaky ReLU
  Mode mode = Mode::fan_in;
  std::string nonlinearity = "leaky_relu";  // as gain() has it
};
std::span<const std::string_view> words_of(KaimingOptions::Mode);
void kaiming_uniform_(Tensor& t, uint64_t key, const KaimingOptions& options);
void kaiming_normal_(Tensor& t, uint64_t key, const KaimingOptions& options);

void lecun_uniform_(Tensor& t, uint64_t key);  // U(-a, a), a = sqrt(3 / in)
void lecun_normal_(Tensor& t, uint64_t key);   // variance 1 / in

// Rows, or columns where they are fewer, of length `gain` and at right angles to each other;
// further dimensions belong to the columns. Q of the QR decomposition of normal numbers, made in
// f64, with the signs that make it uniform. Error: fewer than two dimensions.
void orthogonal_(Tensor& t, uint64_t key, double gain = 1);
// Normal, but in every column this share of the rows (rounded up) is 0. Error: not a matrix, or a
// share outside 0 .. 1.
void sparse_(Tensor& t, uint64_t key, double sparsity, double std = 0.01);
// Convolutions that leave channels as they are: 1 in the middle of the kernel of a channel to
// itself. Error: not 3, 4 or 5 dimensions, or channels that the groups do not divide.
void dirac_(Tensor& t, int64_t groups = 1);

// PyTorch's default for linear and convolution layers: weight and bias from U(-b, b), b = 1 /
// sqrt(fan in).
void default_(Tensor& weight, Tensor* bias, uint64_t key);

// For layers: an uninitialised weight. Error: a size below 1.
Tensor empty_weight(const char* layer, const Dims& shape);
// The key of a module's own initial values: from the seed and the module's number.
uint64_t key_of(const Module& module);

}  // namespace hebb::nn::init
