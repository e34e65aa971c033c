// Initialisers, in place. Values depend on the key alone: philox by element, so neither threads nor
// order matter. Sources: Glorot and Bengio 2010 (Xavier), He et al. 2015 (Kaiming); names and gains
// as torch.nn.init.
#pragma once

#include <cstdint>
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

// PyTorch's default for linear and convolution layers: weight and bias from U(-b, b), b = 1 /
// sqrt(fan in).
void default_(Tensor& weight, Tensor* bias, uint64_t key);

// For layers: an uninitialised weight. Error: a size below 1.
Tensor empty_weight(const char* layer, const Dims& shape);
// The key of a module's own initial values: from the seed and the module's number.
uint64_t key_of(const Module& module);

}  // namespace hebb::nn::init
