// Unifies traces of one program at several sizes into one graph whose sizes and integers are
// expressions of the symbols.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hebb/graph/graph.h"

namespace hebb {

class Unifier {
 public:
  explicit Unifier(std::vector<std::string> symbols) : symbols_(std::move(symbols)) {}

  // Error (invalid): the graph differs from the first one in more than whole numbers.
  void add(Graph graph, SymbolSizes sizes);

  // The symbols of whole numbers without an expression so far: traces at more sizes of these may
  // help. Empty: finish() will succeed.
  std::vector<int> unclear() const;

  // Error (invalid): a whole number is no expression of the symbols.
  Graph finish() const;

 private:
  std::string at(size_t k) const;
  std::string where(size_t node) const;
  void compare(const Graph& other) const;  // with the first graph

  std::vector<std::string> symbols_;
  Graph first_;
  std::vector<SymbolSizes> points_;
  // For each whole number in the graph: its values at all points.
  std::vector<std::vector<int64_t>> series_;
};

}  // namespace hebb
