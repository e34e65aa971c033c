// From sizes at several points to the expression of symbols that gives them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "hebb/graph/size.h"

namespace hebb {

// points[k]: the symbols' sizes in trace k. The first point is the base; of each symbol some others
// differ from it in that symbol only.
class SizeFitter {
 public:
  explicit SizeFitter(std::vector<SymbolSizes> points);

  // values[k]: a size at point k. Looks for the floor divisions that sizes of one symbol are made
  // of; find() knows them afterwards.
  void learn(const std::vector<int64_t>& values);
  // The simplest expression that agrees with every point; nothing where there is none. Expressions
  // with as many coefficients as points are none: no point would check them.
  std::optional<SymbolicSize> find(const std::vector<int64_t>& values);

  // The symbols that these values follow.
  std::set<int> symbols_of(const std::vector<int64_t>& values) const;

 private:
  struct Column {  // what a term is a multiple of
    std::vector<SizeFactor> factors;
    std::vector<int64_t> values;
  };

  std::vector<int64_t> values_of(const SizeFactor& factor) const;
  std::optional<SymbolicSize> fit(const std::vector<const Column*>& columns,
                                  const std::vector<int64_t>& values) const;
  std::optional<SymbolicSize> fit_floor(int symbol, const std::vector<int64_t>& values) const;
  std::vector<Column> products(const std::set<int>& symbols) const;

  std::vector<SymbolSizes> points_;
  std::vector<std::vector<Column>> atoms_;  // by symbol: itself, and the floor divisions of it
  std::map<std::vector<int64_t>, std::optional<SymbolicSize>> known_;
};

}  // namespace hebb
