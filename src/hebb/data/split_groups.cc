#include "hebb/data/split_groups.h"

#include <algorithm>
#include <map>

#include "hebb/base/check.h"
#include "hebb/base/philox.h"
#include "hebb/data/splits.h"

namespace hebb::data {
namespace {

constexpr uint64_t group_stream = 0x67726F757073u;  // "groups"

// Which of the sorted different values each one is.
struct Numbered {
  std::vector<size_t> number;
  size_t different = 0;
};
Numbered numbered(const std::vector<int64_t>& values) {
  std::vector<int64_t> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  Numbered out{.number = {}, .different = sorted.size()};
  out.number.reserve(values.size());
  for (int64_t value : values)
    out.number.push_back(
        size_t(std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin()));
  return out;
}

// A group's share of what there is: of all samples (kind 0) and of each class (kinds 1, 2, ...).
struct GroupShares {
  int64_t samples = 0;
  std::map<size_t, double> of_kind;
};

std::vector<GroupShares> shares_of(const Numbered& groups, const Numbered& classes) {
  std::vector<double> in_kind(1 + classes.different);
  in_kind[0] = double(groups.number.size());
  for (size_t c : classes.number)
    in_kind[1 + c] += 1;
  std::vector<GroupShares> out(groups.different);
  for (size_t i = 0; i < groups.number.size(); ++i) {
    GroupShares& group = out[groups.number[i]];
    ++group.samples;
    group.of_kind[0] += 1 / in_kind[0];
    if (!classes.number.empty()) {
      const size_t kind = 1 + classes.number[i];
      group.of_kind[kind] += 1 / in_kind[kind];
    }
  }
  return out;
}

// The parts while groups are given to them.
class Parts {
 public:
  Parts(std::vector<double> shares, size_t kinds, size_t groups)
      : shares_(std::move(shares)), got_(shares_.size(), std::vector<double>(kinds)),
        groups_(shares_.size()), part_(groups) {}

  // To the part where the sum of squares of what is missing falls most.
  void give(size_t group, const GroupShares& what) {
    size_t best = 0;
    double least = 0;
    bool found = false;
    for (size_t p = 0; p < shares_.size(); ++p) {
      if (shares_[p] <= 0)
        continue;
      double surplus = 0;
      for (const auto& [kind, share] : what.of_kind)
        surplus += share * (got_[p][kind] - shares_[p]);
      if (!found || surplus < least - 1e-15) {
        best = p;
        least = surplus;
        found = true;
      }
    }
    put(group, what, best);
  }

  // Every part with a share has a group afterwards: its smallest, of the part with most groups.
  void fill_empty(const std::vector<GroupShares>& groups) {
    for (size_t p = 0; p < shares_.size(); ++p) {
      if (shares_[p] <= 0 || groups_[p] > 0)
        continue;
      const size_t from =
          size_t(std::max_element(groups_.begin(), groups_.end()) - groups_.begin());
      size_t smallest = groups.size();
      for (size_t g = 0; g < groups.size(); ++g)
        if (part_[g] == from &&
            (smallest == groups.size() || groups[g].samples < groups[smallest].samples))
          smallest = g;
      promise(smallest < groups.size(), "a part with groups has none");
      --groups_[from];
      put(smallest, groups[smallest], p);
    }
  }

  size_t part_of(size_t group) const { return part_[group]; }

 private:
  void put(size_t group, const GroupShares& what, size_t p) {
    for (const auto& [kind, share] : what.of_kind)
      got_[p][kind] += share;
    ++groups_[p];
    part_[group] = p;
  }

  std::vector<double> shares_;
  std::vector<std::vector<double>> got_;  // [part][kind], of all there is
  std::vector<int64_t> groups_;           // how many each part has
  std::vector<size_t> part_;              // of each group
};

}  // namespace

std::vector<std::vector<int64_t>> split_groups(const std::vector<int64_t>& groups,
                                               const std::vector<double>& shares,
                                               const std::vector<int64_t>& labels, uint64_t seed,
                                               GroupOrder order) {
  const Numbered group = numbered(groups), label = numbered(labels);
  const auto wanted = std::count_if(shares.begin(), shares.end(), [](double s) { return s > 0; });
  check_in(int64_t(group.different) >= wanted, ErrorKind::usage, "split",
           "{} group{}, should be at least as many as the {} parts, for groups stay whole",
           group.different, group.different == 1 ? "" : "s", wanted);
  const std::vector<GroupShares> what = shares_of(group, label);
  std::vector<int64_t> turn = shuffled(int64_t(group.different), philox_key(seed, group_stream));
  if (order == GroupOrder::largest_first)
    std::stable_sort(turn.begin(), turn.end(), [&](int64_t a, int64_t b) {
      return what[size_t(a)].samples > what[size_t(b)].samples;
    });
  Parts parts(shares, 1 + label.different, group.different);
  for (int64_t g : turn)
    parts.give(size_t(g), what[size_t(g)]);
  parts.fill_empty(what);
  std::vector<std::vector<int64_t>> out(shares.size());
  for (size_t i = 0; i < group.number.size(); ++i)
    out[parts.part_of(group.number[i])].push_back(int64_t(i));
  return out;
}

}  // namespace hebb::data
