#include "hebb/ops/copy.h"

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu_library.h"
#include "hebb/ops/kernel_cache.h"

namespace hebb {

void copy_values(const Tensor& from, const Tensor& to) {
  check(broadcast(from.shape(), to.shape()) == to.shape(), "values of shape {} do not fit into shape {}", to_string(from.shape()),
        to_string(to.shape()));
  Signature signature{.op = "copy", .in = {{true, from.dtype(), from.shape(), from.strides()}},
                      .out = {{true, to.dtype(), to.shape(), to.strides()}}};
  signature.out_fixed = true;
  signature.threads = is_serial_here() ? 1 : num_threads();
  static constexpr List<Prepare, 4> kernels = {cpu::copy_plain};
  const PreparedKernel kernel = prepare_cached("copy", kernels, {}, signature);
  void* in[] = {from.raw_data()};
  void* out[] = {to.raw_data()};
  kernel->run({in, out, nullptr});
}

Tensor cast_values(const Tensor& tensor, DType dtype) {
  const bool dense = is_dense(tensor.shape(), tensor.strides());
  Tensor out = Tensor::empty_strided(
      tensor.shape(), dense ? dense_strides_like(tensor.shape(), tensor.shape(), tensor.strides()) : contiguous_strides(tensor.shape()), dtype);
  copy_values(tensor, out);
  return out;
}

}  // namespace hebb
