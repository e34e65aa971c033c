#include "hebb/graph/unify.h"

#include <algorithm>
#include <cstring>

#include "hebb/base/check.h"
#include "hebb/graph/integers.h"
#include "hebb/graph/window.h"
#include "hebb/ops/op.h"

namespace hebb {
namespace {

class Unifier {
 public:
  explicit Unifier(std::vector<int64_t> batches) : batches_(std::move(batches)) {}

  Graph merge(const std::vector<Graph>& graphs) const {
    Graph out = graphs[0];
    for (size_t k = 1; k < graphs.size(); ++k) {
      const Graph& other = graphs[k];
      check_in(out.nodes.size() == other.nodes.size() && out.values.size() == other.values.size() &&
                   out.outputs == other.outputs,
               ErrorKind::invalid, "trace",
               "the program runs {} operators {} and {} {}; it branches on the batch, or makes "
               "what it keeps in its first run (run it once "
               "before)",
               out.nodes.size(), at(0), other.nodes.size(), at(k));
      for (size_t i = 0; i < out.nodes.size(); ++i)
        compare(out.nodes[i], other.nodes[i], where(out.nodes[i], i), k);
      for (size_t i = 0; i < out.values.size(); ++i)
        compare(out.values[i], other.values[i], k);
      check_in(same_writes(out.writes, other.writes) && out.keys == other.keys &&
                   out.random_steps == other.random_steps,
               ErrorKind::invalid, "trace",
               "the program writes other state or draws other random keys {} than {}; it branches "
               "on the batch",
               at(k), at(0));
    }
    for (size_t i = 0; i < out.nodes.size(); ++i)
      for (size_t j = 0; j < out.nodes[i].integers.size(); ++j)
        out.nodes[i].integers[j] = unify(
            graphs, [&](const Graph& g) { return g.nodes[i].integers[j].constant; },
            "an attribute of " + where(out.nodes[i], i));
    for (size_t i = 0; i < out.values.size(); ++i) {
      GraphValue& value = out.values[i];
      for (size_t j = 0; j < value.shape.size(); ++j)
        value.shape[j] = unify(
            graphs, [&](const Graph& g) { return g.values[i].shape[j].constant; }, "a size");
      if (value.number)
        value.number = unify(
            graphs, [&](const Graph& g) { return g.values[i].number->constant; }, "a number");
    }
    return out;
  }

 private:
  std::string at(size_t k) const {
    return batches_[0] == batches_[k] ? (k == 0 ? "in one run" : "in another run")
                                      : fmt::format("at a batch of {}", batches_[k]);
  }
  static std::string where(const GraphNode& node, size_t at) {
    return fmt::format("operator {} ('{}'{})", at, node.op->name,
                       node.scope.empty() ? "" : " in " + node.scope);
  }

  template <class F>
  SymbolicSize unify(const std::vector<Graph>& graphs, F&& read, const std::string& what) const {
    std::vector<int64_t> seen;
    for (const Graph& graph : graphs)
      seen.push_back(read(graph));
    SymbolicSize size{seen[0], 0};
    bool fits = true;
    for (size_t k = 1; k < seen.size() && fits; ++k) {  // the first that differs gives the factor
      const int64_t step = batches_[k] - batches_[0];
      if (size.at(batches_[k]) == seen[k])
        continue;
      fits = size.factor == 0 && step != 0 && (seen[k] - seen[0]) % step == 0;
      if (fits)
        size.factor = (seen[k] - seen[0]) / step,
        size.constant = seen[0] - size.factor * batches_[0];
    }
    for (size_t k = 0; k < seen.size(); ++k)
      fits = fits && size.at(batches_[k]) == seen[k];
    std::string text;
    for (size_t k = 0; !fits && k < seen.size(); ++k)
      text += fmt::format("{}{} {}", k ? ", " : "", seen[k], at(k));
    check_in(fits, ErrorKind::invalid, "trace", "{} is {}: not an affine function of the batch",
             what, text);
    return size;
  }

  static bool same_writes(const std::vector<StateWrite>& a, const std::vector<StateWrite>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const StateWrite& x, const StateWrite& y) {
                        return x.state == y.state && x.value == y.value;
                      });
  }

  void compare(const GraphNode& a, const GraphNode& b, const std::string& where, size_t k) const {
    check_in(a.op == b.op && a.operands == b.operands && a.outputs == b.outputs &&
                 a.integers.size() == b.integers.size(),
             ErrorKind::invalid, "trace",
             "{} is another one {} than {}; the program branches on the batch", where, at(k),
             at(0));
    check_in(rest_of(a.attrs) == rest_of(b.attrs), ErrorKind::invalid, "trace",
             "an attribute of {} changes from run to run and is not an integer: {} and {}", where,
             a.attrs.to_string(), b.attrs.to_string());
  }
  void compare(const GraphValue& a, const GraphValue& b, size_t k) const {
    check_in(a.kind == b.kind && a.shape.size() == b.shape.size() && a.dtype == b.dtype,
             ErrorKind::invalid, "trace",
             "the program branches on the batch: a value is {}[{} dimensions] {} and {}[{}] {}",
             name(a.dtype), a.shape.size(), at(0), name(b.dtype), b.shape.size(), at(k));
    if (a.kind == GraphValue::Kind::state)
      check_in(window(a.tensor) == window(b.tensor), ErrorKind::invalid, "trace",
               "a tensor ({}) is made anew in every run from values that are not in the graph; "
               "make it once, outside, or with operators "
               "(full, arange)",
               describe(a.tensor));
    if (a.kind == GraphValue::Kind::key)
      check_in(a.key.module == b.key.module && a.key.call == b.key.call && a.key_step == b.key_step,
               ErrorKind::invalid, "trace",
               "the program draws other random keys {} than {}; it branches on the batch", at(k),
               at(0));
    if (a.kind == GraphValue::Kind::constant && !(a.number && b.number))
      check_in(
          std::memcmp(a.tensor.raw_data(), b.tensor.raw_data(), size_t(a.tensor.nbytes())) == 0,
          ErrorKind::invalid, "trace",
          "a number changes from run to run and is not a whole one that follows the batch: {} {} "
          "and {} {}; keep it in a tensor that "
          "is written",
          to_string(a.tensor), at(0), to_string(b.tensor), at(k));
  }

  std::vector<int64_t> batches_;
};

}  // namespace

Graph unify(const std::vector<Graph>& graphs, const std::vector<int64_t>& batches) {
  return Unifier(batches).merge(graphs);
}

}  // namespace hebb
