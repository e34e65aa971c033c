#include "hebb/tensor/to_host.h"

#include "hebb/base/pool.h"

namespace hebb {

Tensor copy_to(const Tensor& tensor, Device device) {
  const auto [first, last] = reach(tensor.shape(), tensor.strides());
  const int64_t item = item_size(tensor.dtype());
  const auto bytes = size_t((last - first + 1) * item);
  auto body = make_pooled<TensorBody>();
  body->storage = make_pooled<Storage>(bytes, allocator_of(device), device);
  body->offset = -first;
  body->shape = tensor.shape();
  body->strides = tensor.strides();
  body->dtype = tensor.dtype();
  body->device = device;
  copy_bytes(device, body->storage->data(), tensor.device(),
             static_cast<const char*>(tensor.raw_data()) + first * item, bytes);
  return Tensor(std::move(body));
}

Tensor to_host(const Tensor& tensor) {
  return tensor.is_meta() || tensor.device() == Device::cpu ? tensor : copy_to(tensor, Device::cpu);
}

}  // namespace hebb
