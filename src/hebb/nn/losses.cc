#include "hebb/nn/losses.h"

#include <numeric>

#include "hebb/base/check.h"
#include "hebb/base/family.h"
#include "hebb/nn/loss_entry.h"
#include "hebb/nn/loss_functions.h"
#include "hebb/nn/loss_of_each.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/likelihood_loss.h"
#include "hebb/ops/loss.h"
#include "hebb/ops/margin_loss.h"
#include "hebb/ops/overlap_loss.h"
#include "hebb/ops/reduce.h"

namespace hebb {
namespace {

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

// A loss between numbers of one shape. function(output, target, reduction): "mean", or "none" for
// samples that count differently.
template <class F>
Loss between_numbers(F function, Outputs kind) {
  return Loss(
      [=](const Tensor& output, const Tensor& target) {
        return function(output, as_output(output, target, kind), "mean");
      },
      kind, {},
      [=](const Tensor& output, const Tensor& target) {
        return LossOfEach{
            mean_by_sample(function(output, as_output(output, target, kind), "none"))};
      });
}

// The same of classes 0 and 1 as -1 and 1, and a score.
template <class F>
Loss between_signs(F function) {
  return between_numbers(
      [=](const Tensor& output, const Tensor& target, const char* reduction) {
        return function(output, target * 2 - 1, reduction);
      },
      Outputs::logits);
}

// The same of an operator whose only option is the reduction.
template <auto function, Outputs kind>
Loss of_numbers(const void*) {
  return between_numbers(
      [](const Tensor& output, const Tensor& target, const char* reduction) {
        return function(output, target, {.reduction = reduction});
      },
      kind);
}

// pos_weight: 1, or what errors of class 1 are multiplied by; the mean is over the samples.
Loss bce_of_logits(double pos_weight) {
  return between_numbers(
      [pos_weight](const Tensor& output, const Tensor& target, const char* reduction) {
        Tensor weight;
        if (pos_weight != 1)
          weight = full({}, pos_weight, output.dtype(), output.device());
        return binary_cross_entropy_with_logits(output, target, {.reduction = reduction}, {},
                                                weight);
      },
      Outputs::logits);
}
Tensor bce_of_shares(const Tensor& output, const Tensor& target, const LossAttrs& options) {
  return binary_cross_entropy(output, target, options);
}
Tensor squared_error(const Tensor& output, const Tensor& target, const LossAttrs& options) {
  return mse_loss(output, target, options);
}
Tensor absolute_error(const Tensor& output, const Tensor& target, const LossAttrs& options) {
  return l1_loss(output, target, options);
}

// Of two classes, 0 and 1, with one output. A target between them weighs between their weights.
using Binary = Tensor (*)(const Tensor&, const Tensor&, const LossAttrs&, const Tensor&);
Loss weighted_binary(Binary function, Outputs kind, const Tensor& class_weights) {
  const std::vector<double> weights = class_weights.to_vector<double>();
  check_in(weights.size() == 2, ErrorKind::usage, "loss",
           "it is for two classes, and there are weights of {}", weights.size());
  const auto of_class = [first = weights[0], second = weights[1]](const auto& target) {
    return target * second + (1 - target) * first;
  };
  return Loss(
      [=](const Tensor& output, const Tensor& target) {
        const Tensor numbers = as_output(output, target, kind), each = of_class(numbers);
        return function(output, numbers, {.reduction = "sum"}, each) / sum(each);
      },
      kind,
      [=](const Tensor& target) {
        double total = 0;
        for (double value : target.to_vector<double>())
          total += of_class(value);
        return total;
      },
      [=](const Tensor& output, const Tensor& target) {
        const Tensor numbers = as_output(output, target, kind), each = of_class(numbers);
        return LossOfEach{mean_by_sample(function(output, numbers, {.reduction = "none"}, each)),
                          mean_by_sample(each).to_vector<double>()};
      });
}

struct CrossEntropyOptions {
  double label_smoothing = 0;
  int64_t ignore_index = -100;
  HEBB_FIELDS(label_smoothing, ignore_index)
  static constexpr Note notes[] = {
      {.field = "label_smoothing",
       .place = 1,
       .at_least = 0,
       .at_most = 1,
       .what = "share of the target that is spread over all classes"},
      {.field = "ignore_index", .what = "a target of this number counts for nothing"}};
};
ClassLossAttrs attrs_of(const CrossEntropyOptions& given) {
  ClassLossAttrs attrs;
  attrs.label_smoothing = given.label_smoothing;
  attrs.ignore_index = given.ignore_index;
  return attrs;
}

struct NllOptions {
  int64_t ignore_index = -100;
  HEBB_FIELDS(ignore_index)
  static constexpr Note notes[] = {
      {.field = "ignore_index", .what = "a target of this number counts for nothing"}};
};
ClassLossAttrs attrs_of(const NllOptions& given) {
  ClassLossAttrs attrs;
  attrs.ignore_index = given.ignore_index;
  return attrs;
}

struct BceWithLogitsOptions {
  double pos_weight = 1;
  HEBB_FIELDS(pos_weight)
  static constexpr Note notes[] = {
      {.field = "pos_weight", .above = 0, .what = "what errors of class 1 are multiplied by"}};
};

struct BetaOptions {
  double beta = 1;
  HEBB_FIELDS(beta)
  static constexpr Note notes[] = {{.field = "beta",
                                    .place = 1,
                                    .above = 0,
                                    .what = "the error from where on it is a straight line"}};
};
struct DeltaOptions {
  double delta = 1;
  HEBB_FIELDS(delta)
  static constexpr Note notes[] = {
      {.field = "delta",
       .place = 1,
       .above = 0,
       .what = "the error from where on it is a straight line, and its slope"}};
};
struct FocalOptions {
  double gamma = 2;
  int64_t ignore_index = -100;
  HEBB_FIELDS(gamma, ignore_index)
  static constexpr Note notes[] = {
      {.field = "gamma",
       .place = 1,
       .at_least = 0,
       .what = "how little a certain answer counts; 0: cross_entropy"},
      {.field = "ignore_index", .what = "a target of this number counts for nothing"}};
};
struct SigmoidFocalOptions {
  double alpha = 0.25, gamma = 2;
  HEBB_FIELDS(alpha, gamma)
  static constexpr Note notes[] = {
      {.field = "alpha",
       .place = 1,
       .at_least = 0,
       .at_most = 1,
       .what = "the weight of class 1; class 0 has the rest"},
      {.field = "gamma", .place = 2, .at_least = 0, .what = "how little a certain answer counts"}};
};
struct PoissonOptions {
  bool full = false;
  double eps = 1e-8;
  HEBB_FIELDS(full, eps)
  static constexpr Note notes[] = {
      {.field = "full", .what = "adds what depends on the counts alone, by Stirling's formula"},
      {.field = "eps", .above = 0, .what = "added to the expected count before its logarithm"}};
};
struct QuantileOptions {
  double quantile = 0.5;
  HEBB_FIELDS(quantile)
  static constexpr Note notes[] = {{.field = "quantile",
                                    .place = 1,
                                    .above = 0,
                                    .below = 1,
                                    .what = "the share of targets that should lie below"}};
};
struct HingeLineOptions {
  double margin = 1;
  int64_t p = 1;
  HEBB_FIELDS(margin, p)
  static constexpr Note notes[] = {
      {.field = "margin", .place = 1, .above = 0, .what = "how far from 0 a score should be"},
      {.field = "p", .at_least = 1, .at_most = 2, .what = "the power of what is missing"}};
};
struct MultiMarginOptions {
  double margin = 1;
  int64_t p = 1;
  HEBB_FIELDS(margin, p)
  static constexpr Note notes[] = {
      {.field = "margin",
       .place = 1,
       .what = "by how much the right class' score should be the larger"},
      {.field = "p", .at_least = 1, .at_most = 2, .what = "the power of what is missing"}};
};

// Of cross-entropy that counts certain answers little. weight: [C], of each class; undefined: all
// count 1.
Loss focal_of(const FocalOptions& given, const Tensor& weight) {
  const auto loss = [given, weight](const Tensor& output, const Tensor& target,
                                    const char* reduction) {
    const FocalAttrs attrs{
        .gamma = given.gamma, .ignore_index = given.ignore_index, .reduction = reduction};
    return focal_loss(output, target, attrs,
                      weight.defined() ? weight.to(output.device()) : weight);
  };
  std::vector<double> of_class;
  if (weight.defined())
    of_class = weight.to_vector<double>();
  const auto counted = [ignored = given.ignore_index, of_class](const Tensor& target) {
    return counted_targets(target, ignored, of_class);
  };
  return Loss(
      [loss](const Tensor& output, const Tensor& target) { return loss(output, target, "mean"); },
      Outputs::logits,
      [counted](const Tensor& target) {
        const std::vector<double> counts = counted(target);
        return std::accumulate(counts.begin(), counts.end(), 0.0);
      },
      [loss, counted](const Tensor& output, const Tensor& target) {
        return LossOfEach{sum_by_sample(loss(output, target, "none")), counted(target)};
      });
}

Loss multi_margin_of(const MultiMarginOptions& given, const Tensor& weight) {
  const auto loss = [given, weight](const Tensor& output, const Tensor& target,
                                    const char* reduction) {
    return multi_margin_loss(output, target,
                             {.p = given.p, .margin = given.margin, .reduction = reduction},
                             weight.defined() ? weight.to(output.device()) : weight);
  };
  return Loss(
      [loss](const Tensor& output, const Tensor& target) { return loss(output, target, "mean"); },
      Outputs::logits, {},
      [loss](const Tensor& output, const Tensor& target) {
        return LossOfEach{loss(output, target, "none")};
      });
}

}  // namespace

constinit const LossEntry loss_word::cross_entropy = {
    .name = "cross_entropy",
    .what = "of logits, for classes",
    .aliases = {"cross_entropy_loss"},
    .options = &options_type<CrossEntropyOptions>,
    .make =
        [](const void* options) { return class_loss(attrs_of(as<CrossEntropyOptions>(options))); },
    .make_weighted =
        [](const void* options, const Tensor& class_weights) {
          return class_loss(attrs_of(as<CrossEntropyOptions>(options)), class_weights);
        },
    .function = hebb::cross_entropy,
};
constinit const LossEntry loss_word::nll = {
    .name = "nll",
    .what = "of log-probabilities (after a log_softmax): cross_entropy of what they come from",
    .aliases = {"nll_loss"},
    .options = &options_type<NllOptions>,
    .make =
        [](const void* options) {
          return loss_of_classes(nll_loss, attrs_of(as<NllOptions>(options)));
        },
    .make_weighted =
        [](const void* options, const Tensor& class_weights) {
          return loss_of_classes(nll_loss, attrs_of(as<NllOptions>(options)), class_weights);
        },
    .function = nll_loss,
};
constinit const LossEntry loss_word::bce_with_logits = {
    .name = "bce_with_logits",
    .what = "binary cross-entropy of logits, for two classes with one output",
    .aliases = {"binary_cross_entropy_with_logits", "bce_with_logits_loss"},
    .options = &options_type<BceWithLogitsOptions>,
    .make = [](const void* o) { return bce_of_logits(as<BceWithLogitsOptions>(o).pos_weight); },
    .make_weighted =
        [](const void* o, const Tensor& class_weights) {
          check_in(as<BceWithLogitsOptions>(o).pos_weight == 1, ErrorKind::usage, "bce_with_logits",
                   "takes pos_weight or weights of classes, not both; the weight of class 1 does "
                   "what pos_weight does");
          return weighted_binary(
              [](const Tensor& output, const Tensor& target, const LossAttrs& options,
                 const Tensor& weight) {
                return binary_cross_entropy_with_logits(output, target, options, weight);
              },
              Outputs::logits, class_weights);
        },
    .function = binary_cross_entropy_with_logits,
};
constinit const LossEntry loss_word::bce = {
    .name = "bce",
    .what = "binary cross-entropy of probabilities (after a sigmoid)",
    .aliases = {"binary_cross_entropy", "bce_loss"},
    .make = of_numbers<bce_of_shares, Outputs::probabilities>,
    .make_weighted =
        [](const void*, const Tensor& class_weights) {
          return weighted_binary(binary_cross_entropy, Outputs::probabilities, class_weights);
        },
    .function = binary_cross_entropy,
};
constinit const LossEntry loss_word::mse = {
    .name = "mse",
    .what = "mean squared error",
    .aliases = {"mse_loss"},
    .make = of_numbers<squared_error, Outputs::numbers>,
    .function = mse_loss,
};
constinit const LossEntry loss_word::l1 = {
    .name = "l1",
    .what = "mean absolute error",
    .aliases = {"l1_loss", "mae"},
    .make = of_numbers<absolute_error, Outputs::numbers>,
    .function = l1_loss,
};
constinit const LossEntry loss_word::smooth_l1 = {
    .name = "smooth_l1",
    .what = "squared below BETA, straight beyond",
    .aliases = {"smooth_l1_loss"},
    .options = &options_type<BetaOptions>,
    .make =
        [](const void* options) {
          return between_numbers(
              [beta = as<BetaOptions>(options).beta](const Tensor& output, const Tensor& target,
                                                     const char* reduction) {
                return smooth_l1_loss(output, target, {.reduction = reduction, .beta = beta});
              },
              Outputs::numbers);
        },
    .function = smooth_l1_loss,
};
constinit const LossEntry loss_word::huber = {
    .name = "huber",
    .what = "smooth_l1 with the slope DELTA",
    .aliases = {"huber_loss"},
    .options = &options_type<DeltaOptions>,
    .make =
        [](const void* options) {
          return between_numbers(
              [delta = as<DeltaOptions>(options).delta](const Tensor& output, const Tensor& target,
                                                        const char* reduction) {
                return huber_loss(output, target, {.reduction = reduction, .delta = delta});
              },
              Outputs::numbers);
        },
    .function = huber_loss,
};

constinit const LossEntry loss_word::log_cosh = {
    .name = "log_cosh",
    .what = "squared near 0, straight far from it, smooth everywhere",
    .aliases = {"log_cosh_loss"},
    .make =
        [](const void*) {
          return between_numbers(
              [](const Tensor& output, const Tensor& target, const char* reduction) {
                return log_cosh_loss(output, target, reduction);
              },
              Outputs::numbers);
        },
    .function = log_cosh_loss,
};
constinit const LossEntry loss_word::quantile = {
    .name = "quantile",
    .what = "what is made smallest by the QUANTILE of the targets, not by their mean",
    .aliases = {"quantile_loss", "pinball"},
    .options = &options_type<QuantileOptions>,
    .make =
        [](const void* options) {
          return between_numbers(
              [q = as<QuantileOptions>(options).quantile](
                  const Tensor& output, const Tensor& target, const char* reduction) {
                return quantile_loss(output, target, q, reduction);
              },
              Outputs::numbers);
        },
};
constinit const LossEntry loss_word::poisson_nll = {
    .name = "poisson_nll",
    .what = "of expected counts (after a softplus): how unlikely the counts are",
    .aliases = {"poisson_nll_loss", "poisson"},
    .options = &options_type<PoissonOptions>,
    .make =
        [](const void* options) {
          const auto& given = as<PoissonOptions>(options);
          return between_numbers(
                     [full = given.full, eps = given.eps](
                         const Tensor& output, const Tensor& target, const char* reduction) {
                       return poisson_nll_loss(
                           output, target,
                           {.log_input = false, .full = full, .eps = eps, .reduction = reduction});
                     },
                     Outputs::numbers)
              .of_unscaled_targets();
        },
};
constinit const LossEntry loss_word::hinge = {
    .name = "hinge",
    .what = "of a score, for two classes with one output: by how much it is not MARGIN on its side",
    .aliases = {"hinge_loss"},
    .options = &options_type<HingeLineOptions>,
    .make =
        [](const void* options) {
          const auto& given = as<HingeLineOptions>(options);
          return between_signs([margin = given.margin, p = given.p](const Tensor& output,
                                                                    const Tensor& signs,
                                                                    const char* reduction) {
            return hinge_loss(output, signs, {.margin = margin, .p = p, .reduction = reduction});
          });
        },
};
constinit const LossEntry loss_word::perceptron = {
    .name = "perceptron",
    .what = "of a score, for two classes with one output: how far it is on the wrong side",
    .aliases = {"perceptron_loss"},
    .make =
        [](const void*) {
          return between_signs(
              [](const Tensor& output, const Tensor& signs, const char* reduction) {
                return perceptron_loss(output, signs, reduction);
              });
        },
};
constinit const LossEntry loss_word::soft_margin = {
    .name = "soft_margin",
    .what = "of a score, for two classes with one output: bce_with_logits of its sign",
    .aliases = {"soft_margin_loss"},
    .make =
        [](const void*) {
          return between_signs(
              [](const Tensor& output, const Tensor& signs, const char* reduction) {
                return soft_margin_loss(output, signs, {.reduction = reduction});
              });
        },
};

constinit const LossEntry loss_word::focal = {
    .name = "focal",
    .what = "cross_entropy that counts certain answers little (GAMMA), for rare classes",
    .aliases = {"focal_loss"},
    .options = &options_type<FocalOptions>,
    .make = [](const void* o) { return focal_of(as<FocalOptions>(o), {}); },
    .make_weighted = [](const void* o,
                        const Tensor& w) { return focal_of(as<FocalOptions>(o), w); },
};
constinit const LossEntry loss_word::sigmoid_focal = {
    .name = "sigmoid_focal",
    .what = "the same for two classes with one output, ALPHA the weight of class 1",
    .aliases = {"sigmoid_focal_loss"},
    .options = &options_type<SigmoidFocalOptions>,
    .make =
        [](const void* options) {
          const auto& given = as<SigmoidFocalOptions>(options);
          return between_numbers(
              [alpha = given.alpha, gamma = given.gamma](const Tensor& output, const Tensor& target,
                                                         const char* reduction) {
                return sigmoid_focal_loss(output, target,
                                          {.alpha = alpha, .gamma = gamma, .reduction = reduction});
              },
              Outputs::logits);
        },
};
constinit const LossEntry loss_word::multi_margin = {
    .name = "multi_margin",
    .what = "of scores, for classes: by how much the right one is not MARGIN above the others",
    .aliases = {"multi_margin_loss"},
    .options = &options_type<MultiMarginOptions>,
    .make = [](const void* o) { return multi_margin_of(as<MultiMarginOptions>(o), {}); },
    .make_weighted = [](const void* o,
                        const Tensor& w) { return multi_margin_of(as<MultiMarginOptions>(o), w); },
};

namespace {

Family<LossEntry>& all_losses() {
  static Family<LossEntry> all("loss", {
#define LOSS(name) &loss_word::name,
#include "hebb/nn/losses.def"
#undef LOSS
                                       });
  return all;
}

// Those that take weights of classes.
std::vector<std::string_view> weighted_losses() {
  std::vector<std::string_view> out;
  for (const LossEntry* entry : all_losses().all())
    if (entry->make_weighted)
      out.push_back(entry->name);
  return out;
}

}  // namespace

const LossEntry* loss_of_function(Tensor (*function)(const Tensor&, const Tensor&)) {
  for (const LossEntry* entry : all_losses().all())
    if (entry->function == function)
      return entry;
  return nullptr;
}

void add_loss(const LossEntry& entry) {
  all_losses().add(entry);
}

Loss parse_loss(std::string_view line) {
  return all_losses().parse(
      line, [](const LossEntry& entry, const void* options) { return entry.make(options); });
}

Loss parse_loss(std::string_view line, const std::vector<double>& class_weights) {
  if (class_weights.empty())
    return parse_loss(line);
  return all_losses().parse(line, [&](const LossEntry& entry, const void* options) {
    check_in(entry.make_weighted != nullptr, ErrorKind::usage, entry.name,
             "this loss takes no weights of classes; {} do", fmt::join(weighted_losses(), ", "));
    return entry.make_weighted(
        options, Tensor::from(class_weights, {int64_t(class_weights.size())}).to(DType::f32));
  });
}

std::string print_loss(std::string_view line) {
  return all_losses().print(line);
}

std::vector<SpecHelp> loss_help() {
  return all_losses().help();
}

}  // namespace hebb
