// Reverses dimensions: a copy from the last element on, with negative strides.

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/gather.h"

namespace hebb::cpu::impl {
namespace {

class Flip : public Kernel {
 public:
  explicit Flip(const Signature& s) {
    name = "plain";
    Operand backwards = s.in[0];
    const auto rank = int64_t(backwards.shape.size());
    for (int64_t d : s.attributes<FlipAttrs>().dims) {
      const auto axis = size_t(wrap_dim(d, rank));
      if (backwards.shape[axis] > 1)
        offset_ +=
            (backwards.shape[axis] - 1) * backwards.strides[axis] * item_size(backwards.dtype);
      backwards.strides[axis] = -backwards.strides[axis];
    }
    copy_ = copy_plain({.op = "copy", .in = {backwards}, .out = s.out, .out_fixed = true});
  }
  void run(const Buffers& b) const override {
    void* last[] = {static_cast<char*>(b.in[0]) + offset_};
    copy_->run({last, b.out, nullptr, b.on});
  }

 private:
  PreparedKernel copy_;
  int64_t offset_ = 0;  // bytes
};

}  // namespace

PreparedKernel flip_plain(const Signature& s) {
  return make_kernel<Flip>(s);
}

}  // namespace hebb::cpu::impl
