#include "hebb/metrics/clustering.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/metrics/nan.h"

namespace hebb::metrics {
namespace {

double pairs_of(int64_t n) {
  return double(n) * double(n - 1) / 2;
}

template <class Counts>
double entropy(const Counts& counts, int64_t samples) {
  double sum = 0;
  for (const auto& [label, count] : counts) {
    const double p = double(count) / double(samples);
    sum -= p * std::log(p);
  }
  return sum;
}

// Points of clusters that are numbered from 0.
struct Clusters {
  size_t features = 0;
  std::vector<size_t> of;  // the cluster of each sample
  std::vector<double> sizes;
  std::vector<double> centers;  // [clusters, features]

  const double* point(std::span<const double> points, size_t i) const {
    return points.data() + i * features;
  }
  const double* center(size_t k) const { return centers.data() + k * features; }
};

double squared_distance(const double* a, const double* b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; ++i)
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}
double distance(const double* a, const double* b, size_t n) {
  return std::sqrt(squared_distance(a, b, n));
}

// No clusters: there is a warning, and no measure.
Clusters clusters_of(std::span<const double> points, std::span<const int64_t> labels,
                     const char* name, Warnings* warnings) {
  check(labels.empty() ? points.empty() : points.size() % labels.size() == 0,
        "{} values are not rows of {} samples", points.size(), labels.size());
  for (double value : points)
    check(std::isfinite(value), "a point holds {}, which is not finite", value);
  std::map<int64_t, size_t> numbers;
  for (int64_t label : labels)
    numbers.emplace(label, 0);
  Clusters out;
  if (numbers.size() < 2 || numbers.size() >= labels.size()) {
    warn(warnings, fmt::format("{} is undefined: {} clusters of {} samples; there should be from 2 "
                               "to one less than samples",
                               name, numbers.size(), labels.size()));
    return out;
  }
  size_t next = 0;
  for (auto& [label, number] : numbers)
    number = next++;
  out.features = points.size() / labels.size();
  out.sizes.resize(next, 0);
  out.centers.resize(next * out.features, 0);
  for (size_t i = 0; i < labels.size(); ++i) {
    const size_t k = numbers[labels[i]];
    out.of.push_back(k);
    ++out.sizes[k];
    for (size_t f = 0; f < out.features; ++f)
      out.centers[k * out.features + f] += points[i * out.features + f];
  }
  for (size_t k = 0; k < next; ++k)
    for (size_t f = 0; f < out.features; ++f)
      out.centers[k * out.features + f] /= out.sizes[k];
  return out;
}

}  // namespace

void Contingency::add(std::span<const int64_t> y_true, std::span<const int64_t> y_pred) {
  check(y_true.size() == y_pred.size(), "y_true has {} samples but y_pred has {}", y_true.size(),
        y_pred.size());
  for (size_t i = 0; i < y_true.size(); ++i) {
    ++cells_[{y_true[i], y_pred[i]}];
    ++classes_[y_true[i]];
    ++clusters_[y_pred[i]];
  }
  samples_ += int64_t(y_true.size());
}

void Contingency::merge(const Contingency& other) {
  for (const auto& [cell, count] : other.cells_)
    cells_[cell] += count;
  for (const auto& [label, count] : other.classes_)
    classes_[label] += count;
  for (const auto& [label, count] : other.clusters_)
    clusters_[label] += count;
  samples_ += other.samples_;
}

double Contingency::purity(Warnings* warnings) const {
  if (samples_ == 0) {
    warn(warnings, "purity is undefined: there are no samples");
    return nan;
  }
  std::map<int64_t, int64_t> largest;
  for (const auto& [cell, count] : cells_)
    largest[cell.second] = std::max(largest[cell.second], count);
  int64_t sum = 0;
  for (const auto& [cluster, count] : largest)
    sum += count;
  return double(sum) / double(samples_);
}

std::pair<double, double> Contingency::entropies() const {
  return {entropy(classes_, samples_), entropy(clusters_, samples_)};
}

double Contingency::mutual_info() const {
  double sum = 0;
  const auto n = double(samples_);
  for (const auto& [cell, count] : cells_) {
    const auto together = double(count), of_class = double(classes_.at(cell.first)),
               of_cluster = double(clusters_.at(cell.second));
    sum += together / n * (std::log(together * n) - std::log(of_class * of_cluster));
  }
  return std::max(0.0, sum);
}

double Contingency::normalized_mutual_info() const {
  const auto [of_classes, of_clusters] = entropies();
  if (classes_.size() <= 1 && clusters_.size() <= 1)
    return 1;
  const double mean = (of_classes + of_clusters) / 2;
  return mean > 0 ? mutual_info() / mean : 0;
}

