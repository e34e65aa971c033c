#include "hebb/nn/loss.h"

#include <numeric>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/nn/loss_of_each.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/loss.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views.h"

namespace hebb {

Tensor sum_by_sample(const Tensor& values) {
  return values.dim() > 1 ? sum(flatten(values, 1), {1}) : values;
}

Tensor mean_by_sample(const Tensor& values) {
  return values.dim() > 1 ? mean(flatten(values, 1), {1}) : values;
}

std::vector<double> counted_targets(const Tensor& target, int64_t ignore_index,
                                    const std::vector<double>& class_weights) {
  const auto samples = size_t(target.dim() > 0 ? target.size(0) : 1);
  if (is_floating(target.dtype())) {
    const bool rows = target.dim() > 1 && target.size(1) > 0 && samples > 0;
    const int64_t places = rows ? target.numel() / target.size(1) : 1;
    return rows ? std::vector<double>(samples, double(places) / double(samples))
                : std::vector<double>(1, 1.0);
  }
  std::vector<double> out(samples);
  const std::vector<int64_t> labels = target.to_vector<int64_t>();
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == ignore_index)
      continue;
    check(class_weights.empty() || (labels[i] >= 0 && labels[i] < int64_t(class_weights.size())),
          "cross_entropy: target {} is no class; there are weights of {}", labels[i],
          class_weights.size());
    out[i / (labels.size() / samples)] +=
        class_weights.empty() ? 1 : class_weights[size_t(labels[i])];
  }
  return out;
}

