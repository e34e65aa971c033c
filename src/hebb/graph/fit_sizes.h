// Finds the expression of symbols that gives the sizes seen at several points.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "hebb/graph/size.h"

namespace hebb {

// points[k]: the symbols' sizes in trace k. The first point is the base. For each symbol some
// points differ from the base in that symbol only.
class SizeFitter {
 public:
  explicit SizeFitter(std::vector<SymbolSizes> points);

  // values[k]: a size at point k. Looks for floor divisions of one symbol; find() uses them
  // afterwards.
  void learn(const std::vector<int64_t>& values);
  // The simplest expression that agrees with every point, or nothing. It has fewer coefficients
  // than there are points, so that some points check it.
  std::optional<SymbolicSize> find(const std::vector<int64_t>& values);

  // The symbols that these values depend on.
  std::set<int> symbols_of(const std::vector<int64_t>& values) const;

 private:
  struct Column {  // a term without its coefficient
    std::vector<SizeFactor> factors;
    std::vector<int64_t> values;
  };

  std::vector<int64_t> values_of(const SizeFactor& factor) const;
  std::optional<SymbolicSize> fit(const std::vector<const Column*>& columns,
                                  const std::vector<int64_t>& values) const;
  std::optional<SymbolicSize> fit_floor(int symbol, const std::vector<int64_t>& values) const;
  std::vector<Column> products(const std::set<int>& symbols) const;

  std::vector<SymbolSizes> points_;
  std::vector<std::vector<Column>> atoms_;  // for each symbol: itself and its floor divisions
  std::map<std::vector<int64_t>, std::optional<SymbolicSize>> known_;
};

}  // namespace hebb
