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

void Meter::update_weighted(const Tensor&, const Tensor&, std::span<const double>) {
  fail(ErrorKind::usage, "", "takes no weights of samples");
}

void Metric::update(const Tensor& outputs, const Tensor& targets, const Tensor& weights) {
  try {
    if (weights.defined())
      meter_->update_weighted(outputs, targets, weights.to_vector<double>());
    else
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
