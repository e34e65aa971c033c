#include "hebb/metrics/score_ranks.h"

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/metrics/nan.h"
#include "hebb/metrics/probability.h"
#include "hebb/metrics/rank_steps.h"
#include "hebb/metrics/ranking.h"
#include "hebb/metrics/sample_weights.h"

namespace hebb::metrics {

namespace {

constexpr double widest = 32;  // of the logits that bins tell apart
constexpr int64_t most_samples = int64_t(1) << 31;

// The order of two equal scores is not known: what lies in one bin may be ranked in any order.
// -> half the share of the pairs that share a bin.
double area_bound(const Steps& s) {
  double pairs = 0, tp = 0, fp = 0;
  for (size_t i = 0; i < s.tp.size(); ++i) {
    pairs += (s.tp[i] - tp) * (s.fp[i] - fp);
    tp = s.tp[i];
    fp = s.fp[i];
  }
  return pairs / (2.0 * tp * fp);
}

// The precision at a positive rises within a bin that holds positives first and in one that holds
// them last: its first and last value bound the sum. lightest: what one positive weighs at least.
double precision_bound(const Steps& s, double lightest) {
  double above = 0, below = 0, tp = 0, fp = 0;
  for (size_t i = 0; i < s.tp.size(); ++i) {
    const double positives = s.tp[i] - tp;
    if (positives > 0) {
      const double here = s.tp[i] / (s.tp[i] + s.fp[i]), last = tp + lightest + s.fp[i];
      above += positives * (s.tp[i] / (s.tp[i] + fp) - here);
      if (last > 0)
        below += positives * (here - (tp + lightest) / last);
    }
    tp = s.tp[i];
    fp = s.fp[i];
  }
  return std::max(above, below) / tp;
}

}  // namespace

ScoreRanks::Bins::Bins(const Bins& other) {
  add(other);
}

ScoreRanks::Count& ScoreRanks::Bins::at(int64_t bin) {
  auto& page = pages[size_t(bin / page_size)];
  if (!page)
    page = std::make_unique<Page>();
  return (*page)[size_t(bin % page_size)];
}

void ScoreRanks::Bins::add(const Bins& other) {
  for (size_t i = 0; i < pages.size(); ++i) {
    if (!other.pages[i])
      continue;
    if (!pages[i])
      pages[i] = std::make_unique<Page>();
    for (size_t k = 0; k < size_t(page_size); ++k) {
      (*pages[i])[k].positives += (*other.pages[i])[k].positives;
      (*pages[i])[k].negatives += (*other.pages[i])[k].negatives;
    }
  }
}

ScoreRanks::ScoreRanks(int64_t columns, ScoreScale scale, int64_t keep)
    : columns_(columns), scale_(scale), keep_(keep) {
  check(columns >= 1, "scores of {} columns; there should be at least 1", columns);
}

int64_t ScoreRanks::bin_of(double score) const {
  const double logit = scale_ == ScoreScale::logit ? score : std::log(score) - std::log1p(-score);
  const double place = (logit + widest) * (double(bins) / (2 * widest));
  return int64_t(std::clamp(place, 0.0, double(bins - 1)));
}

void ScoreRanks::count(std::span<const int64_t> y_true, std::span<const double> y_score,
                       std::span<const double> weights) {
  for (size_t i = 0; i < y_true.size(); ++i) {
    const double weight = weight_at(weights, i);
    occur_[size_t(y_true[i])] += weight;
    for (int64_t k = 0; k < columns_; ++k) {
      const double score = y_score[i * size_t(columns_) + size_t(k)];
      if (std::isnan(score))
        continue;  // nan_ knows
      Count& at = classes_[size_t(k)].at(bin_of(score));
      (y_true[i] == (columns_ == 1 ? 1 : k) ? at.positives : at.negatives) += weight;
    }
  }
}

void ScoreRanks::turn_to_bins() {
  if (!exact())
    return;
  const std::vector<int64_t> labels = std::move(y_true_);
  const std::vector<double> scores = std::move(y_score_), weights = std::move(weights_);
  y_true_ = {};
  y_score_ = {};
  weights_ = {};
  classes_.resize(size_t(columns_));
  occur_.assign(size_t(classes()), 0);
  count(labels, scores, weights);
}

void ScoreRanks::add(std::span<const int64_t> y_true, std::span<const double> y_score,
                     std::span<const double> weights) {
  check(y_score.size() == y_true.size() * size_t(columns_),
        "{} scores of {} samples; there should be {} a sample", y_score.size(), y_true.size(),
        columns_);
  nan_ = nan_ || std::any_of(y_score.begin(), y_score.end(),
                             [](double score) { return std::isnan(score); });
  check_weights(weights, y_true.size());
  if (exact() && int64_t(y_score_.size() + y_score.size()) > keep_)
    turn_to_bins();
  check(exact() || samples_ + int64_t(y_true.size()) < most_samples,
        "scores of {} samples and more are not counted", most_samples);
  samples_ += int64_t(y_true.size());
  const bool first_weights = !weights.empty() && !weighted_;
  weighted_ = weighted_ || !weights.empty();
  if (!exact())
    return count(y_true, y_score, weights);
  if (first_weights)
    weights_.assign(y_true_.size(), 1);
  if (weighted_)
    for (size_t i = 0; i < y_true.size(); ++i)
      weights_.push_back(weight_at(weights, i));
  y_true_.insert(y_true_.end(), y_true.begin(), y_true.end());
  y_score_.insert(y_score_.end(), y_score.begin(), y_score.end());
}

void ScoreRanks::merge(const ScoreRanks& other) {
  check(columns_ == other.columns_, "scores of {} columns cannot be merged with scores of {}",
        columns_, other.columns_);
  nan_ = nan_ || other.nan_;
  if (other.exact())
    return add(other.y_true_, other.y_score_, other.weights_);
  turn_to_bins();
  check(samples() + other.samples() < most_samples, "scores of {} samples and more are not counted",
        most_samples);
  samples_ += other.samples_;
  weighted_ = weighted_ || other.weighted_;
  for (size_t k = 0; k < classes_.size(); ++k)
    classes_[k].add(other.classes_[k]);
  for (size_t k = 0; k < occur_.size(); ++k)
    occur_[k] += other.occur_[k];
}

// From the highest bin down.
Steps ScoreRanks::steps_of(const Bins& of) {
  Steps out;
  double tp = 0, fp = 0;
  for (size_t i = of.pages.size(); i-- > 0;) {
    if (!of.pages[i])
      continue;
    for (size_t k = size_t(page_size); k-- > 0;) {
      const Count& count = (*of.pages[i])[k];
      if (count.positives == 0 && count.negatives == 0)
        continue;
      out.tp.push_back(tp += count.positives);
      out.fp.push_back(fp += count.negatives);
    }
  }
  return out;
}

// of(steps) -> an area of one class against the rest, which occurs.
template <class Of>
Area ScoreRanks::averaged(Average average, Of of) const {
  if (columns_ == 1)
    return of(steps_of(classes_[0]));
  if (average == Average::micro) {
    std::vector<double> positives(size_t(bins), 0), negatives(size_t(bins), 0);
    for (const Bins& column : classes_)
      for (size_t i = 0; i < column.pages.size(); ++i)
        for (size_t k = 0; column.pages[i] && k < size_t(page_size); ++k) {
          positives[i * size_t(page_size) + k] += (*column.pages[i])[k].positives;
          negatives[i * size_t(page_size) + k] += (*column.pages[i])[k].negatives;
        }
    Steps all;
    double tp = 0, fp = 0;
    for (size_t bin = size_t(bins); bin-- > 0;) {
      if (positives[bin] == 0 && negatives[bin] == 0)
        continue;
      all.tp.push_back(tp += positives[bin]);
      all.fp.push_back(fp += negatives[bin]);
    }
    return of(all);
  }
  std::vector<double> values, bounds, weights;
  for (size_t k = 0; k < classes_.size(); ++k) {
    const Area one = occur_[k] > 0 ? of(steps_of(classes_[k])) : Area{};
    values.push_back(one.value);
    bounds.push_back(one.bound);
    weights.push_back(average == Average::weighted ? occur_[k] : 1);
  }
  return {weighted_mean(values, weights), weighted_mean(bounds, weights)};
}

Area ScoreRanks::roc_auc(Average average, Warnings* warnings) const {
  if (nan_)
    return {nan, 0};
  if (exact())
    return {columns_ == 1
                ? roc_auc_score(y_true_, y_score_, warnings, weights_)
                : roc_auc_ovr_score(y_true_, y_score_, columns_, average, warnings, weights_)};
  if (!every_class_occurs(occur_, warnings))
    return {nan, 0};
  return averaged(average, [](const Steps& s) { return Area{area(s), area_bound(s)}; });
}

Area ScoreRanks::average_precision(Average average, Warnings* warnings) const {
  if (nan_)
    return {nan, 0};
  if (exact())
    return {columns_ == 1 ? average_precision_score(y_true_, y_score_, warnings, weights_)
                          : average_precision_score(y_true_, y_score_, columns_, average, warnings,
                                                    weights_)};
  const bool one = columns_ == 1;
  if (one ? occur_[1] == 0
          : average != Average::micro && std::count(occur_.begin(), occur_.end(), 0) > 0) {
    warn(warnings, "average_precision is 0/0 and set to 0: " + absent(occur_, warnings));
    if (one)
      return {};
  }
  return averaged(average, [lightest = weighted_ ? 0.0 : 1.0](const Steps& s) {
    return Area{precision_steps(s), precision_bound(s, lightest)};
  });
}

// Exact: 0, columns, NaN seen, samples, labels, scores. Bins: 1, columns, NaN seen, samples by
// class, and for every bin that holds something: column, bin, positives, negatives. With weights 2
// and 3: those of the samples come last; the number of samples stands before what they weigh.
std::vector<double> ScoreRanks::state() const {
  std::vector<double> out = {(exact() ? 0.0 : 1.0) + (weighted_ ? 2.0 : 0.0), double(columns_),
                             nan_ ? 1.0 : 0.0};
  if (exact() || weighted_)
    out.push_back(double(samples_));
  if (exact()) {
    out.insert(out.end(), y_true_.begin(), y_true_.end());
    out.insert(out.end(), y_score_.begin(), y_score_.end());
    out.insert(out.end(), weights_.begin(), weights_.end());
    return out;
  }
  out.insert(out.end(), occur_.begin(), occur_.end());
  for (size_t column = 0; column < classes_.size(); ++column)
    for (size_t i = 0; i < classes_[column].pages.size(); ++i)
      for (size_t k = 0; classes_[column].pages[i] && k < size_t(page_size); ++k) {
        const Count& count = (*classes_[column].pages[i])[k];
        if (count.positives > 0 || count.negatives > 0)
          out.insert(out.end(), {double(column), double(i * size_t(page_size) + k), count.positives,
                                 count.negatives});
      }
  return out;
}

ScoreRanks ScoreRanks::from_state(std::span<const double> state, ScoreScale scale, int64_t keep) {
  const auto check_state = [](bool holds) {
    check(holds, "this is not the state of such a metric");
  };
  const auto whole = [&](double number, double below) {  // states come from files
    check_state(number >= 0 && number < below && number == std::floor(number));
    return int64_t(number);
  };
  check_state(state.size() >= 4);
  const int64_t kind = whole(state[0], 4);
  const bool binned = kind % 2 == 1, weighted = kind >= 2;
  ScoreRanks out(std::max<int64_t>(1, whole(state[1], double(state.size()))), scale, keep);
  const bool seen_nan = whole(state[2], 2) == 1;
  if (!binned) {
    const auto samples = size_t(whole(state[3], double(state.size()))),
               scores = samples * size_t(out.columns_);
    check_state(state.size() == 4 + samples + scores + (weighted ? samples : 0));
    std::vector<int64_t> labels;
    for (double label : state.subspan(4, samples))
      labels.push_back(whole(label, double(out.classes())));
    out.add(labels, state.subspan(4 + samples, scores), state.subspan(4 + samples + scores));
    return out;
  }
  const auto classes = size_t(out.classes());
  const size_t head = weighted ? 4 : 3;
  check_state(state.size() >= head + classes && (state.size() - head - classes) % 4 == 0);
  out.turn_to_bins();
  out.nan_ = seen_nan;
  out.weighted_ = weighted;
  // Of samples that count 1 sums are whole; weights may be any numbers.
  const auto amount = [&](double number) {
    check_state(number >= 0 && number < (weighted ? 0x1p1000 : double(most_samples)) &&
                (weighted || number == std::floor(number)));
    return number;
  };
  double occur = 0;
  for (size_t k = 0; k < classes; ++k)
    occur += out.occur_[k] = amount(state[head + k]);
  check_state(weighted || occur < double(most_samples));
  out.samples_ = weighted ? whole(state[3], double(most_samples)) : int64_t(occur);
  for (auto rest = state.subspan(head + classes); !rest.empty(); rest = rest.subspan(4)) {
    const auto column = size_t(whole(rest[0], double(out.columns_)));
    out.classes_[column].at(whole(rest[1], double(bins))) = {amount(rest[2]), amount(rest[3])};
  }
  return out;
}

}  // namespace hebb::metrics
