#include "hebb/run/intervals.h"

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"

namespace hebb {
namespace {

constexpr int64_t most_kept = 1000;

// ceil((n + 1) level), where a level such as 0.9 is not one in binary.
int64_t rank_of(double level, int64_t samples) {
  return int64_t(std::ceil(double(samples + 1) * level - 1e-9));
}

}  // namespace

bool Intervals::is_sound(int64_t numbers) const {
  const auto rising = [](const auto& values) {
    return std::is_sorted(values.begin(), values.end());
  };
  return samples >= 1 && !ranks.empty() && rising(ranks) && ranks.front() >= 1 &&
         ranks.back() == samples && int64_t(errors.size()) == numbers &&
         std::all_of(errors.begin(), errors.end(), [&](const std::vector<double>& kept) {
           return kept.size() == ranks.size() && rising(kept) && kept.front() >= 0 &&
                  std::isfinite(kept.back());
         });
}

std::optional<std::vector<double>> Intervals::reach(double level) const {
  const auto found = std::lower_bound(ranks.begin(), ranks.end(), rank_of(level, samples));
  if (found == ranks.end())
    return std::nullopt;
  std::vector<double> out;
  for (const std::vector<double>& kept : errors)
    out.push_back(kept[size_t(found - ranks.begin())]);
  return out;
}

int64_t Intervals::least_samples(double level) const {
  int64_t least = 1;
  while (rank_of(level, least) > least)
    least = least < 1000 ? least + 1 : least + least / 1000;
  return least;
}

Intervals intervals_of(const std::vector<double>& predicted, const std::vector<double>& actual,
                       int64_t numbers) {
  check(numbers >= 1 && predicted.size() == actual.size() && !actual.empty() &&
            actual.size() % size_t(numbers) == 0,
        "intervals: there are {} predictions and {} targets of {} numbers", predicted.size(),
        actual.size(), numbers);
  Intervals out{.samples = int64_t(actual.size()) / numbers, .ranks = {}, .errors = {}};
  const int64_t kept = std::min(out.samples, most_kept);
  for (int64_t j = 1; j <= kept; ++j)
    out.ranks.push_back((j * out.samples + kept - 1) / kept);
  for (int64_t k = 0; k < numbers; ++k) {
    std::vector<double> all;
    for (size_t i = size_t(k); i < actual.size(); i += size_t(numbers))
      all.push_back(std::fabs(actual[i] - predicted[i]));
    std::sort(all.begin(), all.end());
    std::vector<double>& some = out.errors.emplace_back();
    for (const int64_t rank : out.ranks)
      some.push_back(all[size_t(rank - 1)]);
  }
  return out;
}

Intervals fit_intervals(const nn::Model& model, const Loss& loss, const data::Dataset& validation,
                        const TestOptions& given) {
  std::vector<double> predicted, actual;
  TestOptions options = given;
  options.see = [&](const Task&, const Problem&, const AnsweredBatch& batch) {
    const std::vector<double> p = batch.output.to_vector<double>(),
                              a = batch.target.to_vector<double>();
    predicted.insert(predicted.end(), p.begin(), p.end());
    actual.insert(actual.end(), a.begin(), a.end());
  };
  test_model(model, loss, validation, options);
  return intervals_of(predicted, actual, int64_t(actual.size()) / validation.size());
}

TestResult test_with_intervals(const nn::Model& model, const Loss& loss, const data::Dataset& data,
                               TestOptions options, const std::optional<Intervals>& intervals) {
  const auto reach = intervals ? intervals->reach(usual_level) : std::nullopt;
  if (!reach)
    return test_model(model, loss, data, options);
  int64_t inside = 0, all = 0;
  options.see = [&, see = options.see](const Task& task, const Problem& problem,
                                       const AnsweredBatch& batch) {
    const std::vector<double> predicted = batch.output.to_vector<double>(),
                              actual = batch.target.to_vector<double>();
    for (size_t i = 0; i < actual.size(); ++i)
      inside += std::fabs(actual[i] - predicted[i]) <= (*reach)[i % reach->size()];
    all += int64_t(actual.size());
    if (see)
      see(task, problem, batch);
  };
  TestResult out = test_model(model, loss, data, options);
  double width = 0;
  for (double half : *reach)
    width += 2 * half / double(reach->size());
  out.metrics.emplace_back("interval_coverage", double(inside) / double(all));
  out.metrics.emplace_back("interval_width", width);
  return out;
}

}  // namespace hebb
