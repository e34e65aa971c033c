#include "hebb/metrics/metric.h"

#include <charconv>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"

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

namespace {

struct Word {
  std::string_view name;
  Metric (*make)();
};

struct Averaged {
  std::string_view name;
  Metric (*make)(std::string_view average);
};

constexpr Word words[] = {
    {"accuracy", accuracy},
    {"balanced_accuracy", balanced_accuracy},
    {"matthews_corrcoef", matthews_corrcoef},
    {"cohen_kappa", cohen_kappa},
    {"roc_auc", roc_auc},
    {"mean_absolute_error", mean_absolute_error},
    {"mean_squared_error", mean_squared_error},
    {"root_mean_squared_error", root_mean_squared_error},
    {"mean_absolute_percentage_error", mean_absolute_percentage_error},
    {"max_error", max_error},
    {"r2", r2},
    {"explained_variance", explained_variance},
};

constexpr Averaged averaged_metrics[] = {
    {"precision", precision}, {"recall", recall},           {"f1", f1},
    {"jaccard", jaccard},     {"specificity", specificity},
};

constexpr std::string_view average_words[] = {"macro", "micro", "weighted"};

// The field's short forms. The metric is then named as it was called for.
constexpr Word short_forms[] = {
    {"mae", mean_absolute_error},
    {"mse", mean_squared_error},
    {"rmse", root_mean_squared_error},
    {"mape", mean_absolute_percentage_error},
    {"mcc", matthews_corrcoef},
    {"auc", roc_auc},
    {"kappa", cohen_kappa},
};

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

std::vector<std::string> metric_names() {
  std::vector<std::string> out;
  for (const Word& word : words)
    out.emplace_back(word.name);
  for (const Averaged& word : averaged_metrics) {
    out.emplace_back(word.name);
    for (std::string_view average : average_words)
      out.push_back(fmt::format("{}_{}", word.name, average));
  }
  out.emplace_back("top5_accuracy");
  for (const Word& word : short_forms)
    out.emplace_back(word.name);
  return out;
}

std::string full_name(std::string_view word) {
  for (const Word& known : short_forms)
    if (word == known.name)
      return known.make().name;
  return std::string(word);
}

Metric metric(std::string_view word) {
  for (const Word& known : words)
    if (word == known.name)
      return known.make();
  for (const Averaged& known : averaged_metrics) {
    if (word == known.name)
      return known.make("");
    for (std::string_view average : average_words)
      if (word == fmt::format("{}_{}", known.name, average))
        return known.make(average);
  }
  for (const Word& known : short_forms) {
    if (word != known.name)
      continue;
    Metric out = known.make();
    out.name = word;
    return out;
  }
  if (const int64_t k = top_of(word); k > 0)
    return top_k_accuracy(k);
  throw Error(ErrorKind::usage, "metrics", unknown_word("metric", word, metric_names()));
}

}  // namespace hebb::metrics
