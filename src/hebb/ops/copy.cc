#include "hebb/ops/copy.h"

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/kernels/copy.h"
#include "hebb/kernels/cpu_library.h"
#include "hebb/ops/kernel_cache.h"
#include "hebb/tensor/to_host.h"

namespace hebb {
namespace {

// The first and last byte that a tensor's window reaches.
std::pair<const char*, const char*> window(const Tensor& tensor) {
  const int64_t bytes = item_size(tensor.dtype());
  const char* origin = static_cast<const char*>(tensor.raw_data());
  const auto [first, last] = reach(tensor.shape(), tensor.strides());
  return {origin + first * bytes, origin + (last + 1) * bytes - 1};
}

// Whether writing `to` may change elements of `from` that are still to be read: two windows on the
// same memory that are not one.
bool is_overwritten(const Tensor& from, const Tensor& to) {
  if (from.body()->storage != to.body()->storage || from.numel() == 0 || to.numel() == 0)
    return false;
  if (from.raw_data() == to.raw_data() && from.shape() == to.shape() &&
      from.strides() == to.strides())
    return false;
  const auto [first, last] = window(from);
  const auto [to_first, to_last] = window(to);
  return first <= to_last && to_first <= last;
}

// From one device's memory to another's. Dtypes and layouts change on the host where it has a part,
// since it has kernels for all of them.
void copy_across(const Tensor& from, const Tensor& to) {
  if (from.device() != Device::cpu)
    return copy_values(copy_to(from, to.device()), to);
  const bool dense = is_dense(to.shape(), to.strides());
  const Tensor ready = Tensor::empty_strided(
      to.shape(), dense ? to.strides() : contiguous_strides(to.shape()), to.dtype());
  copy_values(from, ready);
  if (dense)
    copy_bytes(to.device(), to.raw_data(), Device::cpu, ready.raw_data(), size_t(ready.nbytes()));
  else
    copy_values(copy_to(ready, to.device()), to);
}

}  // namespace

void check_copy(const Tensor& from, const Tensor& to) {
  check(broadcast(from.shape(), to.shape()) == to.shape(),
        "values of shape {} do not fit into shape {}", from.shape(), to.shape());
  for (size_t i = 0; i < to.shape().size(); ++i)
    check(to.shape()[i] <= 1 || to.strides()[i] != 0,
          "the target {} repeats its values along dimension {} (expand), so it cannot be written; "
          "clone it first",
          to.shape(), i);
}

void copy_values(const Tensor& from, const Tensor& to) {
  check_copy(from, to);
  if (to.is_meta())
    return;
  if (from.device() != to.device() && !from.is_number()) [[unlikely]]
    return copy_across(from, to);
  if (is_overwritten(from, to))
    return copy_values(cast_values(from, from.dtype()), to);
  static constexpr std::string_view name = "copy";
  const int threads = threads_here();
  CallKey& key = begin_key(name, threads, true, true);
  append_to_key(key, from);
  append_to_key(key, to);
  const auto prepared = find_or_prepare(key, [&] {
    Signature signature{.op = name, .in = {layout_of(from)}, .out = {layout_of(to)}};
    signature.out_fixed = true;
    signature.threads = threads;
    signature.device = to.device();
    return PreparedCall{.kernel = prepare_kernel(kernel::copy, signature)};
  });
  void* in[] = {from.raw_data()};
  void* out[] = {to.raw_data()};
  prepared->kernel->run({in, out, nullptr, runner(to.device(), threads)});
}

Dims cast_strides(const Dims& shape, const Dims& strides) {
  return is_dense(shape, strides) ? dense_strides_like(shape, shape, strides)
                                  : contiguous_strides(shape);
}

Tensor cast_values(const Tensor& tensor, DType dtype) {
  return cast_values(tensor, dtype, tensor.device());
}

Tensor cast_values(const Tensor& tensor, DType dtype, Device device) {
  Tensor out = Tensor::empty_strided(tensor.shape(), cast_strides(tensor.shape(), tensor.strides()),
                                     dtype, device);
  copy_values(tensor, out);
  return out;
}

Operand layout_of(const Tensor& tensor) {
  if (!tensor.defined())
    return {};
  return {true, tensor.dtype(), tensor.shape(), tensor.strides(), tensor.device()};
}

}  // namespace hebb
