#include "hebb/metrics/metric.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>
#include <mutex>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/metrics/metric_entry.h"

namespace hebb::metrics {

Metric::Metric(std::string name, Better better, std::unique_ptr<Meter> meter)
    : name(std::move(name)), better(better), meter_(std::move(meter)) {}

Metric::Metric(const Metric& other)
    : name(other.name), better(other.better), meter_(other.meter_->clone()) {}

Metric& Metric::operator=(const Metric& other) {
  Metric copy = other;
  return *this = std::move(copy);
}

void Metric::update(const Tensor& outputs, const Tensor& targets) {
  try {
    meter_->update(outputs, targets);
  } catch (const Error& error) {
    throw error.with_where(name);
  }
}

bool Metric::is_better(double value, double than) const {
  if (std::isnan(value))
    return false;
  if (std::isnan(than))
    return true;
  return better == Better::higher ? value > than : value < than;
}

void Metric::set_state(std::span<const double> state) {
  meter_->reset();
  meter_->merge(state);
}

constinit const MetricEntry metric_word::accuracy = {
    .name = "accuracy",
    .what = "share of samples that are right",
    .make = [](std::string_view) { return metrics::accuracy(); },
};
constinit const MetricEntry metric_word::balanced_accuracy = {
    .name = "balanced_accuracy",
    .what = "mean of the classes' recalls",
    .make = [](std::string_view) { return metrics::balanced_accuracy(); },
};
constinit const MetricEntry metric_word::matthews_corrcoef = {
    .name = "matthews_corrcoef",
    .short_form = "mcc",
    .what = "correlation of prediction and target",
    .make = [](std::string_view) { return metrics::matthews_corrcoef(); },
};
constinit const MetricEntry metric_word::cohen_kappa = {
    .name = "cohen_kappa",
    .short_form = "kappa",
    .what = "agreement beyond chance",
    .make = [](std::string_view) { return metrics::cohen_kappa(); },
};
constinit const MetricEntry metric_word::roc_auc = {
    .name = "roc_auc",
    .short_form = "auc",
    .what = "area under the ROC curve",
    .make = [](std::string_view) { return metrics::roc_auc(); },
    .relatives = {"roc_auc_ovr", "roc_auc_ovr_macro", "roc_auc_ovr_micro", "roc_auc_ovr_weighted",
                  "roc_auc_ovo", "roc_auc_ovo_macro", "roc_auc_ovo_weighted"},
};
constinit const MetricEntry metric_word::average_precision = {
    .name = "average_precision",
    .what = "area under the curve of precision over recall, in steps",
    .make = [](std::string_view) { return metrics::average_precision(); },
    .relatives = {"average_precision_macro", "average_precision_micro",
                  "average_precision_weighted"},
};
constinit const MetricEntry metric_word::mean_absolute_error = {
    .name = "mean_absolute_error",
    .short_form = "mae",
    .what = "mean of the absolute errors",
    .make = [](std::string_view) { return metrics::mean_absolute_error(); },
    .relatives = {"median_absolute_error"},
};
constinit const MetricEntry metric_word::mean_squared_error = {
    .name = "mean_squared_error",
    .short_form = "mse",
    .what = "mean of the squared errors",
    .make = [](std::string_view) { return metrics::mean_squared_error(); },
    .relatives = {"mean_squared_log_error"},
};
constinit const MetricEntry metric_word::root_mean_squared_error = {
    .name = "root_mean_squared_error",
    .short_form = "rmse",
    .what = "root of the mean squared error",
    .make = [](std::string_view) { return metrics::root_mean_squared_error(); },
    .relatives = {"root_mean_squared_log_error"},
};
constinit const MetricEntry metric_word::mean_absolute_percentage_error = {
    .name = "mean_absolute_percentage_error",
    .short_form = "mape",
    .what = "mean of the absolute errors over the targets",
    .make = [](std::string_view) { return metrics::mean_absolute_percentage_error(); },
};
constinit const MetricEntry metric_word::symmetric_mean_absolute_percentage_error = {
    .name = "symmetric_mean_absolute_percentage_error",
    .short_form = "smape",
    .what = "mean of the errors over the mean of target and prediction",
    .make = [](std::string_view) { return metrics::symmetric_mean_absolute_percentage_error(); },
};
constinit const MetricEntry metric_word::mean_iou = {
    .name = "mean_iou",
    .short_form = "miou",
    .what = "intersection over union, mean over the classes",
    .make = [](std::string_view) { return metrics::mean_iou(); },
};
constinit const MetricEntry metric_word::dice = {
    .name = "dice",
    .what = "twice the intersection over both areas, mean over the classes",
    .make = [](std::string_view) { return metrics::dice(); },
};
constinit const MetricEntry metric_word::log_loss = {
    .name = "log_loss",
    .what = "mean of -ln of the probability of the true class",
    .make = [](std::string_view) { return metrics::log_loss(); },
};
constinit const MetricEntry metric_word::perplexity = {
    .name = "perplexity",
    .what = "exp of log_loss: among how many it is as if one guessed",
    .make = [](std::string_view) { return metrics::perplexity(); },
};
constinit const MetricEntry metric_word::brier_score_loss = {
    .name = "brier_score_loss",
    .short_form = "brier",
    .what = "mean squared distance of probabilities from what happened",
    .make = [](std::string_view) { return metrics::brier_score_loss(); },
};
constinit const MetricEntry metric_word::expected_calibration_error = {
    .name = "expected_calibration_error",
    .short_form = "ece",
    .what = "mean distance of beliefs from how often they are right",
    .make = [](std::string_view) { return metrics::expected_calibration_error(); },
};
constinit const MetricEntry metric_word::maximum_calibration_error = {
    .name = "maximum_calibration_error",
    .short_form = "mce",
    .what = "the largest distance of beliefs from how often they are right",
    .make = [](std::string_view) { return metrics::maximum_calibration_error(); },
};
constinit const MetricEntry metric_word::max_error = {
    .name = "max_error",
    .what = "the largest absolute error",
    .make = [](std::string_view) { return metrics::max_error(); },
};
constinit const MetricEntry metric_word::r2 = {
    .name = "r2",
    .what = "share of the variance that is explained, about the mean",
    .make = [](std::string_view) { return metrics::r2(); },
};
constinit const MetricEntry metric_word::explained_variance = {
    .name = "explained_variance",
    .what = "share of the variance that is explained",
    .make = [](std::string_view) { return metrics::explained_variance(); },
};
constinit const MetricEntry metric_word::precision = {
    .name = "precision",
    .what = "of those taken for a class, the share that is of it",
    .make = metrics::precision,
    .averaged = true,
};
constinit const MetricEntry metric_word::recall = {
    .name = "recall",
    .what = "of those of a class, the share that was found",
    .make = metrics::recall,
    .averaged = true,
};
constinit const MetricEntry metric_word::f1 = {
    .name = "f1",
    .what = "harmonic mean of precision and recall",
    .make = metrics::f1,
    .averaged = true,
};
constinit const MetricEntry metric_word::jaccard = {
    .name = "jaccard",
    .what = "intersection over union of predicted and actual",
    .make = metrics::jaccard,
    .averaged = true,
};
constinit const MetricEntry metric_word::specificity = {
    .name = "specificity",
    .what = "of those not of a class, the share that was told so",
    .make = metrics::specificity,
    .averaged = true,
};

namespace {

constexpr std::string_view average_words[] = {"macro", "micro", "weighted"};

class Entries {
 public:
  void add(const MetricEntry& entry) {
    const std::lock_guard lock(mutex_);
    for (const MetricEntry* other : entries_)
      check_in(other->name != entry.name && other->short_form != entry.name, ErrorKind::usage, "",
               "there is a metric '{}' already", entry.name);
    entries_.push_back(&added_.emplace_back(entry));
  }
  std::vector<const MetricEntry*> all() {
    const std::lock_guard lock(mutex_);
    return entries_;
  }

