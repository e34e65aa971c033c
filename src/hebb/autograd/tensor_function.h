// Functions from tensors to tensors, as gradcheck, checkpoint and the functional forms take them.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb {

using TensorFunction = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

namespace autograd {

using OneTensorFunction = std::function<Tensor(const Tensor&)>;

// The same for functions of lists.
inline TensorFunction of_lists(OneTensorFunction function) {
  return [function = std::move(function)](const std::vector<Tensor>& x) {
    return std::vector<Tensor>{function(x[0])};
  };
}

}  // namespace autograd
}  // namespace hebb
