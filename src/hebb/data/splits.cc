#include "hebb/data/splits.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "hebb/base/check.h"
#include "hebb/base/philox.h"
#include "hebb/data/split_groups.h"
#include "hebb/data/split_time.h"

namespace hebb::data {
namespace {

constexpr uint64_t split_stream = 0x73706C6974u;  // "split"

// The fraction of each part, checked.
std::vector<double> to_fractions(int64_t n, const std::vector<double>& given) {
  check_in(!given.empty(), ErrorKind::usage, "split", "no parts; give fractions that add up to 1");
  double sum = 0;
  bool whole = true;
  for (double f : given) {
    check_in(std::isfinite(f) && f >= 0, ErrorKind::usage, "split",
             "a part of {}, should be a fraction from 0 to 1, or a count", f);
    sum += f;
    whole = whole && f == std::floor(f);
  }
  if (std::abs(sum - 1) < 1e-6) {
    std::vector<double> out = given;
    for (double& f : out)
      f /= sum;
    return out;
  }
  check_in(whole && sum == double(n), ErrorKind::usage, "split",
           "{} = {:.10g}, should be 1 (or counts that add up to the {} samples)",
           fmt::join(given, " + "), sum, n);
  std::vector<double> out;
  for (double f : given)
    out.push_back(n == 0 ? 0 : f / double(n));
  return out;
}

// Whole numbers that add up to `total`, near total * fraction. Remainders a hair below one are
// rounding errors of the product.
std::vector<int64_t> apportion(int64_t total, const std::vector<double>& fractions) {
  std::vector<int64_t> sizes;
  std::vector<double> remainders;
  int64_t left = total;
  for (double f : fractions) {
    const double ideal = f * double(total),
                 floor = std::floor(ideal + 1e-9 + 1e-12 * double(total));
    sizes.push_back(int64_t(floor));
    remainders.push_back(ideal - floor);
    left -= sizes.back();
  }
  std::vector<size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  for (size_t i = 0; left > 0; i = (i + 1) % order.size(), --left)
    ++sizes[order[i]];
  for (size_t i = order.size(); left < 0; ++left)
    --sizes[order[i = i == 0 ? order.size() - 1 : i - 1]];
  return sizes;
}

// cells[c][p]: how many samples of class c go to part p. Rows add up to the classes' sizes, columns
// to the parts'.
std::vector<std::vector<int64_t>> apportion_classes(const std::vector<int64_t>& class_sizes,
                                                    const std::vector<int64_t>& part_sizes) {
  const size_t parts = part_sizes.size();
  const double n = double(std::accumulate(part_sizes.begin(), part_sizes.end(), int64_t(0)));
  std::vector<std::vector<int64_t>> cells;
  std::vector<double> owed(
      parts);  // what a part should have had of the classes so far, less what it got
  for (int64_t size : class_sizes) {
    std::vector<int64_t> row(parts);
    int64_t left = size;
    for (size_t p = 0; p < parts; ++p) {
      const double ideal = n > 0 ? double(size) * double(part_sizes[p]) / n : 0;
      row[p] = int64_t(std::floor(ideal + 1e-9));
      owed[p] += ideal - double(row[p]);
      left -= row[p];
    }
    std::vector<size_t> order(parts);
    std::iota(order.begin(), order.end(), size_t(0));
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return owed[a] > owed[b]; });
    for (size_t i = 0; left > 0; i = (i + 1) % parts, --left)
      ++row[order[i]], owed[order[i]] -= 1;
    cells.push_back(row);
  }
  // The columns may still be off by a sample or so: move single samples where that hurts least.
  std::vector<int64_t> over(parts);
  for (size_t p = 0; p < parts; ++p) {
    over[p] = -part_sizes[p];
    for (const auto& row : cells)
      over[p] += row[p];
  }
  while (true) {
    const size_t from = size_t(std::max_element(over.begin(), over.end()) - over.begin());
    const size_t to = size_t(std::min_element(over.begin(), over.end()) - over.begin());
    if (over[from] <= 0)
      return cells;
    size_t best = cells.size();
    double best_surplus = 0;
    for (size_t c = 0; c < cells.size(); ++c) {
      const double share = double(class_sizes[c]) / n;
      const double surplus = double(cells[c][from]) - share * double(part_sizes[from]) -
                             (double(cells[c][to]) - share * double(part_sizes[to]));
      if (cells[c][from] > 0 && (best == cells.size() || surplus > best_surplus)) {
        best = c;
        best_surplus = surplus;
      }
    }
    promise(best < cells.size(), "a part with too many samples has none");
    --cells[best][from], ++cells[best][to];
    --over[from], ++over[to];
  }
}

std::vector<std::vector<int64_t>> in_parts(int64_t n, const std::vector<int64_t>& part_sizes,
                                           uint64_t seed, const std::vector<int64_t>& labels) {
  const std::vector<int64_t> order = shuffled(n, philox_key(seed, split_stream));
  std::vector<std::vector<int64_t>> parts(part_sizes.size());
  if (labels.empty()) {
    auto at = order.begin();
    for (size_t p = 0; p < parts.size(); ++p)
      parts[p].assign(at, at + part_sizes[p]), at += part_sizes[p];
  } else {
    check(int64_t(labels.size()) == n, "{} labels for {} samples", labels.size(), n);
    std::vector<int64_t> classes = labels;
    std::sort(classes.begin(), classes.end());
    classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
    std::vector<std::vector<int64_t>> of_class(classes.size());
    for (int64_t i : order)
      of_class[size_t(std::lower_bound(classes.begin(), classes.end(), labels[size_t(i)]) -
                      classes.begin())]
          .push_back(i);
    std::vector<int64_t> class_sizes;
    for (const auto& members : of_class)
      class_sizes.push_back(int64_t(members.size()));
    const auto cells = apportion_classes(class_sizes, part_sizes);
    for (size_t c = 0; c < of_class.size(); ++c) {
      auto at = of_class[c].begin();
      for (size_t p = 0; p < parts.size(); ++p)
        parts[p].insert(parts[p].end(), at, at + cells[c][p]), at += cells[c][p];
    }
  }
  for (auto& part : parts)
    std::sort(part.begin(), part.end());
  return parts;
}

