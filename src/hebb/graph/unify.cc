#include "hebb/graph/unify.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "hebb/base/check.h"
#include "hebb/graph/fit_sizes.h"
#include "hebb/graph/integers.h"
#include "hebb/graph/window.h"

namespace hebb {
namespace {

// Every whole number of a graph, with the node whose attribute it is, or -1.
template <class G, class F>
void visit_sizes(G& graph, F&& f) {
  for (auto& value : graph.values) {
    for (auto& size : value.shape)
      f(size, -1, "a size");
    if (value.number)
      f(*value.number, -1, "a number");
  }
  for (size_t n = 0; n < graph.nodes.size(); ++n)
    for (auto& integer : graph.nodes[n].integers)
      f(integer, NodeId(n), "an attribute");
}

bool same_writes(const std::vector<StateWrite>& a, const std::vector<StateWrite>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const StateWrite& x, const StateWrite& y) {
                      return x.state == y.state && x.value == y.value;
                    });
}

// A fitter for these points that knows the floor divisions in all series.
SizeFitter learned(const std::vector<SymbolSizes>& points,
                   const std::vector<std::vector<int64_t>>& series) {
  SizeFitter fitter(points);
  for (const std::vector<int64_t>& values : series)
    fitter.learn(values);
  return fitter;
}

}  // namespace

std::string Unifier::at(size_t k) const {
  if (symbols_.empty())
    return k == 0 ? "in one run" : "in another run";
  std::vector<std::string> sizes;
  for (size_t s = 0; s < symbols_.size(); ++s)
    sizes.push_back(fmt::format("{} = {}", symbols_[s], points_[k][s]));
  return fmt::format("at {}", fmt::join(sizes, ", "));
}

std::string Unifier::where(size_t node) const {
  const GraphNode& at = first_.nodes[node];
  return fmt::format("operator {} ('{}'{})", node, at.op->name,
                     at.scope.empty() ? "" : " in " + at.scope);
}

void Unifier::add(Graph graph, SymbolSizes sizes) {
  points_.push_back(std::move(sizes));
  size_t next = 0;
  if (points_.size() == 1) {
    first_ = std::move(graph);
    visit_sizes(first_, [&](const SymbolicSize& size, NodeId, const char*) {
      series_.push_back({size.at({})});
    });
    return;
  }
  compare(graph);
  visit_sizes(graph, [&](const SymbolicSize& size, NodeId, const char*) {
    series_[next++].push_back(size.at({}));
  });
}

void Unifier::compare(const Graph& other) const {
  const size_t k = points_.size() - 1;
  check_in(
      first_.nodes.size() == other.nodes.size() && first_.values.size() == other.values.size() &&
          first_.outputs == other.outputs,
      ErrorKind::invalid, "trace",
      "the program runs {} operators {} and {} {}; it branches on a size, or makes state in its "
      "first run (run it once before)",
      first_.nodes.size(), at(0), other.nodes.size(), at(k));
  for (size_t i = 0; i < other.nodes.size(); ++i) {
    const GraphNode &a = first_.nodes[i], &b = other.nodes[i];
    check_in(
        a.op == b.op && a.operands == b.operands && a.outputs == b.outputs && a.takes == b.takes &&
            a.parent == b.parent && a.integers.size() == b.integers.size(),
        ErrorKind::invalid, "trace", "{} is not the same {} and {}; the program branches on a size",
        where(i), at(k), at(0));
    check_in(rest_of(a.attrs) == rest_of(b.attrs), ErrorKind::invalid, "trace",
             "an attribute of {} changes from run to run and is not an integer: {} and {}",
             where(i), a.attrs.to_string(), b.attrs.to_string());
  }
  for (size_t i = 0; i < other.values.size(); ++i) {
    const GraphValue &a = first_.values[i], &b = other.values[i];
    check_in(a.kind == b.kind && a.shape.size() == b.shape.size() && a.dtype == b.dtype,
             ErrorKind::invalid, "trace",
             "the program branches on a size: a value is {}[{} dimensions] {} and {}[{}] {}",
             name(a.dtype), a.shape.size(), at(0), name(b.dtype), b.shape.size(), at(k));
    if (a.kind == GraphValue::Kind::state || a.kind == GraphValue::Kind::constant)
      check_in(window(a.tensor) == window(b.tensor), ErrorKind::invalid, "trace",
               "a tensor ({}) is made anew in every run from values that are not in the graph; "
               "make it once, outside, or with operators (full, arange)",
               describe(a.tensor));
    if (a.kind == GraphValue::Kind::key)
      check_in(a.key.module == b.key.module && a.key.call == b.key.call && a.key_step == b.key_step,
               ErrorKind::invalid, "trace",
               "the program draws other random keys {} than {}; it branches on a size", at(k),
               at(0));
    if (a.kind == GraphValue::Kind::number && !(a.number && b.number))
      check_in(
          std::memcmp(a.tensor.raw_data(), b.tensor.raw_data(), size_t(a.tensor.nbytes())) == 0,
          ErrorKind::invalid, "trace",
          "a number changes from run to run and is not a whole one that follows a size: {} {} "
          "and {} {}; keep it in a tensor that is written",
          to_string(a.tensor), at(0), to_string(b.tensor), at(k));
  }
  check_in(same_writes(first_.writes, other.writes) && first_.keys == other.keys &&
               first_.random_steps == other.random_steps,
           ErrorKind::invalid, "trace",
           "the program writes other state or draws other random keys {} than {}; it branches "
           "on a size",
           at(k), at(0));
}

std::vector<int> Unifier::unclear() const {
  SizeFitter fitter = learned(points_, series_);
  std::set<int> out;
  for (const std::vector<int64_t>& values : series_)
    if (!fitter.find(values)) {
      const std::set<int> symbols = fitter.symbols_of(values);
      out.insert(symbols.begin(), symbols.end());
    }
  return {out.begin(), out.end()};
}

Graph Unifier::finish() const {
  SizeFitter fitter = learned(points_, series_);
  Graph out = first_;
  size_t next = 0;
  visit_sizes(out, [&](SymbolicSize& size, NodeId node, const char* what) {
    const std::vector<int64_t>& values = series_[next++];
    auto found = fitter.find(values);
    if (!found) {
      std::string text;  // the points that show it
      for (size_t k = 0; k < std::min<size_t>(values.size(), 4); ++k)
        text += fmt::format("{}{} {}", k ? ", " : "", values[k], at(k));
      fail(ErrorKind::invalid, "trace", "{} is {}: no sum of products and floor divisions of {}",
           node < 0 ? what : fmt::format("{} of {}", what, where(size_t(node))), text,
           symbols_.empty() ? "sizes, none of which varies"
                            : fmt::format("{}", fmt::join(symbols_, ", ")));
    }
    size = *std::move(found);
  });
  return out;
}

}  // namespace hebb
