// Convolution of one channel (a grey picture) to a few, f32, in plans. Libraries make a vector
// of a pixel's channels, or fill one up. Here a vector is of output channels, and a sum goes over
// the values under the window, each in all lanes. A thread copies the rows that it reads with their
// padding, so the input may have any strides. Compiled once per instruction set.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/one_channel_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/convolution_end-inl.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "hebb/kernels/cpu/kernels.h"

#ifndef HEBB_ONE_CHANNEL_SIMD_ONCE
#define HEBB_ONE_CHANNEL_SIMD_ONCE
namespace hebb::cpu {

struct OneChannelSizes {
  int64_t batch, outs;
  Dims in_strides;
  std::array<int64_t, 2> in, out, window, stride, padding, dilation;  // rows, columns

  explicit OneChannelSizes(const Signature& s)
      : batch(s.in[0].shape[0]), outs(s.out[0].shape[1]), in_strides(s.in[0].strides) {
    const auto& a = s.attributes<ConvolutionAttrs>();
    for (size_t i = 0; i < 2; ++i) {
      in[i] = s.in[0].shape[i + 2];
      out[i] = s.out[0].shape[i + 2];
      window[i] = s.in[1].shape[i + 2];
      stride[i] = a.stride[i];
      padding[i] = a.padding[i];
      dilation[i] = a.dilation[i];
    }
  }
  int64_t taps() const { return window[0] * window[1]; }
  // Positions of the input, with padding, under so many of the output in a row or column.
  int64_t under(size_t axis, int64_t count) const {
    return (count - 1) * stride[axis] + (window[axis] - 1) * dilation[axis] + 1;
  }
  // Whether the copy of what is under a row is small: a window with large gaps reads a few rows
  // among many.
  bool copies_little() const {
    constexpr double most_floats = 1 << 20;
    const auto length = [&](size_t axis, int64_t count) {
      return double(count - 1) * double(stride[axis]) +
             double(window[axis] - 1) * double(dilation[axis]) + 1;
    };
    return length(0, 1) * length(1, out[1]) <= most_floats;
  }
};

// Rows [begin, end) of the output of one picture.
struct OneChannelChunk {
  int64_t picture, begin, end;
};

struct OneChannelLoops {
  int64_t (*lanes)();
  // taps: where each is in the copied rows, from the window's first on.
  void (*run)(const OneChannelSizes& n, const int64_t* taps, const ConvolutionEnd& end,
              const ConvolutionMemory& m, const OneChannelChunk& chunk, float* rows);
};

// A result is of one or two vectors: weights of one pass over the picture.
constexpr int64_t one_channel_vectors = 2;

}  // namespace hebb::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// Sums in registers are so many results of a row, of two vectors. Rows of pictures are often a
// multiple of 14.
#if HWY_TARGET <= HWY_AVX3
constexpr int one_channel_results = 14;
#else
constexpr int one_channel_results = 4;
#endif

// Results in a row of the output.
struct OneChannelRow {
  const OneChannelSizes& n;
  const int64_t* taps;
  const ConvolutionEnd& end;
  const ConvolutionMemory& m;
  const float* x;  // under the row's first result
  int64_t place;   // of the row's first result
};

// R results of N vectors from position `at` on.
template <int R, int N>
HWY_INLINE HWY_ATTR void one_channel_tile(const OneChannelRow& row, int64_t at, int64_t lanes) {
  const D d;
  const OneChannelSizes& n = row.n;
  const int64_t last = n.outs - (N - 1) * lanes, step = n.stride[1], taps = n.taps();
  V sum[R][N];
#pragma GCC unroll 2
  for (int v = 0; v < N; ++v) {
    const V start =
        row.m.bias ? load(row.m.bias + v * lanes, v == N - 1 ? last : lanes, lanes) : hn::Zero(d);
#pragma GCC unroll 14
    for (int r = 0; r < R; ++r)
      sum[r][v] = start;
  }
  const float *x = row.x + at * step, *weight = row.m.weight;
  for (int64_t t = 0; t < taps; ++t, weight += N * lanes) {
    const float* value = x + row.taps[t];
    V weights[N];
#pragma GCC unroll 2
    for (int v = 0; v < N; ++v)
      weights[v] = hn::LoadU(d, weight + v * lanes);
#pragma GCC unroll 14
    for (int r = 0; r < R; ++r) {
      const V all = hn::Set(d, value[r * step]);
#pragma GCC unroll 2
      for (int v = 0; v < N; ++v)
        sum[r][v] = hn::MulAdd(all, weights[v], sum[r][v]);
    }
  }
  with_function(row.end, [&](auto function) HWY_ATTR {
#pragma GCC unroll 14
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < N; ++v)
        put_results(function, row.end, row.m, sum[r][v], row.place + (at + r) * n.outs + v * lanes,
                    v == N - 1 ? last : lanes, lanes);
  });
}

// R results at a time, then what is left by R / 2, and so on.
template <int R, int N>
HWY_ATTR void one_channel_tiles(const OneChannelRow& row, int64_t at, int64_t lanes) {
  for (; at + R <= row.n.out[1]; at += R)
    one_channel_tile<R, N>(row, at, lanes);
  if constexpr (R > 1)
    one_channel_tiles<R / 2, N>(row, at, lanes);
}

