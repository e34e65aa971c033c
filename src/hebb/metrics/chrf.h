// chrF: the F measure of the sequences of characters that a text shares with its reference; recall
// counts twice as much as precision. White space does not count. Popović 2015; as sacreBLEU.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

class ChrfSums {
 public:
  static constexpr size_t max_order = 6;
  // One text and the references that it may be like, of which the one nearest to it counts. Error:
  // no references.
  void add(std::span<const std::string_view> references, std::string_view text);
  void merge(const ChrfSums& other);
  double value(Warnings* warnings = nullptr) const;  // 0 to 1. NaN, with a warning, without texts

 private:
  struct Order {
    int64_t text = 0, reference = 0, shared = 0;
  };
  using Orders = std::array<Order, max_order>;
  static double score(const Orders& orders);
  Orders orders_{};
  int64_t texts_ = 0;
};

}  // namespace hebb::metrics
