#include "hebb/kernels/kernel.h"

namespace hebb {
namespace {

// For kernels with nothing to set up: keeps the buffers' addresses and calls run().
class BoundByDefault : public BoundKernel {
 public:
  BoundByDefault(const Kernel& kernel, const Buffers& buffers, size_t inputs, size_t outputs)
      : kernel_(kernel), in_(std::span<void* const>(buffers.in, inputs)),
        out_(std::span<void* const>(buffers.out, outputs)), scratch_(buffers.scratch),
        on_(buffers.on) {}
  void run() const override { kernel_.run({in_.data(), out_.data(), scratch_, on_}); }

 private:
  const Kernel& kernel_;
  SmallVector<void*, 6> in_, out_;
  void* scratch_;
  Runner on_;
};

}  // namespace

std::unique_ptr<const BoundKernel> Kernel::bind(const Buffers& buffers, size_t inputs,
                                                size_t outputs) const {
  return std::make_unique<BoundByDefault>(*this, buffers, inputs, outputs);
}

}  // namespace hebb
