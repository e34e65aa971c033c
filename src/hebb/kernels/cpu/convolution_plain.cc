// Plain convolution and its two gradients: any dtype, any strides, any number of spatial dimensions
// up to three. f32 accumulates in f64, f16 and bf16 in f32. The oracle of the tests, and the only
// kernel for f64, f16, integers and complex numbers.

#include <algorithm>
#include <array>

#include "hebb/base/parallel.h"
#include "hebb/kernels/convolution.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"

namespace hebb::cpu::impl {
namespace {

constexpr int64_t rows_per_chunk = 8;
constexpr int64_t block = 256;  // positions of a row that are computed together

using Five = std::array<int64_t, 5>;

// Sizes and strides of three spatial dimensions; missing ones have size 1.
struct Place {
  Five size{}, stride{};
  explicit Place(const Operand& o) {
    const size_t missing = 5 - o.shape.size();
    for (size_t i = 0; i < 5; ++i) {
      const bool there = i < 2 || i >= 2 + missing;
      const size_t axis = i < 2 ? i : i - missing;
      size[i] = there ? o.shape[axis] : 1;
      stride[i] = there ? o.strides[axis] : 0;
    }
  }
  int64_t at(int64_t n, int64_t c, int64_t d, int64_t h) const {
    return n * stride[0] + c * stride[1] + d * stride[2] + h * stride[3];
  }
};

struct Steps {  // per spatial dimension
  std::array<int64_t, 3> stride{1, 1, 1}, padding{}, dilation{1, 1, 1};
  int64_t groups;
  explicit Steps(const ConvolutionAttrs& a) : groups(a.groups) {
    const size_t missing = 3 - a.stride.size();
    for (size_t i = 0; i < a.stride.size(); ++i) {
      stride[i + missing] = a.stride[i];
      padding[i + missing] = a.padding[i];
      dilation[i + missing] = a.dilation[i];
    }
  }
  int64_t input_position(size_t axis, int64_t out, int64_t k) const {
    return out * stride[axis] - padding[axis] + k * dilation[axis];
  }
  // The output positions [first, last) that see an input position of [in_begin, in_end) through tap
  // k.
  std::pair<int64_t, int64_t> valid(size_t axis, int64_t k, int64_t in_begin, int64_t in_end,
                                    int64_t out_size) const {
    const int64_t shift = padding[axis] - k * dilation[axis], s = stride[axis];
    const int64_t first = in_begin + shift <= 0 ? 0 : (in_begin + shift - 1) / s + 1;
    const int64_t last = in_end + shift <= 0 ? 0 : (in_end + shift - 1) / s + 1;
    return {first, std::min(last, out_size)};
  }
  std::pair<int64_t, int64_t> valid(size_t axis, int64_t k, int64_t in_size,
                                    int64_t out_size) const {
    return valid(axis, k, 0, in_size, out_size);
  }
};

template <class T>
class Convolution : public Kernel {
  using Acc = Accumulate<T>;

 public:
  explicit Convolution(const Signature& s)
      : x_(s.in[0]), w_(s.in[1]), y_(s.out[0]), steps_(s.attributes<ConvolutionAttrs>()) {
    name = "plain";
    if (s.in[2].defined)
      bias_stride_ = s.in[2].strides[0];
  }
  void run(const Buffers& b) const override {
    const T *x = b.input<T>(0), *w = b.input<T>(1),
            *bias = bias_stride_ >= 0 ? b.input<T>(2) : nullptr;
    T* y = b.output<T>(0);
    const auto& [batch, oc, od, oh, ow] = y_.size;
    const int64_t per_group = oc / steps_.groups, channels = w_.size[1], width = ow, rows_d = od,
                  rows_h = oh, outs = oc;
    parallel_for(batch * oc * od * oh, rows_per_chunk, [&](int64_t begin, int64_t end) {
      Acc row[block];
      for (int64_t r = begin; r < end; ++r) {
        const int64_t h = r % rows_h, d = r / rows_h % rows_d, o = r / (rows_h * rows_d) % outs,
                      n = r / (rows_h * rows_d * outs);
        for (int64_t from = 0; from < width; from += block) {
          const int64_t to = std::min(width, from + block);
          std::fill(row, row + (to - from), bias ? Acc(bias[o * bias_stride_]) : Acc(0));
          for (int64_t c = 0; c < channels; ++c)
            for (int64_t kd = 0; kd < w_.size[2]; ++kd)
              for (int64_t kh = 0; kh < w_.size[3]; ++kh) {
                const int64_t id = steps_.input_position(0, d, kd),
                              ih = steps_.input_position(1, h, kh);
                if (id < 0 || id >= x_.size[2] || ih < 0 || ih >= x_.size[3])
                  continue;
                const T* xr = x + x_.at(n, o / per_group * channels + c, id, ih);
                const T* wr = w + w_.at(o, c, kd, kh);
                for (int64_t kw = 0; kw < w_.size[4]; ++kw) {
                  const Acc weight = Acc(wr[kw * w_.stride[4]]);
                  const auto [first, last] = steps_.valid(2, kw, x_.size[4], to);
                  for (int64_t i = std::max(first, from); i < last; ++i)
                    row[i - from] +=
                        weight * Acc(xr[steps_.input_position(2, i, kw) * x_.stride[4]]);
                }
              }
          T* yr = y + y_.at(n, o, d, h);
          for (int64_t i = from; i < to; ++i)
            yr[i * y_.stride[4]] = T(row[i - from]);
        }
      }
    });
  }

 private:
  Place x_, w_, y_;
  Steps steps_;
  int64_t bias_stride_ = -1;
};

template <class T>
class BackwardInput : public Kernel {
  using Acc = Accumulate<T>;

