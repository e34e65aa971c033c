// Tensors side by side along one dimension: each is copied into its window.

#include <vector>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/gather.h"

namespace hebb::cpu::impl {
namespace {

class Concatenate : public Kernel {
 public:
  explicit Concatenate(const Signature& s) {
    name = "plain";
    const Operand& out = s.out[0];
    const auto axis = size_t(wrap_dim(s.attributes<AlongAttrs>().dim, int64_t(out.shape.size())));
    int64_t at = 0;
    for (size_t i = 0; i < s.in.size(); ++i) {
      if (s.in[i].shape.size() != out.shape.size() || product(s.in[i].shape) == 0)
        continue;  // an empty one has nothing to add
      const Operand window{true, out.dtype, s.in[i].shape, out.strides};
      parts_.push_back(
          {copy_plain({.op = "copy", .in = {s.in[i]}, .out = {window}, .out_fixed = true}), i,
           at * out.strides[axis] * item_size(out.dtype)});
      at += s.in[i].shape[axis];
    }
  }
  void run(const Buffers& b) const override {
    for (const Part& part : parts_) {
      void* in[] = {b.in[part.input]};
      void* out[] = {static_cast<char*>(b.out[0]) + part.offset};
      part.copy->run({in, out, nullptr, b.on});
    }
  }

 private:
  struct Part {
    PreparedKernel copy;
    size_t input;
    int64_t offset;  // bytes
  };
  std::vector<Part> parts_;
};

}  // namespace

PreparedKernel cat_plain(const Signature& s) {
  return make_kernel<Concatenate>(s);
}

}  // namespace hebb::cpu::impl
