// The last layer and the loss of models with very many classes, of which few are frequent (words):
// torch.nn.AdaptiveLogSoftmaxWithLoss. Classes are numbered by how frequent they are, and cut into
// a head and clusters. The head has a score for each of its classes and one for each cluster; a
// cluster has scores of its own, from fewer features, which are computed only for the samples of
// its classes. Source: Grave et al. 2017.
#pragma once

#include <vector>

#include "hebb/nn/linear.h"
#include "hebb/nn/sequential.h"

namespace hebb::nn {

struct AdaptiveLogSoftmaxOptions {
  Size in_features, n_classes;
  std::vector<int64_t> cutoffs;  // rising, between 0 and n_classes: the head's classes end with the
                                 // first, those of a cluster with the next
  double div_value = 4;          // how many times fewer features each next cluster has
  bool head_bias = false;
};

struct AdaptiveLogSoftmaxOutput {
  Tensor output;  // [N]: the logarithm of the probability of each sample's target
  Tensor loss;    // the mean of -output
  HEBB_FIELDS(output, loss)
};

// x [N, in_features] and target [N] (integers), or x [in_features] and target [].
struct AdaptiveLogSoftmaxWithLoss : Module {
  Linear head;                   // [in_features] -> [cutoffs[0] + clusters]
  std::vector<Sequential> tail;  // of each cluster: to fewer features, then to its classes
  // Error: no cutoffs, or cutoffs that do not rise; a cluster of 0 features.
  explicit AdaptiveLogSoftmaxWithLoss(AdaptiveLogSoftmaxOptions options);
  // Error: a target that is no class.
  AdaptiveLogSoftmaxOutput forward(const Tensor& x, const Tensor& target);
  Tensor log_prob(const Tensor& x);  // [N, n_classes], of all classes
  Tensor predict(const Tensor& x);   // [N]: the likeliest class
  std::string describe() const override { return "AdaptiveLogSoftmaxWithLoss()"; }
  HEBB_FIELDS(head, tail)

 private:
  std::vector<int64_t> cutoffs_;  // with n_classes at the end
};

}  // namespace hebb::nn