std::vector<int64_t> labels_for(const Dataset& all, bool stratify) {
  if (!stratify)
    return {};
  check_in(all.task() == Task::classification, ErrorKind::usage, "split",
           "stratify needs classes, but {} is a regression", all.name());
  return all.labels();
}

}  // namespace

std::vector<int64_t> shuffled(int64_t n, uint64_t key) {
  std::vector<int64_t> out(static_cast<size_t>(n));
  std::iota(out.begin(), out.end(), int64_t(0));
  Philox random(key);
  for (size_t i = out.size(); i > 1; --i)
    std::swap(out[i - 1], out[size_t(random.below(i))]);  // Fisher and Yates
  return out;
}

std::vector<int64_t> split_sizes(int64_t n, const std::vector<double>& fractions) {
  check(n >= 0, "a data set of {} samples cannot be split", n);
  return apportion(n, to_fractions(n, fractions));
}

std::vector<std::vector<int64_t>> split_indices(int64_t n, const std::vector<double>& fractions,
                                                uint64_t seed, const std::vector<int64_t>& labels) {
  return in_parts(n, split_sizes(n, fractions), seed, labels);
}

std::vector<Dataset> split(const Dataset& all, const std::vector<double>& fractions, uint64_t seed,
                           bool stratify) {
  std::vector<Dataset> out;
  for (const auto& part : split_indices(all.size(), fractions, seed, labels_for(all, stratify)))
    out.push_back(all.subset(part));
  return out;
}

namespace {

std::vector<int64_t> fold_sizes(int64_t n, int64_t k) {
  check_in(k >= 2 && k <= n, ErrorKind::usage, "k_fold",
           "{} folds of {} samples, should be from 2 to the number of samples", k, n);
  std::vector<int64_t> sizes(size_t(k), n / k);
  for (int64_t i = 0; i < n % k; ++i)
    ++sizes[size_t(i)];
  return sizes;
}

void check_by(int64_t n, const SplitBy& by) {
  const auto fits = [&](size_t entries) { return entries == 0 || int64_t(entries) == n; };
  check(fits(by.labels.size()) && fits(by.groups.size()) && fits(by.times.size()),
        "{} labels, {} groups and {} times for {} samples", by.labels.size(), by.groups.size(),
        by.times.size(), n);
  check_in(by.times.empty() || (by.labels.empty() && by.groups.empty()), ErrorKind::usage, "split",
           "by time cannot be stratified or keep groups together; it should be one of them");
}

// The samples that are in none of the part's places: 0..n-1 without `part`, which is sorted.
std::vector<int64_t> all_but(int64_t n, const std::vector<int64_t>& part) {
  std::vector<int64_t> out;
  out.reserve(size_t(n) - part.size());
  auto next = part.begin();
  for (int64_t i = 0; i < n; ++i) {
    if (next != part.end() && *next == i)
      ++next;
    else
      out.push_back(i);
  }
  return out;
}

}  // namespace

std::vector<std::vector<int64_t>> split_parts(int64_t n, const std::vector<double>& fractions,
                                              const SplitBy& by) {
  check_by(n, by);
  if (!by.times.empty())
    return split_by_time(by.times, split_sizes(n, fractions));
  if (!by.groups.empty())
    return split_groups(by.groups, to_fractions(n, fractions), by.labels, by.seed,
                        GroupOrder::random);
  return split_indices(n, fractions, by.seed, by.labels);
}

std::vector<FoldIndices> split_folds(int64_t n, int64_t k, const SplitBy& by) {
  check_by(n, by);
  const std::vector<int64_t> sizes = fold_sizes(n, k);
  if (!by.times.empty())
    return folds_by_time(by.times, k);
  std::vector<std::vector<int64_t>> parts =
      by.groups.empty() ? in_parts(n, sizes, by.seed, by.labels)
                        : split_groups(by.groups, std::vector<double>(size_t(k), 1.0 / double(k)),
                                       by.labels, by.seed, GroupOrder::largest_first);
  std::vector<FoldIndices> out;
  for (std::vector<int64_t>& part : parts) {
    std::vector<int64_t> train = all_but(n, part);
    out.push_back({std::move(train), std::move(part)});
  }
  return out;
}

std::vector<Fold> k_fold(const Dataset& all, int64_t k, uint64_t seed, bool stratify) {
  fold_sizes(all.size(), k);  // says what is wrong before the labels are looked at
  std::vector<Fold> folds;
  for (const FoldIndices& fold :
       split_folds(all.size(), k, {.seed = seed, .labels = labels_for(all, stratify)}))
    folds.push_back({all.subset(fold.train), all.subset(fold.test)});
  return folds;
}

}  // namespace hebb::data
