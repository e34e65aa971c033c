#include "hebb/tensor/unrecorded_view.h"

#include "hebb/base/pool.h"

namespace hebb {

Tensor unrecorded_view(const Tensor& tensor, const Dims& shape, const Dims& strides, int64_t offset,
                       std::optional<DType> dtype) {
  product(shape);  // Error: an expanded tensor may have too many elements to count
  auto body = make_pooled<TensorBody>();
  body->storage =
      tensor.is_number() ? tensor.detach().materialise().body()->storage : tensor.body()->storage;
  body->offset = offset;
  body->shape = shape;
  body->strides = strides;
  body->dtype = dtype.value_or(tensor.dtype());
  body->device = tensor.device();
  return Tensor(std::move(body));
}

}  // namespace hebb
