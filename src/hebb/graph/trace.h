// From a program to a graph: the function is run and the operators it calls are recorded, forward
// and backward.
//
// The batch stays symbolic by tracing at three batch sizes (n, 2n + 1, n + 1) and unifying: what
// differs between the graphs must be a whole number and becomes an affine expression of the batch,
// which two sizes give and the third one checks. Sizes stay plain int64_t everywhere; one that C++
// code made something else of (x.size(0) / 2) is an Error, and so is a program that branches on the
// batch.
//
// State is what was there before the program ran and is used by it. What changes from run to run
// has to be state that is written (write(), copy_()), not a number or a tensor of C++ code: that is
// refused, as is a write to a part of a tensor of which another part is used afterwards.
#pragma once

#include <functional>

#include "hebb/graph/graph.h"

namespace hebb {

struct TraceOptions {
  std::vector<BatchDim> batch = {};  // what varies; empty: dimension 0 of every input that has one
  bool fixed_sizes = false;          // nothing varies
  std::vector<std::pair<std::string, Tensor>> state_names = {};  // for reading: model.state_dict()
};

// Runs fn three times (twice when all sizes are fixed); state that it writes is put back
// afterwards, and so are gradients of leaves and the counters of random keys. Reading a value
// (item(), to_vector()) while tracing is an Error: the graph could not know it.
Graph trace(const std::function<std::vector<Tensor>(const std::vector<Tensor>&)>& fn,
            const std::vector<Tensor>& inputs, const TraceOptions& options = {});

}  // namespace hebb
