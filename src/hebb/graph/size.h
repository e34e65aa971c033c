// Sizes as expressions of symbols: sums of products of symbols and their floor divisions, with
// integer coefficients.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hebb/tensor/dims.h"

namespace hebb {

// The size of each symbol, by its number.
using SymbolSizes = std::vector<int64_t>;

struct SizeFactor {  // (scale * symbol + offset) / divisor, rounded down
  int symbol = 0;
  int64_t scale = 1, offset = 0, divisor = 1;
  int64_t at(const SymbolSizes& sizes) const;
  friend bool operator==(const SizeFactor&, const SizeFactor&) = default;
};

struct SizeTerm {
  int64_t coefficient = 1;
  std::vector<SizeFactor> factors = {};
  friend bool operator==(const SizeTerm&, const SizeTerm&) = default;
};

struct SymbolicSize {
  std::vector<SizeTerm> terms = {};  // none: 0
  SymbolicSize() = default;
  SymbolicSize(int64_t constant);
  bool is_constant() const {
    return terms.empty() || (terms.size() == 1 && terms[0].factors.empty());
  }
  // Error: the value is beyond int64_t.
  int64_t at(const SymbolSizes& sizes) const;
  friend bool operator==(const SymbolicSize&, const SymbolicSize&) = default;
};

Dims sizes_at(const std::vector<SymbolicSize>& sizes, const SymbolSizes& at);

// "64", "B", "3136*B-1", "B*((H+1)/2)". names[i] is that of symbol i.
std::string to_string(const SymbolicSize& size, const std::vector<std::string>& names);

}  // namespace hebb
