#include "hebb/nn/losses.h"

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/base/spec.h"
#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/loss.h"

namespace hebb {
namespace {

struct Entry {
  SpecHelp help;
  std::vector<std::string> keys;
  Loss (*make)(SpecReader& read);
};

// Classes [N] beside an output [N] or [N, 1] become numbers of its shape. kind: what outputs are to
// the loss.
Tensor as_numbers(const Tensor& output, const Tensor& target, Outputs kind) {
  if (is_floating(target.dtype()))
    return target;
  check(output.numel() == target.numel(), "the model gives {} for {} samples; {}",
        to_string(output.shape()), target.numel(),
        kind == Outputs::numbers ? "this loss is for quantities, or for two classes with one "
                                   "number each; for classes use cross_entropy"
                                 : "with this loss, for two classes, it should be one number each; "
                                   "for more classes use cross_entropy");
  return target.to(output.dtype()).reshape(output.shape());
}

Dims without_ones(const Dims& shape) {
  Dims out;
  for (int64_t size : shape)
    if (size != 1)
      out.push_back(size);
  return out;
}

// Whether one's values, in their order, are the other's places: as many samples, and the rest
// differs by sizes of 1, or one is flat, [N, k] beside [N, ...].
bool matches(const Tensor& output, const Tensor& target) {
  if (output.numel() != target.numel())
    return false;
  if (output.dim() > 0 && target.dim() > 0 && output.size(0) != target.size(0))
    return false;
  return without_ones(output.shape()) == without_ones(target.shape()) ||
         (output.dim() == 2) != (target.dim() == 2);
}

// A target [N] beside an output [N, 1], which would otherwise broadcast to [N, N].
Tensor as_output(const Tensor& output, const Tensor& target, Outputs kind = Outputs::numbers) {
  const Tensor numbers = as_numbers(output, target, kind);
  check(matches(output, numbers), "the model gives {}, the targets are {}",
        to_string(output.shape()), to_string(numbers.shape()));
  return numbers.shape() == output.shape() ? numbers : numbers.reshape(output.shape());
}

template <Tensor (*function)(const Tensor&, const Tensor&)>
Loss of_numbers(SpecReader&) {
  const Outputs kind = Loss(function).outputs();
  return Loss(
      [kind](const Tensor& output, const Tensor& target) {
        return function(output, as_output(output, target, kind));
      },
      kind);
}

double above_zero(SpecReader& read, const char* key) {
  const double value = read.number_or(key, 1);
  if (value <= 0)
    read.reject(key, "should be above 0");
  return value;
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = {
      {{"cross_entropy", "cross_entropy [label_smoothing=0]", "of logits, for classes"},
       {"label_smoothing"},
       [](SpecReader& read) {
         ClassLossAttrs options;
         options.label_smoothing = read.number_or("label_smoothing", 0);
         if (options.label_smoothing < 0 || options.label_smoothing > 1)
           read.reject("label_smoothing", "should be from 0 to 1");
         return Loss([options](const Tensor& output, const Tensor& target) {
           return cross_entropy(output, target, options);
         });
       }},
      {{"bce_with_logits", "bce_with_logits",
        "binary cross-entropy of logits, for two classes with one output"},
       {},
       of_numbers<binary_cross_entropy_with_logits>},
      {{"bce", "bce", "binary cross-entropy of probabilities (after a sigmoid)"},
       {},
       of_numbers<binary_cross_entropy>},
      {{"mse", "mse", "mean squared error"}, {}, of_numbers<mse_loss>},
      {{"l1", "l1", "mean absolute error"}, {}, of_numbers<l1_loss>},
      {{"smooth_l1", "smooth_l1 [beta=1]", "squared below beta, straight beyond"},
       {"beta"},
       [](SpecReader& read) {
         const SmoothL1Attrs options{.beta = above_zero(read, "beta")};
         return Loss(
             [options](const Tensor& output, const Tensor& target) {
               return smooth_l1_loss(output, as_output(output, target), options);
             },
             Outputs::numbers);
       }},
      {{"huber", "huber [delta=1]", "smooth_l1 with the slope delta"},
       {"delta"},
       [](SpecReader& read) {
         const HuberAttrs options{.delta = above_zero(read, "delta")};
         return Loss(
             [options](const Tensor& output, const Tensor& target) {
               return huber_loss(output, as_output(output, target), options);
             },
             Outputs::numbers);
       }},
  };
  return all;
}

// torch.nn.functional's names are understood too.
std::string short_name(const std::string& name) {
  if (name == "binary_cross_entropy_with_logits")
    return "bce_with_logits";
  if (name == "binary_cross_entropy")
    return "bce";
  if (name == "mae")
    return "l1";
  return name.ends_with("_loss") ? name.substr(0, name.size() - 5) : name;
}

}  // namespace

Loss parse_loss(std::string_view text) {
  const SpecLine line = SpecLine::parse(text);
  const Entry& entry = find_entry(entries(), "loss", short_name(line.name));
  SpecReader read(line, entry.keys);
  Loss loss = entry.make(read);
  read.done();
  return loss;
}

std::vector<SpecHelp> loss_help() {
  return help_of(entries());
}

}  // namespace hebb
