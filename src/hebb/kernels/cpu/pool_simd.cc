// Pooling of f32 in channels-last layout: the channels of a position are contiguous and processed
// in vectors. Compiled once per instruction set. The plain kernel takes row-major inputs.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/pool_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/lanes-inl.h"

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/pool_windows.h"

#ifndef HEBB_POOL_SIMD_ONCE
#define HEBB_POOL_SIMD_ONCE
namespace hebb::cpu {

struct Tap {       // an element of a window
  int64_t offset;  // of its channels from the start of the sample
  int32_t index;   // its place in the window
};

// Positions of a row whose windows are alike: each reads `step` elements after the one before.
struct Run {
  int64_t positions, step;
  const Tap* taps;
  size_t count;
};

struct PoolLoops {  // over the n channels of each position
  // index: may be null.
  void (*max)(const float* x, const Run& run, int64_t n, float* y, uint8_t* index);
  void (*mean)(const float* x, const Run& run, int64_t n, float scale, float* y);
  // Of one position. At the tap that the index names dx is set to dy, or dy is added. At the other
  // taps it is set to 0, or stays.
  void (*spread)(float* dx, const Tap* taps, size_t count, int64_t n, const float* dy,
                 const uint8_t* index, bool add);
  void (*add)(float* dx, const Tap* taps, size_t count, int64_t n, const float* dy, float scale);
};

}  // namespace hebb::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using DI = hn::RebindToSigned<D>;
using DB = hn::Rebind<uint8_t, D>;

// Without places, which nobody asks for in inference.
void max_values(const float* x, const Tap* taps, size_t count, int64_t n, float* y) {
  const D d;
  const auto lanes = int64_t(hn::Lanes(d));
  for (int64_t c = 0; c < n; c += lanes) {
    const int64_t here = std::min(lanes, n - c);
    V best = count > 0 ? load(x + taps[0].offset + c, here, lanes)
                       : hn::Set(d, -std::numeric_limits<float>::infinity());
    for (size_t t = 1; t < count; ++t) {
      const V v = load(x + taps[t].offset + c, here, lanes);
      best = hn::IfThenElse(hn::Or(hn::Gt(v, best), hn::IsNaN(v)), v, best);  // NaN wins
    }
    store(best, y + c, here, lanes);
  }
}

void max_places(const float* x, const Tap* taps, size_t count, int64_t n, float* y,
                uint8_t* index) {
  const D d;
  const DI di;
  const DB db;
  const auto lanes = int64_t(hn::Lanes(d));
  for (int64_t c = 0; c < n; c += lanes) {
    const int64_t here = std::min(lanes, n - c);
    V best = hn::Set(d, -std::numeric_limits<float>::infinity());
    auto place = hn::Zero(di);
    for (size_t t = 0; t < count; ++t) {
      const V v = load(x + taps[t].offset + c, here, lanes);
      if (t == 0) {
        best = v;
        place = hn::Set(di, taps[0].index);
        continue;
      }
      const auto better = hn::Or(hn::Gt(v, best), hn::IsNaN(v));  // NaN wins
      best = hn::IfThenElse(better, v, best);
      place = hn::IfThenElse(hn::RebindMask(di, better), hn::Set(di, taps[t].index), place);
    }
    store(best, y + c, here, lanes);
    const auto bytes = hn::DemoteTo(db, place);
    if (here == lanes) {
      hn::StoreU(bytes, db, index + c);
    } else {
      alignas(64) uint8_t block[64];
      hn::Store(bytes, db, block);
      std::copy(block, block + here, index + c);
    }
  }
}

void max_loop(const float* x, const Run& run, int64_t n, float* y, uint8_t* index) {
  for (int64_t i = 0; i < run.positions; ++i) {
    const float* from = x + i * run.step;
    if (index)
      max_places(from, run.taps, run.count, n, y + i * n, index + i * n);
    else
      max_values(from, run.taps, run.count, n, y + i * n);
  }
}

constexpr size_t tap_block = 64;  // taps that are added up in f32

