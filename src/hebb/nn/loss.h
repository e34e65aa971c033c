// What training makes small, and how a model's outputs are read because of it.
#pragma once

#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

#include "hebb/kernels/class_loss.h"
#include "hebb/tensor/tensor.h"
#include "hebb/tensor/tensor_dict.h"

namespace hebb {

// What a model's outputs are to the loss.
enum class Outputs : uint8_t {
  logits,         // cross_entropy, bce_with_logits
  probabilities,  // bce: a sigmoid is part of the model
  numbers         // mse and its like: of two classes 0 and 1 with one output, the nearer one
};

// What a loss gives for a batch: a sum over all that counts in it, and what counts: samples,
// tokens, each by the weight of its class. Kept as the mean, which is what training follows.
struct LossValue {
  Tensor mean;        // 0-d; sum / weight
  double weight = 1;  // 0: nothing of the batch counts, and its mean means nothing

  Tensor sum() const;
  static LossValue of_sum(const Tensor& sum, double weight);
};

// How much the mean over a batch counts beside those of other batches: the number that it was
// divided by. It follows from the targets alone.
using LossWeight = std::function<double(const Tensor& target)>;

// Sample by sample, for data whose samples have weights w: the loss is then sum(w values) / sum(w
// counts). Without weights that is the mean.
struct LossOfEach {
  Tensor values;                    // [N]: what a sample adds to the sum
  std::vector<double> counts = {};  // [N]: how much it counts; empty: 1
};
using EachLoss = std::function<LossOfEach(const Tensor& output, const Tensor& target)>;

template <class F, class Result>
concept LossOfTensors = std::is_invocable_r_v<Result, const F&, const Tensor&, const Tensor&>;
template <class F>
concept NotOfTensors = !std::is_invocable_v<const F&, const Tensor&, const Tensor&>;
template <class F, class Result>
concept LossOfDicts = NotOfTensors<F> &&
    std::is_invocable_r_v<Result, const F&, const TensorDict&, const TensorDict&>;

// (outputs, targets) -> LossValue. Takes functions of the library by name, and lambdas:
//   (output, target) -> a 0-d tensor, the mean over the batch; or a LossValue, which knows what it
//   counts;
//   the same of (TensorDict outputs, TensorDict targets), for models with several outputs and data
//   with several targets.
// What the model's outputs are to it (a lambda's are logits unless it says otherwise) decides what
// metrics see. weight: of a mean; left out, a batch counts by its samples. each: for samples that
// count differently (targets with a tensor `sample_weight`); without it they are refused. A lambda
// of TensorDicts finds the weights among the targets.
class Loss {
 public:
  Loss() = default;  // none: what is trained has losses of its own (TrainerOptions::turns)
  Loss(Tensor (*function)(const Tensor&, const Tensor&));
  template <class F>
  requires LossOfTensors<F, Tensor> Loss(F function, Outputs outputs = Outputs::logits,
                                         LossWeight weight = {}, EachLoss each = {})
      : mean_(std::move(function)), weight_(std::move(weight)), each_(std::move(each)),
        outputs_(outputs) {}
  template <class F>
  requires LossOfTensors<F, LossValue> Loss(F function, Outputs outputs = Outputs::logits)
      : value_(
            [function = std::move(function)](const TensorDict& outputs, const TensorDict& targets) {
              return function(outputs.only("outputs"), targets.only("targets"));
            }),
        outputs_(outputs) {}
  template <class F>
  requires LossOfDicts<F, LossValue> Loss(F function, Outputs outputs = Outputs::logits)
      : value_(std::move(function)), outputs_(outputs) {}
  template <class F>
  requires LossOfDicts<F, Tensor> Loss(F function, Outputs outputs = Outputs::logits)
      : value_(
            [function = std::move(function)](const TensorDict& outputs, const TensorDict& targets) {
              return LossValue{function(outputs, targets), samples_of(targets)};
            }),
        outputs_(outputs) {}

  bool defined() const { return mean_ || value_; }
  // Error (invalid): it is of one output and one target, and there are several; it gives no single
  // number. (usage): samples have weights, and it takes none.
  LossValue operator()(const TensorDict& outputs, const TensorDict& targets) const;
  Tensor operator()(const Tensor& output, const Tensor& target) const;  // the mean
  // Of a loss of one output and one target. 0: no target of the batch counts.
  double weight(const Tensor& target) const;
  Outputs outputs() const { return outputs_; }
  bool takes_sample_weights() const { return bool(each_); }
  // Whether targets may be learned by their mean and deviation: so it is, but for the same loss of
  // quantities whose zero means something, such as counts.
  bool takes_scaled_targets() const { return takes_scaled_targets_; }
  Loss of_unscaled_targets() const {
    Loss out = *this;
    out.takes_scaled_targets_ = false;
    return out;
  }

 private:
  LossValue weighted(const Tensor& output, const Tensor& target, const Tensor& weights) const;
  static double samples_of(const TensorDict& targets);  // of the first target

  // One of them.
  std::function<Tensor(const Tensor&, const Tensor&)> mean_;
  std::function<LossValue(const TensorDict&, const TensorDict&)> value_;
  LossWeight weight_;  // of mean_
  EachLoss each_;      // the same, sample by sample
  Outputs outputs_ = Outputs::logits;
  bool takes_scaled_targets_ = true;
};

// A sum of losses and the weight that it is over. Averages over batches of any sizes are its mean:
// never means of means.
struct LossSum {
  double sum = 0, weight = 0;

  // A batch's mean and weight; one whose weight is 0 adds nothing, whatever its mean is.
  void add(double mean, double of) {
    if (of > 0) {
      sum += mean * of;
      weight += of;
    }
  }
  double mean() const { return sum / weight; }  // NaN where nothing counts
};

// cross_entropy with its options, as a loss that knows its weight: the targets that are not
// ignored, each by the weight of its class. weight: [C], of each class; left out, all count 1.
// Source: torch.nn.CrossEntropyLoss.
Loss class_loss(const ClassLossAttrs& options, const Tensor& weight = {});

}  // namespace hebb
