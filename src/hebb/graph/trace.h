// From a program to a graph: the operators that a function calls are recorded, forward and
// backward.
//
// Nothing is computed and no memory is taken: inputs are stood in for by tensors on meta, calls
// answer with shapes and dtypes, and state stays as it is. Symbols stay symbolic by tracing at
// several sizes of each and unifying: what differs between the graphs must be a whole number and
// becomes an expression of the symbols (B, B*S, (H+1)/2) that agrees at all of them. Sizes stay
// plain int64_t everywhere; one that C++ code made something else of (std::min(x.size(0), 7)) is an
// Error, and so is a program that branches on a size.
//
// State is what was there before the program ran and is written by it; what is only used is a
// constant. What changes from run to run has to be state that is written (write(), copy_()), not a
// number or a tensor of C++ code: that is refused, as is a write to a part of a tensor of which
// another part is used afterwards.
#pragma once

#include <functional>

#include "hebb/graph/graph.h"

namespace hebb {

struct TraceOptions {
  std::vector<Symbol> symbols = {};  // empty: B, dimension 0 of every input that has one
  bool fixed_sizes = false;          // nothing varies
  std::vector<std::pair<std::string, Tensor>> state_names = {};  // for reading: model.state_dict()
};

// Calls fn several times, first at the given inputs' sizes, then at larger ones; no value of an
// input is looked at. Gradients of leaves and the counters of random keys are put back afterwards.
// Reading a value (item(), to_vector()) while tracing is an Error: the graph could not know it;
// looking at a dtype, a shape or a plain number is no read.
Graph trace(const std::function<std::vector<Tensor>(const std::vector<Tensor>&)>& fn,
            const std::vector<Tensor>& inputs, const TraceOptions& options = {});

}  // namespace hebb