double Contingency::homogeneity() const {
  const double all = entropies().first;
  return all > 0 ? mutual_info() / all : 1;
}
double Contingency::completeness() const {
  const double all = entropies().second;
  return all > 0 ? mutual_info() / all : 1;
}
double Contingency::v_measure() const {
  const double h = homogeneity(), c = completeness();
  return h + c > 0 ? 2 * h * c / (h + c) : 0;
}

Contingency::Pairs Contingency::pairs() const {
  double same = 0, in_classes = 0, in_clusters = 0;
  for (const auto& [cell, count] : cells_)
    same += pairs_of(count);
  for (const auto& [label, count] : classes_)
    in_classes += pairs_of(count);
  for (const auto& [label, count] : clusters_)
    in_clusters += pairs_of(count);
  return {same, in_clusters - same, in_classes - same,
          pairs_of(samples_) - in_classes - in_clusters + same};
}

double Contingency::rand_index() const {
  const Pairs p = pairs();
  const double all = pairs_of(samples_);
  return all > 0 ? (p.same + p.neither) / all : 1;
}

double Contingency::adjusted_rand_index() const {
  const auto [same, only_pred, only_true, neither] = pairs();
  if (only_pred == 0 && only_true == 0)
    return 1;
  return 2 * (same * neither - only_pred * only_true) /
         ((same + only_true) * (only_true + neither) + (same + only_pred) * (only_pred + neither));
}

double Contingency::fowlkes_mallows() const {
  const Pairs p = pairs();
  if (p.same == 0)
    return 0;
  return std::sqrt(p.same / (p.same + p.only_pred)) * std::sqrt(p.same / (p.same + p.only_true));
}

double silhouette_score(std::span<const double> points, std::span<const int64_t> labels,
                        Warnings* warnings) {
  const Clusters c = clusters_of(points, labels, "silhouette_score", warnings);
  if (c.of.empty())
    return nan;
  const size_t n = labels.size(), clusters = c.sizes.size();
  std::vector<double> widths(n, 0.0);
  parallel_for(int64_t(n), 16, [&](int64_t begin, int64_t end) {
    std::vector<double> sums(clusters);
    for (auto i = size_t(begin); i < size_t(end); ++i) {
      if (c.sizes[c.of[i]] == 1)
        continue;  // alone: 0
      std::fill(sums.begin(), sums.end(), 0.0);
      for (size_t j = 0; j < n; ++j)
        sums[c.of[j]] += distance(c.point(points, i), c.point(points, j), c.features);
      const double own = sums[c.of[i]] / (c.sizes[c.of[i]] - 1);
      double nearest = std::numeric_limits<double>::infinity();
      for (size_t k = 0; k < clusters; ++k)
        if (k != c.of[i])
          nearest = std::min(nearest, sums[k] / c.sizes[k]);
      const double larger = std::max(own, nearest);
      widths[i] = larger > 0 ? (nearest - own) / larger : 0;
    }
  });
  double sum = 0;
  for (double width : widths)
    sum += width;
  return sum / double(n);
}

double davies_bouldin_score(std::span<const double> points, std::span<const int64_t> labels,
                            Warnings* warnings) {
  const Clusters c = clusters_of(points, labels, "davies_bouldin_score", warnings);
  if (c.of.empty())
    return nan;
  const size_t clusters = c.sizes.size();
  std::vector<double> spread(clusters, 0.0);
  for (size_t i = 0; i < labels.size(); ++i)
    spread[c.of[i]] +=
        distance(c.point(points, i), c.center(c.of[i]), c.features) / c.sizes[c.of[i]];
  double sum = 0;
  for (size_t a = 0; a < clusters; ++a) {
    double most = 0;
    for (size_t b = 0; b < clusters; ++b)
      if (const double apart = distance(c.center(a), c.center(b), c.features); b != a && apart > 0)
        most = std::max(most, (spread[a] + spread[b]) / apart);
    sum += most;
  }
  return sum / double(clusters);
}

double calinski_harabasz_score(std::span<const double> points, std::span<const int64_t> labels,
                               Warnings* warnings) {
  const Clusters c = clusters_of(points, labels, "calinski_harabasz_score", warnings);
  if (c.of.empty())
    return nan;
  const size_t clusters = c.sizes.size();
  const auto n = double(labels.size());
  std::vector<double> middle(c.features, 0.0);
  for (size_t k = 0; k < clusters; ++k)
    for (size_t f = 0; f < c.features; ++f)
      middle[f] += c.center(k)[f] * c.sizes[k] / n;
  double between = 0, within = 0;
  for (size_t k = 0; k < clusters; ++k)
    between += c.sizes[k] * squared_distance(c.center(k), middle.data(), c.features);
  for (size_t i = 0; i < labels.size(); ++i)
    within += squared_distance(c.point(points, i), c.center(c.of[i]), c.features);
  if (within == 0)
    return 1;
  return between * (n - double(clusters)) / (within * (double(clusters) - 1));
}

}  // namespace hebb::metrics