// The rows of the input under some of the output, with zeros for padding.
HWY_ATTR void copy_rows(const OneChannelSizes& n, const float* x, const OneChannelChunk& chunk,
                        float* to) {
  const int64_t rows = n.under(0, chunk.end - chunk.begin), columns = n.under(1, n.out[1]);
  // Columns [first, last) of the copy lie in the input.
  const int64_t first = std::min(n.padding[1], columns),
                last = std::clamp(n.in[1] + n.padding[1], first, columns);
  const Dims& s = n.in_strides;
  for (int64_t r = 0; r < rows; ++r, to += columns) {
    const int64_t row = chunk.begin * n.stride[0] - n.padding[0] + r;
    if (row < 0 || row >= n.in[0]) {
      std::fill_n(to, columns, 0.0f);
      continue;
    }
    const float* from = x + chunk.picture * s[0] + row * s[2];
    std::fill(to, to + first, 0.0f);
    for (int64_t i = first; i < last; ++i)
      to[i] = from[(i - first) * s[3]];
    std::fill(to + last, to + columns, 0.0f);
  }
}

HWY_ATTR void one_channel_chunk(const OneChannelSizes& n, const int64_t* taps,
                                const ConvolutionEnd& end, const ConvolutionMemory& m,
                                const OneChannelChunk& chunk, float* rows) {
  const auto lanes = int64_t(hn::Lanes(D()));
  copy_rows(n, m.x, chunk, rows);
  for (int64_t y = chunk.begin; y < chunk.end; ++y) {
    const OneChannelRow row{n,
                            taps,
                            end,
                            m,
                            rows + (y - chunk.begin) * n.stride[0] * n.under(1, n.out[1]),
                            (chunk.picture * n.out[0] + y) * n.out[1] * n.outs};
    if (n.outs > lanes)
      one_channel_tiles<one_channel_results, 2>(row, 0, lanes);
    else
      one_channel_tiles<one_channel_results, 1>(row, 0, lanes);
  }
}

HWY_ATTR int64_t one_channel_lanes() {
  return int64_t(hn::Lanes(D()));
}

}  // namespace

const OneChannelLoops* one_channel_loops() {
  static constexpr OneChannelLoops loops{one_channel_lanes, one_channel_chunk};
  return &loops;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(one_channel_loops);
namespace {

// The weight [outs, 1, rows, columns] as [taps, outs], with zeros up to whole vectors.
class TapsPacking : public Packing {
 public:
  TapsPacking(const Operand& weight, int64_t lanes)
      : weight_(weight), row_((weight.shape[0] + lanes - 1) / lanes * lanes) {
    bytes = size_t(row_ * weight.shape[2] * weight.shape[3]) * sizeof(float);
    form = fmt::format("taps of {} in {} by {}", to_string(weight.shape), row_,
                       to_string(weight.strides));
  }
  void pack(const void* from, void* to) const override {
    const Dims &shape = weight_.shape, &s = weight_.strides;
    auto* out = static_cast<float*>(to);
    for (int64_t i = 0; i < shape[2]; ++i)
      for (int64_t j = 0; j < shape[3]; ++j, out += row_) {
        const float* in = static_cast<const float*>(from) + i * s[2] + j * s[3];
        for (int64_t o = 0; o < shape[0]; ++o)
          out[o] = in[o * s[0]];
        std::fill(out + shape[0], out + row_, 0.0f);
      }
  }

 private:
  Operand weight_;
  int64_t row_;  // floats
};

class OneChannelConvolution : public PackedConvolution {
 public:
  OneChannelConvolution(const Signature& s, const OneChannelLoops& loops)
      : PackedConvolution(s), n_(s), loops_(loops) {
    name = "one_channel";
    packs = {nullptr, std::make_shared<TapsPacking>(s.in[1], loops.lanes())};
    const int64_t columns = n_.under(1, n_.out[1]);
    for (int64_t i = 0; i < n_.window[0]; ++i)
      for (int64_t j = 0; j < n_.window[1]; ++j)
        taps_.push_back(i * n_.dilation[0] * columns + j * n_.dilation[1]);
    // Blocks of rows, so that every thread has one and what it copies stays in its caches. No
    // result depends on them.
    constexpr int64_t cache_floats = 1 << 14;
    const int64_t rows = n_.out[0], each = (s.threads + n_.batch - 1) / n_.batch;
    rows_ =
        std::clamp<int64_t>(cache_floats / (n_.stride[0] * columns), 1, (rows + each - 1) / each);
    blocks_ = (rows + rows_ - 1) / rows_;
    cut(n_.batch * blocks_, s.threads, n_.under(0, rows_) * columns);
  }

  void run(const Buffers& b) const override {
    const ConvolutionMemory m = memory(b);
    each_chunk(b, [&](int64_t i, float* scratch) {
      const int64_t first = i % blocks_ * rows_;
      loops_.run(n_, taps_.data(), end_, m,
                 {i / blocks_, first, std::min(n_.out[0], first + rows_)}, scratch);
    });
  }

 private:
  OneChannelSizes n_;
  const OneChannelLoops& loops_;
  std::vector<int64_t> taps_;
  int64_t rows_ = 1, blocks_ = 1;  // of a block; in a picture
};

}  // namespace

namespace impl {

PreparedKernel convolution_one_channel(const Signature& s) {
  const OneChannelLoops& loops = *HWY_DYNAMIC_DISPATCH(one_channel_loops)();
  if (!suits_packed_convolution(s, loops.lanes()) || s.in[0].shape[1] != 1 ||
      s.out[0].shape[1] > one_channel_vectors * loops.lanes())
    return nullptr;
  return OneChannelSizes(s).copies_little() ? make_kernel<OneChannelConvolution>(s, loops)
                                            : nullptr;
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
