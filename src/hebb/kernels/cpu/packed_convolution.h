// What the convolutions of our own share: f32 in plans, a weight that is packed once, an output
// that is channels-last, and what happens to results before they are written.
#pragma once

#include <algorithm>

#include "hebb/base/parallel.h"
#include "hebb/kernels/activation.h"
#include "hebb/kernels/convolution.h"
#include "hebb/kernels/cpu/epilogue.h"
#include "hebb/kernels/cpu/layout.h"

namespace hebb::cpu {

// As much of an epilogue as is computed in registers: a sum, then a function.
struct ConvolutionEnd {
  bool sums = false;
  enum class Function { none, relu, leaky_relu, relu6 } function = Function::none;
  float slope = 0;  // of leaky_relu

  // steps: how many of the offered ones that is.
  static ConvolutionEnd of(const Signature& s, size_t& steps) {
    ConvolutionEnd end;
    for (const EpilogueStep& step : s.epilogue) {
      if (end.function != Function::none)
        break;
      if (steps == 0 && is_plain_sum(step, s)) {
        end.sums = true;
      } else if (step.op == "relu") {
        end.function = Function::relu;
      } else if (step.op == "relu6") {
        end.function = Function::relu6;
      } else if (step.op == "leaky_relu") {
        end.function = Function::leaky_relu;
        end.slope = float(static_cast<const LeakyReluAttrs*>(step.attrs)->negative_slope);
      } else {
        break;
      }
      ++steps;
    }
    return end;
  }
};

struct ConvolutionMemory {
  const float *x, *weight, *bias, *other;  // bias, other: or null
  float* y;
};

class PackedConvolution : public Kernel {
 protected:
  explicit PackedConvolution(const Signature& s) : end_(ConvolutionEnd::of(s, epilogue)) {
    const Dims out = channels_last_strides(s.out[0].shape);
    wants_in.resize(s.in.size());
    if (s.in[2].defined)
      wants_in[2] = unless_so(s.in[2], {1});
    gives_out = {out};
    if (end_.sums) {
      other_ = first_other(s);
      wants_in[other_] = unless_so(s.in[other_], out);
      reuse = {int(other_)};  // a result's place is read just before it is written
    }
  }
  ConvolutionMemory memory(const Buffers& b) const {
    return {b.input<float>(0), b.input<float>(1), b.input<float>(2),
            end_.sums ? b.input<float>(other_) : nullptr, b.output<float>(0)};
  }

  // The work is cut in `chunks`, of which as many as there are threads run at once, each with so
  // many floats of scratch memory.
  void cut(int64_t chunks, int64_t threads, int64_t floats) {
    constexpr int64_t line = 64 / sizeof(float);
    chunks_ = chunks;
    parts_ = std::min(threads, chunks);
    floats_ = (floats + line - 1) / line * line;
    scratch_bytes = size_t(parts_ * floats_) * sizeof(float);
  }
  // Calls one(i, scratch) for every chunk. A thread takes chunks that follow one another.
  template <class F>
  void each_chunk(const Buffers& b, F&& one) const {
    parallel_for(parts_, 1, [&](int64_t begin, int64_t end) {
      for (int64_t part = begin; part < end; ++part)
        for (int64_t i = part * chunks_ / parts_; i < (part + 1) * chunks_ / parts_; ++i)
          one(i, static_cast<float*>(b.scratch) + part * floats_);
    });
  }

  ConvolutionEnd end_;

 private:
  size_t other_ = 0;
  int64_t chunks_ = 0, parts_ = 0, floats_ = 0;
};

// Whether such a kernel may run: it is for two spatial dimensions. Without vectors oneDNN is
// faster, which has code for processors that Highway's sets leave out.
inline bool suits_packed_convolution(const Signature& s, int64_t lanes) {
  const Operand &x = s.in[0], &w = s.in[1], &y = s.out[0];
  return lanes > 1 && s.carries_layouts && w.constant && x.shape.size() == 4 &&
         x.dtype == DType::f32 && w.dtype == DType::f32 &&
         (!s.in[2].defined || s.in[2].dtype == DType::f32) && product(x.shape) > 0 &&
         product(w.shape) > 0 && product(y.shape) > 0 &&
         s.attributes<ConvolutionAttrs>().groups == 1 && (!s.out_fixed || is_channels_last(y));
}

}  // namespace hebb::cpu
