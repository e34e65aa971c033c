// Activation checkpointing: a part of a model keeps nothing for the backward pass but its inputs,
// and is computed once more there.
//
//   Tensor y = autograd::checkpoint([&](const Tensor& x) { return block(x); }, x);
//
// As torch.utils.checkpoint with use_reentrant=False: any function of any tensors, also those that
// it captures; in several passes, in grad(), with create_graph, and one inside another. The second
// computation draws the same random keys, and what the first one wrote to tensors that still live,
// such as the statistics of batch normalisation, is not written again. So a function whose result
// depends on state that it has written before must not be checkpointed.
//
// The function is copied, and what it refers to must live until the backward pass. Errors there: an
// input was written to in the meantime; the function does something else the second time.
#pragma once

#include "hebb/autograd/tensor_function.h"

namespace hebb::autograd {

std::vector<Tensor> checkpoint(const TensorFunction& function, const std::vector<Tensor>& inputs);
Tensor checkpoint(const OneTensorFunction& function, const Tensor& input);

}  // namespace hebb::autograd
