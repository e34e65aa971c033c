#include "hebb/metrics/classification.h"

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/metrics/nan.h"

namespace hebb::metrics {

namespace {

// One class, or all of them in one pot.
struct Quad {
  double tp = 0, fp = 0, fn = 0, tn = 0;
};

struct Ratio {
  double above = 0, below = 0;
};

// A metric of one class is a ratio of two sums; `missing` says when the lower one is zero.
struct Form {
  std::string_view name, missing;
  Ratio (*of)(const Quad&);
};

constexpr Form precision_form = {"precision", "nothing was predicted as", [](const Quad& q) {
                                   return Ratio{q.tp, q.tp + q.fp};
                                 }};
constexpr Form recall_form = {"recall", "no sample is of", [](const Quad& q) {
                                return Ratio{q.tp, q.tp + q.fn};
                              }};
constexpr Form f1_form = {"f1", "no sample and no prediction is of", [](const Quad& q) {
                            return Ratio{2 * q.tp, 2 * q.tp + q.fp + q.fn};
                          }};
constexpr Form jaccard_form = {"jaccard", "no sample and no prediction is of", [](const Quad& q) {
                                 return Ratio{q.tp, q.tp + q.fp + q.fn};
                               }};
constexpr Form specificity_form = {"specificity", "all samples are of", [](const Quad& q) {
                                     return Ratio{q.tn, q.tn + q.fp};
                                   }};

Quad quad_of(const ClassCounts& c, int64_t label, double total) {
  const auto i = size_t(label);
  // Sums of weights may differ in the last digit.
  const double tp = c.correct[i], fp = std::max(c.predicted[i] - tp, 0.0),
               fn = std::max(c.actual[i] - tp, 0.0);
  return {tp, fp, fn, std::max(total - tp - fp - fn, 0.0)};
}

double one(const Form& form, const ClassCounts& counts, int64_t label, Warnings* warnings) {
  check(label >= 0 && label < counts.classes(), "{}: there is no class {} among {}", form.name,
        label, counts.classes());
  const Ratio r = form.of(quad_of(counts, label, counts.total()));
  if (r.below != 0)
    return r.above / r.below;
  warn(warnings, fmt::format("{} is 0/0 and set to 0: {} class {}", form.name, form.missing,
                             class_word(warnings, label)));
  return 0;
}

double all(const Form& form, const ClassCounts& counts, Average average, Warnings* warnings) {
  const double total = counts.total();
  Quad pot;
  double sum = 0, weight = 0;
  int64_t zeros = 0, first_zero = -1;
  for (int64_t label = 0; label < counts.classes(); ++label) {
    if (!counts.present(label))
      continue;
    const Quad q = quad_of(counts, label, total);
    pot.tp += q.tp;
    pot.fp += q.fp;
    pot.fn += q.fn;
    pot.tn += q.tn;
    if (average == Average::micro)
      continue;
    const Ratio r = form.of(q);
    const double w = average == Average::macro ? 1.0 : counts.actual[size_t(label)];
    if (r.below != 0)
      sum += w * r.above / r.below;
    else if (zeros++ == 0)
      first_zero = label;
    weight += w;
  }
  if (average == Average::micro) {
    const Ratio r = form.of(pot);
    if (r.below != 0)
      return r.above / r.below;
  }
  if (zeros == 1)
    warn(warnings, fmt::format("{} is 0/0 and set to 0: {} class {}", form.name, form.missing,
                               class_word(warnings, first_zero)));
  if (zeros > 1)
    warn(warnings, fmt::format("{} is 0/0 and set to 0 for {} classes: {} class {}, for example",
                               form.name, zeros, form.missing, class_word(warnings, first_zero)));
  if (weight != 0)
    return sum / weight;
  if (zeros == 0)
    warn(warnings, fmt::format("{} is 0/0 and set to 0", form.name));
  return 0;
}

// Sums that do not fit 64 bits once they are multiplied.
struct Margins {
  long double correct = 0, total = 0, both = 0, actual = 0,
              predicted = 0;  // sum of a_k p_k, a_k², p_k² over classes k
};

Margins margins(const ClassCounts& c) {
  Margins m;
  m.correct = static_cast<long double>(c.total_correct());
  m.total = static_cast<long double>(c.total());
  for (size_t i = 0; i < c.actual.size(); ++i) {
    const auto a = static_cast<long double>(c.actual[i]),
               p = static_cast<long double>(c.predicted[i]);
    m.both += a * p;
    m.actual += a * a;
    m.predicted += p * p;
  }
  return m;
}

}  // namespace

std::string_view name(Average average) {
  switch (average) {
    case Average::macro:
      return "macro";
    case Average::micro:
      return "micro";
    case Average::weighted:
      return "weighted";
  }
  bug("an average without a name");
}

std::optional<Average> average_of(std::string_view word) {
  for (Average average : {Average::macro, Average::micro, Average::weighted})
    if (word == name(average))
      return average;
  return std::nullopt;
}

double accuracy_score(const ClassCounts& counts, Warnings* warnings) {
  const double total = counts.total();
  if (total != 0)
    return counts.total_correct() / total;
  warn(warnings, "accuracy is undefined: there are no samples");
  return nan;
}

double zero_one_loss(const ClassCounts& counts, Warnings* warnings) {
  const double total = counts.total();
  if (total != 0)
    return (total - counts.total_correct()) / total;
  warn(warnings, "zero_one_loss is undefined: there are no samples");
  return nan;
}

double balanced_accuracy_score(const ClassCounts& counts, Warnings* warnings) {
  double sum = 0;
  int64_t occur = 0;
  for (size_t i = 0; i < counts.actual.size(); ++i) {
    if (counts.actual[i] == 0) {
      if (counts.predicted[i] != 0)
        warn(warnings, "balanced_accuracy leaves out classes that are predicted but never occur");
      continue;
    }
    sum += counts.correct[i] / counts.actual[i];
    ++occur;
  }
  if (occur != 0)
    return sum / double(occur);
  warn(warnings, "balanced_accuracy is undefined: there are no samples");
  return nan;
}

// Gorodkin 2004, "Comparing two K-category assignments by a K-category correlation coefficient", in
// counts.
double matthews_corrcoef(const ClassCounts& counts, Warnings* warnings) {
  const Margins m = margins(counts);
  const long double covariance = m.correct * m.total - m.both;
  const long double spread = (m.total * m.total - m.actual) * (m.total * m.total - m.predicted);
  if (spread != 0)
    return double(covariance / std::sqrt(spread));
  warn(warnings,
       "matthews_corrcoef is 0/0 and set to 0: all samples or all predictions are of one class");
  return 0;
}

double cohen_kappa_score(const ClassCounts& counts, Warnings* warnings) {
  const Margins m = margins(counts);
  const long double by_chance = m.both / m.total;
  if (m.total != 0 && m.total != by_chance)
    return double((m.correct - by_chance) / (m.total - by_chance));
  warn(warnings,
       "cohen_kappa is undefined (0/0): all samples and all predictions are of one class");
  return nan;
}

double precision_score(const ClassCounts& c, Average a, Warnings* w) {
  return all(precision_form, c, a, w);
}
double recall_score(const ClassCounts& c, Average a, Warnings* w) {
  return all(recall_form, c, a, w);
}
double f1_score(const ClassCounts& c, Average a, Warnings* w) {
  return all(f1_form, c, a, w);
}
double jaccard_score(const ClassCounts& c, Average a, Warnings* w) {
  return all(jaccard_form, c, a, w);
}
double specificity_score(const ClassCounts& c, Average a, Warnings* w) {
  return all(specificity_form, c, a, w);
}

double precision_of(const ClassCounts& c, int64_t label, Warnings* w) {
  return one(precision_form, c, label, w);
}
double recall_of(const ClassCounts& c, int64_t label, Warnings* w) {
  return one(recall_form, c, label, w);
}
double f1_of(const ClassCounts& c, int64_t label, Warnings* w) {
  return one(f1_form, c, label, w);
}
double jaccard_of(const ClassCounts& c, int64_t label, Warnings* w) {
  return one(jaccard_form, c, label, w);
}
double specificity_of(const ClassCounts& c, int64_t label, Warnings* w) {
  return one(specificity_form, c, label, w);
}

}  // namespace hebb::metrics
