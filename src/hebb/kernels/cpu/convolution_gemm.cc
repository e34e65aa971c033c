// The gradient of a convolution's input with few channels (a picture's one to four), for which
// oneDNN would pad channels to its vectors or use reference code. A matrix product gives, for every
// output position, the terms for each element under its window. These columns are then added up,
// image by image. Also used for the last transposed convolution of a generator.

#include <algorithm>
#include <array>

#include "hebb/base/parallel.h"
#include "hebb/kernels/convolution.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"

namespace hebb::cpu::impl {
namespace {

constexpr int64_t most_channels = 4, most_column_bytes = 8 << 20;
// An image is never split: the columns of a large picture would fill the memory, and one thread
// would do all the work.
constexpr int64_t most_image_bytes = 64 << 20;

class BackwardInputGemm : public Kernel {
 public:
  explicit BackwardInputGemm(const Signature& s) {
    const auto& a = s.attributes<ConvolutionAttrs>();
    const Operand &dy = s.in[0], &w = s.in[1], &dx = s.out[0];
    const size_t missing = 5 - dy.shape.size();
    for (size_t i = 0; i < a.stride.size(); ++i) {
      kernel_[i + missing] = w.shape[i + 2];
      in_[i + missing] = dx.shape[i + 2];
      out_[i + missing] = dy.shape[i + 2];
      stride_[i + missing] = a.stride[i];
      padding_[i + missing] = a.padding[i];
      dilation_[i + missing] = a.dilation[i];
    }
    images_ = dy.shape[0];
    features_ = dy.shape[1];
    channels_ = dx.shape[1];
    positions_ = out_[0] * out_[1] * out_[2];
    taps_ = kernel_[0] * kernel_[1] * kernel_[2];
    const int64_t columns = channels_ * taps_,
                  image_bytes = positions_ * columns * int64_t(sizeof(float));
    if (image_bytes > most_image_bytes)
      return;
    for (block_ = std::max<int64_t>(1, std::min(images_, most_column_bytes / image_bytes));
         images_ % block_ != 0;)
      --block_;
    const auto matrix = [](int64_t rows, int64_t cols) {
      return Operand{true, DType::f32, {rows, cols}, {cols, 1}};
    };
    const Signature product{
        .op = "matmul",
        .in = {matrix(block_ * positions_, features_), matrix(features_, columns)},
        .out = {matrix(block_ * positions_, columns)},
        .out_fixed = true,
        .threads = s.threads};
    product_ = matmul_onednn(product);
    if (!product_)
      product_ = matmul_simd(product);
    name = "gemm";
    if (!product_)
      return;
    column_bytes_ = align_up(size_t(block_ * image_bytes));
    scratch_bytes = column_bytes_ + product_->scratch_bytes;
    wants_in = {unless_so(dy, channels_last_strides(dy.shape)),
                unless_so(w, contiguous_strides(w.shape))};
    gives_out = {channels_last_strides(dx.shape)};
  }
  bool usable() const { return product_ != nullptr; }

  void run(const Buffers& b) const override {
    auto* columns = static_cast<float*>(b.scratch);
    void* product_scratch = static_cast<char*>(b.scratch) + column_bytes_;
    const int64_t image = in_[0] * in_[1] * in_[2] * channels_;
    for (int64_t first = 0; first < images_; first += block_) {
      void* in[] = {const_cast<float*>(b.input<float>(0)) + first * positions_ * features_,
                    b.in[1]};
      void* out[] = {columns};
      product_->run({in, out, product_scratch, b.on});
      parallel_for(block_, 1, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
          add_columns(columns + i * positions_ * channels_ * taps_,
                      b.output<float>(0) + (first + i) * image);
      });
    }
  }

 private:
  void add_columns(const float* columns, float* dx) const {
    std::fill(dx, dx + in_[0] * in_[1] * in_[2] * channels_, 0.0f);
    for (int64_t od = 0; od < out_[0]; ++od)
      for (int64_t oh = 0; oh < out_[1]; ++oh)
        for (int64_t ow = 0; ow < out_[2]; ++ow, columns += channels_ * taps_) {
          const int64_t w0 = ow * stride_[2] - padding_[2], step = dilation_[2];
          // The taps of a row that lie inside: [first, last).
          const int64_t first = w0 >= 0 ? 0 : (-w0 + step - 1) / step,
                        last = std::min(kernel_[2], in_[2] > w0 ? (in_[2] - 1 - w0) / step + 1 : 0);
          const float* row = columns;
          for (int64_t kd = 0; kd < kernel_[0]; ++kd)
            for (int64_t kh = 0; kh < kernel_[1]; ++kh, row += kernel_[2]) {
              const int64_t d = od * stride_[0] - padding_[0] + kd * dilation_[0],
                            h = oh * stride_[1] - padding_[1] + kh * dilation_[1];
              if (d < 0 || d >= in_[0] || h < 0 || h >= in_[1])
                continue;
              float* to = dx + ((d * in_[1] + h) * in_[2] + w0) * channels_;
              for (int64_t c = 0; c < channels_; ++c)
                for (int64_t k = first; k < last; ++k)
                  to[k * step * channels_ + c] += row[c * taps_ + k];
            }
        }
  }

  std::array<int64_t, 3> kernel_{1, 1, 1}, in_{1, 1, 1}, out_{1, 1, 1}, stride_{1, 1, 1},
      padding_{}, dilation_{1, 1, 1};
  int64_t images_, features_, channels_, positions_, taps_, block_;
  size_t column_bytes_ = 0;
  PreparedKernel product_;
};

}  // namespace

PreparedKernel conv_backward_input_gemm(const Signature& s) {
  const Operand &dy = s.in[0], &w = s.in[1], &dx = s.out[0];
  if (dy.dtype != DType::f32 || s.attributes<ConvolutionAttrs>().groups != 1 ||
      dx.shape[1] > most_channels || (s.out_fixed && !is_channels_last(dx)))
    return nullptr;
  if (product(dy.shape) == 0 || product(dx.shape) == 0 || product(w.shape) == 0)
    return nullptr;
  auto kernel = std::make_shared<BackwardInputGemm>(s);
  return kernel->usable() ? kernel : nullptr;
}

}  // namespace hebb::cpu::impl
