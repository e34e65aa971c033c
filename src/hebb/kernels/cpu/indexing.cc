// Kernels of slicing: copies into windows of a larger tensor.

#include <cstring>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/indexing.h"

namespace hebb::cpu::impl {
namespace {

Operand contiguous(DType dtype, const Dims& shape) {
  return {true, dtype, shape, contiguous_strides(shape)};
}

class ReshapeCopy : public Kernel {
 public:
  explicit ReshapeCopy(const Signature& s) {
    name = "plain";
    // The values stay in row-major order, so copy into the output as if it had the input's shape.
    copy_ = copy_plain({.op = "copy",
                        .in = s.in,
                        .out = {contiguous(s.in[0].dtype, s.in[0].shape)},
                        .out_fixed = true});
  }
  void run(const Buffers& b) const override { copy_->run(b); }

 private:
  PreparedKernel copy_;
};

class SliceBackward : public Kernel {
 public:
  explicit SliceBackward(const Signature& s) {
    name = "plain";
    const auto& a = s.attributes<SliceBackwardAttrs>();
    const auto axis = size_t(a.dim);
    bytes_ = product(a.shape) * item_size(s.out[0].dtype);
    Operand window{true, s.out[0].dtype, s.in[0].shape, contiguous_strides(a.shape)};
    offset_ = a.start * window.strides[axis] * item_size(s.out[0].dtype);
    if (window.shape[axis] > 1)
      window.strides[axis] *= a.step;
    copy_ = copy_plain({.op = "copy", .in = s.in, .out = {window}, .out_fixed = true});
  }
  void run(const Buffers& b) const override {
    std::memset(b.out[0], 0, size_t(bytes_));
    void* window[] = {static_cast<char*>(b.out[0]) + offset_};
    copy_->run({b.in, window, nullptr, b.on});
  }

 private:
  PreparedKernel copy_;
  int64_t bytes_, offset_;
};

}  // namespace

PreparedKernel reshape_copy(const Signature& s) {
  return make_kernel<ReshapeCopy>(s);
}
PreparedKernel slice_backward(const Signature& s) {
  return make_kernel<SliceBackward>(s);
}

}  // namespace hebb::cpu::impl
