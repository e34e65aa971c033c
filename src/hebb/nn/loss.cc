#include "hebb/nn/loss.h"

#include <numeric>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/nn/loss_entry.h"
#include "hebb/nn/loss_of_each.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cross_entropy.h"
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

double total(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

}  // namespace

Loss::Loss(Tensor (*function)(const Tensor&, const Tensor&)) : mean_(function) {
  const LossEntry* entry = loss_of_function(function);
  if (!entry)
    return;
  const Loss made = entry->make(entry->options->start().get());
  weight_ = made.weight_;
  each_ = made.each_;
  outputs_ = made.outputs_;
}

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
           "takes no weights of samples; those that a configuration names do (parse_loss), and so "
           "does a lambda of two TensorDicts, which finds them as {}",
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

Loss loss_of_classes(ClassLossFunction function, const ClassLossAttrs& options,
                     const Tensor& weight) {
  check_in(options.reduction == "mean", ErrorKind::usage, "class_loss",
           "the reduction is {}, should be mean", options.reduction);
  std::vector<double> class_weights;
  if (weight.defined())
    class_weights = weight.to_vector<double>();
  const auto loss = [function, weight](const Tensor& output, const Tensor& target,
                                       const ClassLossAttrs& attrs) {
    return function(output, target, attrs, weight.defined() ? weight.to(output.device()) : weight);
  };
  return Loss([loss, options](const Tensor& output,
                              const Tensor& target) { return loss(output, target, options); },
              Outputs::logits,
              [ignored = options.ignore_index, class_weights](const Tensor& target) {
                return total(counted_targets(target, ignored, class_weights));
              },
              [loss, options, class_weights](const Tensor& output, const Tensor& target) {
                ClassLossAttrs each = options;
                each.reduction = "none";
                return LossOfEach{sum_by_sample(loss(output, target, each)),
                                  counted_targets(target, options.ignore_index, class_weights)};
              });
}

Loss class_loss(const ClassLossAttrs& options, const Tensor& weight) {
  return loss_of_classes(cross_entropy, options, weight);
}

}  // namespace hebb