void mean_of(const float* x, const Tap* taps, size_t count, int64_t n, float scale, float* y) {
  const D d;
  const auto lanes = int64_t(hn::Lanes(d));
  for (int64_t c = 0; c < n; c += lanes) {
    const int64_t here = std::min(lanes, n - c);
    size_t t = 0;
    auto next_block = [&]() HWY_ATTR {
      const size_t end = std::min(count, t + tap_block);
      V sum = hn::Zero(d);
      for (; t < end; ++t)
        sum = hn::Add(sum, load(x + taps[t].offset + c, here, lanes));
      return sum;
    };
    V sum = next_block(), lost = hn::Zero(d);
    // Keeps the rounding errors of adding blocks (Knuth's two-sum), unless a value is infinite.
    while (t < count) {
      const V more = next_block(), next = hn::Add(sum, more), part = hn::Sub(next, sum);
      const V rounded = hn::Add(hn::Sub(sum, hn::Sub(next, part)), hn::Sub(more, part));
      lost = hn::Add(lost, hn::IfThenElseZero(hn::IsFinite(rounded), rounded));
      sum = next;
    }
    store(hn::Mul(hn::Add(sum, lost), hn::Set(d, scale)), y + c, here, lanes);
  }
}

void mean_loop(const float* x, const Run& run, int64_t n, float scale, float* y) {
  for (int64_t i = 0; i < run.positions; ++i)
    mean_of(x + i * run.step, run.taps, run.count, n, scale, y + i * n);
}

void spread_loop(float* dx, const Tap* taps, size_t count, int64_t n, const float* dy,
                 const uint8_t* index, bool add) {
  const D d;
  const DI di;
  const DB db;
  const auto lanes = int64_t(hn::Lanes(d));
  for (int64_t c = 0; c < n; c += lanes) {
    const int64_t here = std::min(lanes, n - c);
    const V v = load(dy + c, here, lanes);
    alignas(64) uint8_t block[64] = {};
    if (here < lanes)
      std::copy(index + c, index + c + here, block);
    const auto place =
        hn::PromoteTo(di, here == lanes ? hn::LoadU(db, index + c) : hn::Load(db, block));
    for (size_t t = 0; t < count; ++t) {
      float* to = dx + taps[t].offset + c;
      const V mine =
          hn::IfThenElseZero(hn::RebindMask(d, hn::Eq(place, hn::Set(di, taps[t].index))), v);
      store(add ? hn::Add(mine, load(to, here, lanes)) : mine, to, here, lanes);
    }
  }
}

void add_loop(float* dx, const Tap* taps, size_t count, int64_t n, const float* dy, float scale) {
  const D d;
  const auto lanes = int64_t(hn::Lanes(d));
  for (int64_t c = 0; c < n; c += lanes) {
    const int64_t here = std::min(lanes, n - c);
    const V share = hn::Mul(load(dy + c, here, lanes), hn::Set(d, scale));
    for (size_t t = 0; t < count; ++t) {
      float* to = dx + taps[t].offset + c;
      store(hn::Add(load(to, here, lanes), share), to, here, lanes);
    }
  }
}

}  // namespace