 public:
  explicit BackwardInput(const Signature& s)
      : dy_(s.in[0]), w_(s.in[1]), dx_(s.out[0]), steps_(s.attributes<ConvolutionAttrs>()) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    const T *dy = b.input<T>(0), *w = b.input<T>(1);
    T* dx = b.output<T>(0);
    const int64_t batch = dx_.size[0], ins = dx_.size[1], rows_d = dx_.size[2],
                  rows_h = dx_.size[3], width = dx_.size[4];
    const int64_t outs = dy_.size[1] / steps_.groups, channels = w_.size[1];
    parallel_for(batch * ins * rows_d * rows_h, rows_per_chunk, [&](int64_t begin, int64_t end) {
      Acc row[block];
      for (int64_t r = begin; r < end; ++r) {
        const int64_t h = r % rows_h, d = r / rows_h % rows_d, c = r / (rows_h * rows_d) % ins,
                      n = r / (rows_h * rows_d * ins);
        for (int64_t from = 0; from < width; from += block) {
          const int64_t to = std::min(width, from + block);
          std::fill(row, row + (to - from), Acc(0));
          for (int64_t kd = 0; kd < w_.size[2]; ++kd)
            for (int64_t kh = 0; kh < w_.size[3]; ++kh) {
              const int64_t od = output_position(0, d, kd), oh = output_position(1, h, kh);
              if (od < 0 || oh < 0)
                continue;
              for (int64_t j = 0; j < outs; ++j) {
                const int64_t o = c / channels * outs + j;
                const T* yr = dy + dy_.at(n, o, od, oh);
                const T* wr = w + w_.at(o, c % channels, kd, kh);
                for (int64_t kw = 0; kw < w_.size[4]; ++kw) {
                  const Acc weight = Acc(wr[kw * w_.stride[4]]);
                  const auto [first, last] = steps_.valid(2, kw, from, to, dy_.size[4]);
                  for (int64_t i = first; i < last; ++i)
                    row[steps_.input_position(2, i, kw) - from] +=
                        weight * Acc(yr[i * dy_.stride[4]]);
                }
              }
            }
          T* xr = dx + dx_.at(n, c, d, h);
          for (int64_t i = from; i < to; ++i)
            xr[i * dx_.stride[4]] = T(row[i - from]);
        }
      }
    });
  }

 private:
  // The output position whose tap k lies on this input position, or -1.
  int64_t output_position(size_t axis, int64_t in, int64_t k) const {
    const int64_t at = in + steps_.padding[axis] - k * steps_.dilation[axis];
    return at >= 0 && at % steps_.stride[axis] == 0 && at / steps_.stride[axis] < dy_.size[axis + 2]
               ? at / steps_.stride[axis]
               : -1;
  }
  Place dy_, w_, dx_;
  Steps steps_;
};

template <class T>
class BackwardWeight : public Kernel {
  using Acc = Accumulate<T>;

 public:
  explicit BackwardWeight(const Signature& s)
      : x_(s.in[0]), dy_(s.in[1]), dw_(s.out[0]), steps_(s.attributes<ConvolutionAttrs>()) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    const T *x = b.input<T>(0), *dy = b.input<T>(1);
    T* dw = b.output<T>(0);
    const int64_t outs = dw_.size[0], channels = dw_.size[1], per_group = outs / steps_.groups;
    parallel_for(outs * channels, 1, [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) {
        const int64_t o = r / channels, c = r % channels;
        for (int64_t kd = 0; kd < dw_.size[2]; ++kd)
          for (int64_t kh = 0; kh < dw_.size[3]; ++kh)
            for (int64_t kw = 0; kw < dw_.size[4]; ++kw)
              dw[dw_.at(o, c, kd, kh) + kw * dw_.stride[4]] =
                  T(one(x, dy, o, o / per_group * channels + c, {kd, kh, kw}));
      }
    });
  }

 private:
  Acc one(const T* x, const T* dy, int64_t o, int64_t c, std::array<int64_t, 3> k) const {
    Acc sum(0);
    const auto [d0, d1] = steps_.valid(0, k[0], x_.size[2], dy_.size[2]);
    const auto [h0, h1] = steps_.valid(1, k[1], x_.size[3], dy_.size[3]);
    const auto [w0, w1] = steps_.valid(2, k[2], x_.size[4], dy_.size[4]);
    for (int64_t n = 0; n < dy_.size[0]; ++n)
      for (int64_t d = d0; d < d1; ++d)
        for (int64_t h = h0; h < h1; ++h) {
          const T* xr =
              x + x_.at(n, c, steps_.input_position(0, d, k[0]), steps_.input_position(1, h, k[1]));
          const T* yr = dy + dy_.at(n, o, d, h);
          for (int64_t i = w0; i < w1; ++i)
            sum += Acc(xr[steps_.input_position(2, i, k[2]) * x_.stride[4]]) *
                   Acc(yr[i * dy_.stride[4]]);
        }
    return sum;
  }

  Place x_, dy_, dw_;
  Steps steps_;
};

template <template <class> class K>
PreparedKernel make_convolution(const Signature& s) {
  if (s.in[0].shape.size() > 5)
    return nullptr;
  return visit_wrapping(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (std::is_same_v<T, bool>)
      return nullptr;
    else
      return make_kernel<K<T>>(s);
  });
}

}  // namespace

PreparedKernel convolution_plain(const Signature& s) {
  return make_convolution<Convolution>(s);
}
PreparedKernel conv_backward_input_plain(const Signature& s) {
  return make_convolution<BackwardInput>(s);
}
PreparedKernel conv_backward_weight_plain(const Signature& s) {
  return make_convolution<BackwardWeight>(s);
}

}  // namespace hebb::cpu::impl
