#include "hebb/data/split_time.h"

#include <algorithm>
#include <numeric>

#include "hebb/base/check.h"

namespace hebb::data {
namespace {

// The samples in the order of their times, and where the time changes in that order.
struct Timeline {
  std::vector<int64_t> order;
  std::vector<int64_t> changes;  // i: samples i - 1 and i of the order have other times

  explicit Timeline(const std::vector<double>& times) : order(times.size()) {
    std::iota(order.begin(), order.end(), int64_t(0));
    std::stable_sort(order.begin(), order.end(),
                     [&](int64_t a, int64_t b) { return times[size_t(a)] < times[size_t(b)]; });
    for (size_t i = 1; i < order.size(); ++i)
      if (times[size_t(order[i - 1])] != times[size_t(order[i])])
        changes.push_back(int64_t(i));
  }

  int64_t size() const { return int64_t(order.size()); }

  std::vector<int64_t> between(int64_t begin, int64_t end) const {
    std::vector<int64_t> out(order.begin() + begin, order.begin() + end);
    std::sort(out.begin(), out.end());
    return out;
  }

  // Each boundary at the nearest change of time, no two at the same one.
  std::vector<int64_t> at_changes(const std::vector<int64_t>& wanted) const {
    check_in(wanted.size() <= changes.size(), ErrorKind::usage, "split",
             "{} different time{}, should be at least {}, one for each part",
             order.empty() ? 0 : changes.size() + 1, changes.empty() ? "" : "s", wanted.size() + 1);
    std::vector<int64_t> out;
    size_t first = 0;  // changes that are free
    for (size_t b = 0; b < wanted.size(); ++b) {
      const size_t last = changes.size() - (wanted.size() - b);  // the others need one each
      size_t best = first;
      for (size_t c = first; c <= last; ++c)
        if (std::abs(changes[c] - wanted[b]) < std::abs(changes[best] - wanted[b]))
          best = c;
      out.push_back(changes[best]);
      first = best + 1;
    }
    return out;
  }
};

}  // namespace

std::vector<std::vector<int64_t>> split_by_time(const std::vector<double>& times,
                                                const std::vector<int64_t>& sizes) {
  const Timeline line(times);
  std::vector<size_t> parts;  // those with samples
  for (size_t p = 0; p < sizes.size(); ++p)
    if (sizes[p] > 0)
      parts.push_back(p);
  std::vector<int64_t> wanted;
  int64_t at = 0;
  for (size_t i = 0; i + 1 < parts.size(); ++i)
    wanted.push_back(at += sizes[parts[i]]);
  std::vector<int64_t> bounds = line.at_changes(wanted);
  bounds.push_back(line.size());
  std::vector<std::vector<int64_t>> out(sizes.size());
  int64_t begin = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    out[parts[i]] = line.between(begin, bounds[i]);
    begin = bounds[i];
  }
  return out;
}

std::vector<FoldIndices> folds_by_time(const std::vector<double>& times, int64_t k) {
  const Timeline line(times);
  const int64_t each = line.size() / (k + 1);
  std::vector<int64_t> wanted;
  for (int64_t f = 0; f < k; ++f)
    wanted.push_back(line.size() - (k - f) * each);
  std::vector<int64_t> bounds = line.at_changes(wanted);
  bounds.push_back(line.size());
  std::vector<FoldIndices> out;
  for (size_t f = 0; f < size_t(k); ++f)
    out.push_back({line.between(0, bounds[f]), line.between(bounds[f], bounds[f + 1])});
  return out;
}

}  // namespace hebb::data
