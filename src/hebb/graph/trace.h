// From a program to a graph: the function is run and the operators it calls are recorded, forward and backward.
//
// The batch stays symbolic by tracing twice, at two batch sizes, and unifying: what differs between the two graphs must be an
// integer and becomes an affine expression of the batch. Sizes stay plain int64_t everywhere, and a size that was read by C++
// code (x.size(0) / 2) is caught whatever was done with it. A program that branches on the batch is an Error that says where.
#pragma once

#include <functional>

#include "hebb/graph/graph.h"

namespace hebb {

struct TraceOptions {
  std::optional<std::pair<int, int>> batch = std::pair{0, 0};  // input and dimension that vary; nothing: all sizes are fixed
  std::vector<std::pair<std::string, Tensor>> state_names = {};  // for reading: model.state_dict()
};

// Runs fn (twice); state that it writes is put back afterwards, and so are the counters of random keys. Reading a value
// (item(), to_vector()) while tracing is an Error: the graph could not know it.
Graph trace(const std::function<std::vector<Tensor>(const std::vector<Tensor>&)>& fn, const std::vector<Tensor>& inputs,
            const TraceOptions& options = {});

}  // namespace hebb
