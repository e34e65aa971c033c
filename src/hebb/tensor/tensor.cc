#include "hebb/tensor/tensor.h"

#include <cstring>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/base/pool.h"

namespace hebb {

namespace {

int64_t bytes_of(const Dims& shape, DType dtype) {
  int64_t bytes = 0;
  check(!__builtin_mul_overflow(product(shape), item_size(dtype), &bytes),
        "shape {} of {} is larger than any memory", shape, name(dtype));
  return bytes;
}

}  // namespace

Tensor Tensor::empty(const Dims& shape, DType dtype, Device device) {
  return empty_strided(shape, contiguous_strides(shape), dtype, device);
}

Tensor Tensor::empty_strided(const Dims& shape, const Dims& strides, DType dtype, Device device) {
  const int64_t bytes = bytes_of(shape, dtype);
  promise(hebb::is_contiguous(shape, strides) || is_dense(shape, strides),
          "empty_strided needs strides without holes");
  auto body = make_pooled<TensorBody>();
  if (device.kind == Device::Kind::meta)
    body->storage = make_pooled<Storage>(device);
  else
    body->storage = make_pooled<Storage>(size_t(bytes), allocator_of(device), device);
  body->shape = shape;
  body->strides = strides;
  body->dtype = dtype;
  body->device = device;
  return Tensor(std::move(body));
}

Tensor Tensor::from_bytes(const void* bytes, int64_t count, const Dims& shape, DType dtype) {
  check(count == product(shape), "{} values do not fill the shape {}, which has {} elements", count,
        shape, product(shape));
  Tensor out = empty(shape, dtype);
  if (count)
    std::memcpy(out.raw_data(), bytes, size_t(out.nbytes()));
  return out;
}

Tensor Tensor::number_tensor(const void* value, DType dtype) {
  auto body = make_pooled<TensorBody>();
  body->dtype = dtype;
  body->number = true;
  std::memcpy(body->immediate, value, size_t(item_size(dtype)));
  return Tensor(std::move(body));
}

int64_t Tensor::as_i64(uint64_t value) {
  check(value <= uint64_t(std::numeric_limits<int64_t>::max()),
        "the number {} is too large: plain integers are i64, which ends at 9223372036854775807; "
        "Tensor::from() takes u64",
        value);
  return int64_t(value);
}

Tensor Tensor::wrap(void* data, const Dims& shape, DType dtype, std::shared_ptr<const void> owner) {
  auto body = make_pooled<TensorBody>();
  body->storage = make_pooled<Storage>(data, size_t(bytes_of(shape, dtype)), std::move(owner));
  body->shape = shape;
  body->strides = contiguous_strides(shape);
  body->dtype = dtype;
  return Tensor(std::move(body));
}

void Tensor::fail_undefined() {
  fail(ErrorKind::invalid, "",
       "the tensor is undefined: it has no values; a grad() is undefined until backward() reaches "
       "its leaf");
}

void Tensor::fail_meta() const {
  fail(ErrorKind::invalid, "",
       "the tensor {} is on meta: it has a shape and a dtype, but no values", describe(*this));
}

void Tensor::fail_not_on_host() const {
  if (is_meta())
    fail_meta();
  fail(ErrorKind::invalid, "",
       "the tensor {} is in memory that the host cannot read; .to(Device::cpu) copies it to where "
       "it can",
       describe(*this));
}

Tensor stand_in(const Dims& shape, const Dims& strides, DType dtype, Device device) {
  Tensor out = Tensor::empty_strided(shape, strides, dtype, meta);
  out.body()->device = device;
  return out;
}

Tensor to_meta(const Tensor& tensor) {
  auto body = make_pooled<TensorBody>();
  body->storage = make_pooled<Storage>(meta);
  body->offset = tensor.body()->offset;
  body->shape = tensor.shape();
  body->strides = tensor.strides();
  body->dtype = tensor.dtype();
  body->device = meta;
  return Tensor(std::move(body));
}

Tensor Tensor::detach() const {
  auto body = make_pooled<TensorBody>(checked_body());
  body->history = nullptr;
  return Tensor(std::move(body));
}

Tensor& Tensor::materialise() {
  TensorBody& body = checked_body();
  if (!body.number)
    return *this;
  const auto bytes = size_t(item_size(body.dtype));
  body.storage = make_pooled<Storage>(bytes, cpu_allocator());
  std::memcpy(body.storage->data(), body.immediate, bytes);
  body.number = false;
  return *this;
}

int64_t Tensor::size(int64_t dim) const {
  check(this->dim() > 0, "a 0-d tensor has no dimension {}", dim);
  return shape()[size_t(wrap_dim(dim, this->dim()))];
}

int64_t Tensor::numel() const {
  int64_t n = 1;
  for (int64_t d : shape())
    n *= d;
  return n;
}

void Tensor::require_dtype(DType wanted) const {
  check(dtype() == wanted, "the tensor's elements are {}, not {}", name(dtype()), name(wanted));
}

std::string describe(const Tensor& tensor) {
  if (!tensor.defined())
    return "undefined";
  const Device device = tensor.device();
  const bool goes_without_saying = device == Device::cpu || device == meta;
  return fmt::format("{}{}{}", name(tensor.dtype()), to_string(tensor.shape()),
                     goes_without_saying ? "" : " on " + to_string(device));
}

}  // namespace hebb