namespace {

Outputs outputs_of_function(Tensor (*function)(const Tensor&, const Tensor&)) {
  using Function = Tensor (*)(const Tensor&, const Tensor&);
  if (function == Function(binary_cross_entropy))
    return Outputs::probabilities;
  for (const Function numbers :
       {Function(mse_loss), Function(l1_loss), Function(smooth_l1_loss), Function(huber_loss)})
    if (function == numbers)
      return Outputs::numbers;
  return Outputs::logits;
}

double total(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

LossWeight weight_of_function(Tensor (*function)(const Tensor&, const Tensor&)) {
  using Function = Tensor (*)(const Tensor&, const Tensor&);
  for (const Function of_classes : {Function(cross_entropy), Function(nll_loss)})
    if (function == of_classes)
      return [](const Tensor& target) {
        return total(counted_targets(target, ClassLossAttrs().ignore_index, {}));
      };
  return {};
}

EachLoss each_class(Tensor (*function)(const Tensor&, const Tensor&, const ClassLossAttrs&,
                                       const Tensor&)) {
  return [function](const Tensor& output, const Tensor& target) {
    ClassLossAttrs attrs;
    attrs.reduction = "none";
    return LossOfEach{sum_by_sample(function(output, target, attrs, {})),
                      counted_targets(target, attrs.ignore_index, {})};
  };
}

// The form of single samples of a loss that a program names as a function of the library.
EachLoss each_of_function(Tensor (*function)(const Tensor&, const Tensor&)) {
  using Function = Tensor (*)(const Tensor&, const Tensor&);
  if (function == Function(cross_entropy))
    return each_class(cross_entropy);
  if (function == Function(nll_loss))
    return each_class(nll_loss);
  const auto each = [](auto of) {
    return EachLoss([of](const Tensor& output, const Tensor& target) {
      return LossOfEach{mean_by_sample(of(output, target))};
    });
  };
  if (function == Function(mse_loss))
    return each([](const Tensor& x, const Tensor& y) {
      return mse_loss(x, y, LossAttrs{.reduction = "none"});
    });
  if (function == Function(l1_loss))
    return each([](const Tensor& x, const Tensor& y) {
      return l1_loss(x, y, LossAttrs{.reduction = "none"});
    });
  if (function == Function(smooth_l1_loss))
    return each([](const Tensor& x, const Tensor& y) {
      return smooth_l1_loss(x, y, SmoothL1Attrs{.reduction = "none"});
    });
  if (function == Function(huber_loss))
    return each([](const Tensor& x, const Tensor& y) {
      return huber_loss(x, y, HuberAttrs{.reduction = "none"});
    });
  if (function == Function(binary_cross_entropy))
    return each([](const Tensor& x, const Tensor& y) {
      return binary_cross_entropy(x, y, LossAttrs{.reduction = "none"});
    });
  if (function == Function(binary_cross_entropy_with_logits))
    return each([](const Tensor& x, const Tensor& y) {
      return binary_cross_entropy_with_logits(x, y, LossAttrs{.reduction = "none"});
    });
  return {};
}

}  // namespace

Loss::Loss(Tensor (*function)(const Tensor&, const Tensor&))
    : mean_(function), weight_(weight_of_function(function)), each_(each_of_function(function)),
      outputs_(outputs_of_function(function)) {}

double Loss::samples_of(const TensorDict& targets) {
  return !targets.empty() && targets.front().second.dim() > 0
             ? double(targets.front().second.size(0))
             : 1;
}

LossValue Loss::operator()(const TensorDict& outputs, const TensorDict& targets) const {
  check_in(defined(), ErrorKind::invalid, "loss", "there is none; TrainerOptions::loss takes one");
  if (const Tensor* weights = targets.find(sample_weight_name); weights && !value_) {
    check_in(outputs.size() == 1 && targets.size() == 2, ErrorKind::invalid, "loss",
             "is of one output and one target, but the model gives {} and the targets are {}; a "
             "lambda of two TensorDicts takes them all",
             outputs.listed(), targets.listed());
    return weighted(outputs.front().second, targets.front().second, *weights);
  }
  check_in(value_ || (outputs.size() == 1 && targets.size() == 1), ErrorKind::invalid, "loss",
           "is of one output and one target, but the model gives {} and the targets are {}; a "
           "lambda of two TensorDicts takes them all",
           outputs.listed(), targets.listed());
  LossValue out;
  if (value_)
    out = value_(outputs, targets);
  else
    out = {mean_(outputs.front().second, targets.front().second), weight(targets.front().second)};
  check_in(out.mean.numel() == 1, ErrorKind::invalid, "loss",
           "has shape {}, should be one number per batch", to_string(out.mean.shape()));
  return out;
}

LossValue Loss::weighted(const Tensor& output, const Tensor& target, const Tensor& weights) const {
  check_in(bool(each_), ErrorKind::usage, "loss",
           "takes no weights of samples; cross_entropy, bce_with_logits, bce, mse, l1, smooth_l1 "
           "and huber do, and so does a lambda of two TensorDicts, which finds them as {}",
           sample_weight_name);
  const LossOfEach each = each_(output, target);
  const std::vector<double> w = weights.to_vector<double>();
  check_in(each.values.dim() == 1 && each.values.numel() == int64_t(w.size()) &&
               (each.counts.empty() || each.counts.size() == w.size()),
           ErrorKind::invalid, "loss", "gives {} for single samples, and there are {} weights",
           to_string(each.values.shape()), w.size());
  double weight = 0;
  for (size_t i = 0; i < w.size(); ++i)
    weight += w[i] * (each.counts.empty() ? 1 : each.counts[i]);
  const Tensor sum = hebb::sum(each.values * weights.to(each.values.dtype()));
  return weight > 0 ? LossValue::of_sum(sum, weight) : LossValue{sum, 0};
}

Tensor Loss::operator()(const Tensor& output, const Tensor& target) const {
  if (mean_)
    return mean_(output, target);
  return (*this)(TensorDict{{"output", output}}, TensorDict{{"y", target}}).mean;
}

double Loss::weight(const Tensor& target) const {
  if (weight_)
    return weight_(target);
  return target.dim() > 0 ? double(target.size(0)) : 1;
}

Tensor LossValue::sum() const {
  return mean * weight;
}

LossValue LossValue::of_sum(const Tensor& sum, double weight) {
  return {sum / weight, weight};
}

Loss class_loss(const ClassLossAttrs& options, const Tensor& weight) {
  check_in(options.reduction == "mean", ErrorKind::usage, "class_loss",
           "the reduction is {}, should be mean", options.reduction);
  std::vector<double> class_weights;
  if (weight.defined())
    class_weights = weight.to_vector<double>();
  return Loss(
      [options, weight](const Tensor& output, const Tensor& target) {
        return cross_entropy(output, target, options,
                             weight.defined() ? weight.to(output.device()) : weight);
      },
      Outputs::logits,
      [ignore = options.ignore_index, class_weights](const Tensor& target) {
        return total(counted_targets(target, ignore, class_weights));
      },
      [options, weight, class_weights](const Tensor& output, const Tensor& target) {
        ClassLossAttrs each = options;
        each.reduction = "none";
        return LossOfEach{
            sum_by_sample(cross_entropy(output, target, each,
                                        weight.defined() ? weight.to(output.device()) : weight)),
            counted_targets(target, options.ignore_index, class_weights)};
      });
}

}  // namespace hebb