 private:
  std::vector<const MetricEntry*> entries_ = {
#define METRIC(name) &metric_word::name,
#include "hebb/metrics/metrics.def"
#undef METRIC
  };
  std::deque<MetricEntry> added_;
  std::mutex mutex_;
};

Entries& entries() {
  static Entries all;
  return all;
}

// "top5_accuracy" and "top_5_accuracy" -> 5; 0 for anything else.
int64_t top_of(std::string_view word) {
  if (!word.starts_with("top") || !word.ends_with("_accuracy"))
    return 0;
  word.remove_prefix(3);
  word.remove_suffix(9);
  if (word.starts_with('_'))
    word.remove_prefix(1);
  int64_t k = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), k);
  return error == std::errc() && end == word.data() + word.size() ? k : 0;
}

}  // namespace

void add_metric(const MetricEntry& entry) {
  entries().add(entry);
}

std::vector<std::string> metric_names() {
  std::vector<std::string> out, short_forms;
  for (const MetricEntry* entry : entries().all()) {
    out.emplace_back(entry->name);
    if (entry->averaged)
      for (std::string_view average : average_words)
        out.push_back(fmt::format("{}_{}", entry->name, average));
    if (!entry->short_form.empty())
      short_forms.emplace_back(entry->short_form);
  }
  out.emplace_back("top5_accuracy");
  out.insert(out.end(), short_forms.begin(), short_forms.end());
  return out;
}

std::string full_name(std::string_view word) {
  for (const MetricEntry* entry : entries().all())
    if (!entry->short_form.empty() && word == entry->short_form)
      return std::string(entry->name);
  return std::string(word);
}

std::string_view metric_sentence(std::string_view word) {
  for (const MetricEntry* entry : entries().all())
    if (word == entry->name || (!entry->short_form.empty() && word == entry->short_form) ||
        (entry->averaged && word.starts_with(entry->name)))
      return entry->what;
  return top_of(word) > 0 ? "share of samples whose class is among the likeliest" : "";
}

std::optional<Better> better_of(std::string_view measure) {
  for (const MetricEntry* entry : entries().all()) {
    const auto is_average = [&](std::string_view average) {
      return measure == fmt::format("{}_{}", entry->name, average);
    };
    const bool of_entry =
        measure == entry->name || (!entry->short_form.empty() && measure == entry->short_form) ||
        std::find(entry->relatives.begin(), entry->relatives.end(), measure) !=
            entry->relatives.end() ||
        (entry->averaged &&
         std::any_of(std::begin(average_words), std::end(average_words), is_average));
    if (of_entry)
      return entry->make("").better;
  }
  return top_of(measure) > 0 ? std::optional(Better::higher) : std::nullopt;
}

Metric metric(std::string_view word) {
  for (const MetricEntry* entry : entries().all()) {
    if (word == entry->name)
      return entry->make("");
    if (!entry->short_form.empty() && word == entry->short_form) {
      Metric out = entry->make("");
      out.name = word;  // as it was called for
      return out;
    }
    if (entry->averaged)
      for (std::string_view average : average_words)
        if (word == fmt::format("{}_{}", entry->name, average))
          return entry->make(average);
  }
  if (const int64_t k = top_of(word); k > 0)
    return top_k_accuracy(k);
  throw Error(ErrorKind::usage, "metrics", unknown_word("metric", word, metric_names()));
}

}  // namespace hebb::metrics
