// Turns a program into a graph: records the operators that a function calls, forward and backward.
//
// Tracing computes nothing and takes no memory: tensors on meta stand for the inputs, calls give
// shapes and dtypes, and state does not change. Sizes stay plain int64_t. The program is traced at
// several sizes of each symbol and the graphs are unified: they may differ in whole numbers only,
// and each of these becomes an expression of the symbols (B, B*S, (H+1)/2) that agrees with all
// graphs. Errors: a size that follows no such expression (std::min(x.size(0), 7)), and a program
// that branches on a size.
//
// State is a tensor that existed before the program ran and that the program writes. One that it
// only reads is a constant. Whatever changes from run to run must be written state (write(),
// copy_()), not a number or a tensor that C++ code makes: that is an Error. So is a write to a part
// of a tensor when another part is used afterwards.
#pragma once

#include <functional>

#include "hebb/graph/graph.h"
#include "hebb/graph/trace_options.h"

namespace hebb {

// Calls fn several times, first at the given inputs' sizes, then at larger ones. It does not look
// at the inputs' values. Gradients of leaves and the counters of random keys are put back
// afterwards. Error: the program reads a value (item(), to_vector()), which the graph cannot know.
// Dtypes, shapes and plain numbers may be read.
Graph trace(const std::function<std::vector<Tensor>(const std::vector<Tensor>&)>& fn,
            const std::vector<Tensor>& inputs, const TraceOptions& options = {});

}  // namespace hebb