const PoolLoops* pool_loops() {
  static constexpr PoolLoops loops{max_loop, mean_loop, spread_loop, add_loop};
  return &loops;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "hebb/base/parallel.h"

namespace hebb::cpu {
HWY_EXPORT(pool_loops);
namespace {

// The larger side [N, C, ...] and the smaller one, both channels-last.
struct ChannelsLastPool {
  PoolAxes axes;
  int64_t samples, channels, large, small;  // large, small: elements of a sample
  size_t most_taps;
  ChannelsLastPool(PoolAxes a, const Dims& shape)
      : axes(std::move(a)), samples(shape[0]), channels(shape[1]) {
    large = axes[0].in * axes[1].in * axes[2].in * channels;
    small = axes[0].out * axes[1].out * axes[2].out * channels;
    most_taps = 1;
    for (const PoolAxis& axis : axes)
      most_taps *= size_t(std::min(axis.kernel, axis.in));
  }
  // Scratch memory: a list of taps for each row of the output, or for each block of channels.
  int64_t rows() const { return samples * axes[0].out * axes[1].out; }
  int64_t blocks() const { return samples * ((channels + block - 1) / block); }
  size_t bytes(int64_t lists) const { return size_t(lists) * most_taps * sizeof(Tap); }

  // The valid elements of the window at an output position.
  size_t taps(int64_t od, int64_t oh, int64_t ow, Tap* out) const {
    const Window d = axes[0].window(od), h = axes[1].window(oh), w = axes[2].window(ow);
    size_t count = 0;
    for (int64_t i = 0; i < d.count; ++i)
      for (int64_t j = 0; j < h.count; ++j) {
        const int64_t row =
            ((d.first + i * axes[0].step) * axes[1].in + h.first + j * axes[1].step) * axes[2].in +
            w.first;
        const int64_t place = ((d.tap + i) * axes[1].kernel + h.tap + j) * axes[2].kernel + w.tap;
        for (int64_t k = 0; k < w.count; ++k)
          out[count++] = {(row + k * axes[2].step) * channels, int32_t(place + k)};
      }
    return count;
  }
  double divisor(const AvgPoolAttrs& a, int64_t od, int64_t oh, int64_t ow) const {
    return pool_divisor(a, axes[0].window(od), axes[1].window(oh), axes[2].window(ow));
  }

  // Calls f(first, run) for all positions of the output, in parallel over its rows. first: the
  // first position of the run, with its offset in the smaller side, and that of the sample in the
  // larger one.
  struct First {
    int64_t od, oh, ow;
    int64_t sample, small;
  };
  template <class F>
  void for_each_run(void* scratch, F&& f) const {
    const int64_t width = axes[2].out;
    const int64_t work = std::max<int64_t>(1, width * channels * int64_t(most_taps));
    parallel_for(rows(), std::max<int64_t>(1, 8192 / work), [&](int64_t begin, int64_t end) {
      Tap* buffer = static_cast<Tap*>(scratch) + size_t(begin) * most_taps;
      for (int64_t r = begin; r < end; ++r) {
        const int64_t oh = r % axes[1].out, od = r / axes[1].out % axes[0].out,
                      n = r / (axes[1].out * axes[0].out);
        for (int64_t ow = 0; ow < width;) {
          const int64_t positions = axes[2].alike(ow);
          const size_t count = taps(od, oh, ow, buffer);
          f(First{od, oh, ow, n * large, (r * width + ow) * channels},
            Run{positions, axes[2].stride * channels, buffer, count});
          ow += positions;
        }
      }
    });
  }

  // The same for gradients: a chunk owns some channels of a sample, because windows may overlap.
  template <class F>
  void for_each_block(void* scratch, F&& f) const {
    const int64_t per_sample = (channels + block - 1) / block;
    parallel_for(blocks(), 1, [&](int64_t begin, int64_t end) {
      Tap* buffer = static_cast<Tap*>(scratch) + size_t(begin) * most_taps;
      for (int64_t i = begin; i < end; ++i) {
        const int64_t first = i % per_sample * block;
        f(i / per_sample, first, std::min(block, channels - first), buffer);
      }
    });
  }
  template <class F>
  void for_each_position(F&& f) const {
    int64_t at = 0;
    for (int64_t od = 0; od < axes[0].out; ++od)
      for (int64_t oh = 0; oh < axes[1].out; ++oh)
        for (int64_t ow = 0; ow < axes[2].out; ++ow, at += channels)
          f(od, oh, ow, at);
  }
  bool disjoint() const { return axes[0].disjoint && axes[1].disjoint && axes[2].disjoint; }
  bool covers() const { return axes[0].covers && axes[1].covers && axes[2].covers; }
  void clear(float* dx, int64_t count) const {
    for (int64_t p = 0; p < large; p += channels)
      std::fill(dx + p, dx + p + count, 0.0f);
  }
  static constexpr int64_t block = 128;  // channels
};

class MaxPoolSimd : public Kernel {
 public:
  explicit MaxPoolSimd(const Signature& s)
      : pool_(pool_axes(s.in[0].shape, s.out[0].shape, s.attributes<MaxPoolAttrs>()),
              s.in[0].shape) {
    name = "simd";
    scratch_bytes = pool_.bytes(pool_.rows());
    indices_ = s.attributes<MaxPoolAttrs>().indices.has_value();
    gives_out = {channels_last_strides(s.out[0].shape)};
    if (indices_)
      gives_out.push_back(channels_last_strides(s.out[1].shape));
  }
  void run(const Buffers& b) const override {
    const PoolLoops& loops = *HWY_DYNAMIC_DISPATCH(pool_loops)();
    pool_.for_each_run(b.scratch, [&](const auto& first, const Run& run) {
      loops.max(b.input<float>(0) + first.sample, run, pool_.channels,
                b.output<float>(0) + first.small,
                indices_ ? b.output<uint8_t>(1) + first.small : nullptr);
    });
  }

 private:
  ChannelsLastPool pool_;
  bool indices_;
};

class MaxPoolBackwardSimd : public Kernel {
 public:
  explicit MaxPoolBackwardSimd(const Signature& s)
      : pool_(pool_axes(s.out[0].shape, s.in[0].shape, s.attributes<MaxPoolAttrs>()),
              s.in[0].shape) {
    name = "simd";
    scratch_bytes = pool_.bytes(pool_.blocks());
    wants_in = {unless_so(s.in[0], channels_last_strides(s.in[0].shape)), {}};
    gives_out = {channels_last_strides(s.out[0].shape)};
  }
  void run(const Buffers& b) const override {
    const PoolLoops& loops = *HWY_DYNAMIC_DISPATCH(pool_loops)();
    const bool add = !pool_.disjoint();
    pool_.for_each_block(b.scratch, [&](int64_t n, int64_t first, int64_t channels, Tap* taps) {
      float* dx = b.output<float>(0) + n * pool_.large + first;
      const int64_t small = n * pool_.small + first;
      if (add || !pool_.covers())
        pool_.clear(dx, channels);
      pool_.for_each_position([&](int64_t od, int64_t oh, int64_t ow, int64_t at) {
        const size_t count = pool_.taps(od, oh, ow, taps);
        loops.spread(dx, taps, count, channels, b.input<float>(0) + small + at,
                     b.input<uint8_t>(1) + small + at, add);
      });
    });
  }

 private:
  ChannelsLastPool pool_;
};

class AvgPoolSimd : public Kernel {
 public:
  explicit AvgPoolSimd(const Signature& s)
      : pool_(pool_axes(s.in[0].shape, s.out[0].shape, s.attributes<AvgPoolAttrs>()),
              s.in[0].shape),
        attrs_(s.attributes<AvgPoolAttrs>()) {
    name = "simd";
    scratch_bytes = pool_.bytes(pool_.rows());
    gives_out = {channels_last_strides(s.out[0].shape)};
  }
  void run(const Buffers& b) const override {
    const PoolLoops& loops = *HWY_DYNAMIC_DISPATCH(pool_loops)();
    pool_.for_each_run(b.scratch, [&](const auto& first, const Run& run) {
      const double divisor = pool_.divisor(attrs_, first.od, first.oh, first.ow);
      loops.mean(b.input<float>(0) + first.sample, run, pool_.channels, float(1 / divisor),
                 b.output<float>(0) + first.small);
    });
  }

 private:
  ChannelsLastPool pool_;
  AvgPoolAttrs attrs_;
};

class AvgPoolBackwardSimd : public Kernel {
 public:
  explicit AvgPoolBackwardSimd(const Signature& s)
      : pool_(pool_axes(s.out[0].shape, s.in[0].shape, s.attributes<AvgPoolAttrs>()),
              s.in[0].shape),
        attrs_(s.attributes<AvgPoolAttrs>()) {
    name = "simd";
    scratch_bytes = pool_.bytes(pool_.blocks());
    gives_out = {channels_last_strides(s.out[0].shape)};
  }
  void run(const Buffers& b) const override {
    const PoolLoops& loops = *HWY_DYNAMIC_DISPATCH(pool_loops)();
    pool_.for_each_block(b.scratch, [&](int64_t n, int64_t first, int64_t channels, Tap* taps) {
      float* dx = b.output<float>(0) + n * pool_.large + first;
      pool_.clear(dx, channels);
      pool_.for_each_position([&](int64_t od, int64_t oh, int64_t ow, int64_t at) {
        const size_t count = pool_.taps(od, oh, ow, taps);
        loops.add(dx, taps, count, channels, b.input<float>(0) + n * pool_.small + first + at,
                  float(1 / pool_.divisor(attrs_, od, oh, ow)));
      });
    });
  }

 private:
  ChannelsLastPool pool_;
  AvgPoolAttrs attrs_;
};

// Whether the operand is channels-last with enough channels to fill vectors, and the outputs may be
// channels-last, too.
bool pool_suits(const Signature& s, const Operand& operand) {
  if (s.in[0].dtype != DType::f32 || product(s.in[0].shape) == 0 || product(s.out[0].shape) == 0)
    return false;
  if (operand.shape[1] < 4 || !is_channels_last(operand))
    return false;
  for (const Operand& out : s.out)
    if (s.out_fixed && out.shape.size() > 2 && !is_channels_last(out))
      return false;
  return true;
}

}  // namespace

namespace impl {

PreparedKernel max_pool_simd(const Signature& s) {
  if (!pool_suits(s, s.in[0]) || s.attributes<MaxPoolAttrs>().indices == DType::i64)
    return nullptr;
  return make_kernel<MaxPoolSimd>(s);
}
// The indices have the layout of the forward pass.
PreparedKernel max_pool_backward_simd(const Signature& s) {
  if (s.in[1].dtype != DType::u8 || !pool_suits(s, s.in[1]))
    return nullptr;
  return make_kernel<MaxPoolBackwardSimd>(s);
}
PreparedKernel avg_pool_simd(const Signature& s) {
  return pool_suits(s, s.in[0]) ? make_kernel<AvgPoolSimd>(s) : nullptr;
}
PreparedKernel avg_pool_backward_simd(const Signature& s) {
  return pool_suits(s, s.in[0]) ? make_kernel<AvgPoolBackwardSimd>(s) : nullptr;
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
