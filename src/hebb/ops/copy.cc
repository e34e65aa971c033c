#include "hebb/ops/copy.h"

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/kernels/copy.h"
#include "hebb/kernels/cpu_library.h"
#include "hebb/ops/kernel_cache.h"

namespace hebb {
namespace {

// The first and last byte that a tensor's window reaches.
std::pair<const char*, const char*> reach(const Tensor& tensor) {
  const int64_t bytes = item_size(tensor.dtype());
  const char *first = static_cast<const char*>(tensor.raw_data()), *last = first + bytes - 1;
  for (size_t i = 0; i < tensor.shape().size(); ++i) {
    const int64_t way = (tensor.shape()[i] - 1) * tensor.strides()[i] * bytes;
    (way < 0 ? first : last) += way;
  }
  return {first, last};
}

// Whether writing `to` may change elements of `from` that are still to be read: two windows on the
// same memory that are not one.
bool is_overwritten(const Tensor& from, const Tensor& to) {
  if (from.body()->storage != to.body()->storage || from.numel() == 0 || to.numel() == 0)
    return false;
  if (from.raw_data() == to.raw_data() && from.shape() == to.shape() &&
      from.strides() == to.strides())
    return false;
  const auto [first, last] = reach(from);
  const auto [to_first, to_last] = reach(to);
  return first <= to_last && to_first <= last;
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
  if (is_overwritten(from, to))
    return copy_values(cast_values(from, from.dtype()), to);
  static constexpr std::string_view name = "copy";
  const int threads = is_serial_here() ? 1 : num_threads();
  CallKey& key = begin_key(name, threads, true, true);
  append_to_key(key, from);
  append_to_key(key, to);
  const auto prepared = find_or_prepare(key, [&] {
    Signature signature{.op = name, .in = {layout_of(from)}, .out = {layout_of(to)}};
    signature.out_fixed = true;
    signature.threads = threads;
    return PreparedCall{.kernel = prepare_kernel(kernel::copy, signature)};
  });
  void* in[] = {from.raw_data()};
  void* out[] = {to.raw_data()};
  prepared->kernel->run({in, out, nullptr});
}

Dims cast_strides(const Dims& shape, const Dims& strides) {
  return is_dense(shape, strides) ? dense_strides_like(shape, shape, strides)
                                  : contiguous_strides(shape);
}

Tensor cast_values(const Tensor& tensor, DType dtype) {
  Tensor out =
      Tensor::empty_strided(tensor.shape(), cast_strides(tensor.shape(), tensor.strides()), dtype);
  copy_values(tensor, out);
  return out;
}

Operand layout_of(const Tensor& tensor) {
  if (!tensor.defined())
    return {};
  return {true, tensor.dtype(), tensor.shape(), tensor.strides()};
}

}  // namespace hebb
