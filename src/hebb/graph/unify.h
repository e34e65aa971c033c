// Traces of one program at several sizes become one graph whose sizes and integers follow the
// symbols.
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

  // The symbols of whole numbers that follow no expression of what was added so far: more sizes of
  // these may tell. Empty: finish() will do.
  std::vector<int> unclear() const;

  // Error (invalid): a whole number follows no expression of the symbols.
  Graph finish() const;

 private:
  std::string at(size_t k) const;
  std::string where(size_t node) const;
  void compare(const Graph& other) const;  // with the first one

  std::vector<std::string> symbols_;
  Graph first_;
  std::vector<SymbolSizes> points_;
  std::vector<std::vector<int64_t>> series_;  // of each whole number in the graph, at all points
};

}  // namespace hebb
