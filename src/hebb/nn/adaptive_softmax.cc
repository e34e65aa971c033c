#include "hebb/nn/adaptive_softmax.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/counted.h"
#include "hebb/ops/create.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/join.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/search.h"
#include "hebb/ops/shapes.h"
#include "hebb/ops/softmax.h"

namespace hebb::nn {
namespace {

constexpr const char* kind = "AdaptiveLogSoftmaxWithLoss";

std::vector<int64_t> all_cutoffs(const AdaptiveLogSoftmaxOptions& o) {
  std::vector<int64_t> all = o.cutoffs;
  all.push_back(o.n_classes);
  check_in(all.size() > 1 && all[0] > 0 &&
               std::adjacent_find(all.begin(), all.end(), std::greater_equal<>()) == all.end(),
           ErrorKind::invalid, kind,
           "cutoffs are {}, should be rising numbers from 1 to {}, the classes less 1",
           to_string(Dims(o.cutoffs)), o.n_classes - 1);
  check_in(o.div_value > 0, ErrorKind::invalid, kind, "div_value is {}, should be above 0",
           o.div_value);
  return all;
}

int64_t head_size(const AdaptiveLogSoftmaxOptions& o) {
  return all_cutoffs(o)[0] + int64_t(o.cutoffs.size());
}

// Of each sample's target: 0 for the head's classes, 1 for those of the first cluster, ...
Tensor place_of(const Tensor& target, const std::vector<int64_t>& cutoffs) {
  const std::vector<int64_t> ends(cutoffs.begin(), cutoffs.end() - 1);
  return bucketize(target, tensor(ends).to(target.device()), /*right=*/true);
}

}  // namespace

AdaptiveLogSoftmaxWithLoss::AdaptiveLogSoftmaxWithLoss(AdaptiveLogSoftmaxOptions o)
    : head({.in = o.in_features, .out = head_size(o), .bias = o.head_bias}),
      cutoffs_(all_cutoffs(o)) {
  for (size_t i = 0; i + 1 < cutoffs_.size(); ++i) {
    const auto features = int64_t(double(o.in_features) / std::pow(o.div_value, double(i + 1)));
    check_in(features > 0, ErrorKind::invalid, kind,
             "of {} features cluster {} would have none; take fewer cutoffs, or a div_value below "
             "{}",
             int64_t(o.in_features), i, o.div_value);
    tail.emplace_back(Linear(o.in_features, features, false),
                      Linear(features, cutoffs_[i + 1] - cutoffs_[i], false));
  }
}

AdaptiveLogSoftmaxOutput AdaptiveLogSoftmaxWithLoss::forward(const Tensor& x,
                                                             const Tensor& target) {
  check(target.dim() <= 1 && x.dim() == target.dim() + 1 &&
            (target.dim() == 0 || x.size(0) == target.size(0)),
        "x is {} and target {}, should be [N, {}] and [N], or [{}] and []", to_string(x.shape()),
        to_string(target.shape()), head.weight.shape()[1], head.weight.shape()[1]);
  if (target.dim() == 0) {
    const AdaptiveLogSoftmaxOutput one = forward(x.unsqueeze(0), target.unsqueeze(0));
    return {one.output.squeeze(0), one.loss};
  }
  if (target.numel() > 0) {
    const int64_t least = min(target).item_as_int(), most = max(target).item_as_int();
    check(least >= 0 && most < cutoffs_.back(),
          "targets should be from 0 to {}, but there are some from {} to {}", cutoffs_.back() - 1,
          least, most);
  }
  const Tensor place = place_of(target, cutoffs_);
  const Tensor in_head = where(place == 0, target, cutoffs_[0] - 1 + place);
  Tensor output = log_softmax(head(x), 1).gather(1, in_head.unsqueeze(1)).squeeze(1);
  for (size_t i = 0; i < tail.size(); ++i) {
    const Tensor rows = nonzero(place == int64_t(i + 1)).select(1, 0);
    if (rows.numel() == 0)
      continue;
    const Tensor within = index_select(target, 0, rows) - cutoffs_[i],
                 scores = log_softmax(tail[i](index_select(x, 0, rows)), 1);
    output = index_add(output, 0, rows, scores.gather(1, within.unsqueeze(1)).squeeze(1));
  }
  return {output, -mean(output)};
}

Tensor AdaptiveLogSoftmaxWithLoss::log_prob(const Tensor& x) {
  const Tensor of_head = log_softmax(head(x), -1);
  std::vector<Tensor> parts{narrow(of_head, -1, 0, cutoffs_[0])};
  for (size_t i = 0; i < tail.size(); ++i)
    parts.push_back(log_softmax(tail[i](x), -1) + narrow(of_head, -1, cutoffs_[0] + int64_t(i), 1));
  return cat(parts, -1);
}

Tensor AdaptiveLogSoftmaxWithLoss::predict(const Tensor& x) {
  return argmax(log_prob(x), -1);
}

}  // namespace hebb::nn
