// Regions of pictures: means of bilinear samples (roi_align, and its gradient) and maxima
// (roi_pool). Boxes [K, 5]: the sample's number, x1, y1, x2, y2. Coordinates are computed in f64.

#include <algorithm>
#include <cmath>
#include <utility>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/roi.h"

namespace hebb::cpu::impl {
namespace {

constexpr int64_t roi_grain = 1 << 10;
constexpr double most_pixels = 1 << 20;  // of a box's side, so that nobody waits for ever

class Boxes {
 public:
  Boxes(const Operand& boxes, int64_t samples, double scale)
      : count(boxes.shape[0]), row_(boxes.strides[0]), column_(boxes.strides[1]), samples_(samples),
        scale_(scale) {}

  // Error: a box names no sample, or is not finite.
  template <class T>
  void check_all(const T* boxes) const {
    for (int64_t k = 0; k < count; ++k) {
      const double sample = value(boxes, k, 0);
      check(sample >= 0 && sample < double(samples_),
            "boxes[{}, 0] is {}, should be the number of one of the {} samples", k, sample,
            samples_);
      for (int64_t i = 1; i < 5; ++i)
        check(std::abs(value(boxes, k, i)) * scale_ <= most_pixels,
              "boxes[{}, {}] is {}, should be a place within {} pixels", k, i, value(boxes, k, i),
              most_pixels);
    }
  }
  template <class T>
  double value(const T* boxes, int64_t k, int64_t i) const {
    return wide(boxes[k * row_ + i * column_]);
  }
  // Place i of box k in pixels.
  template <class T>
  double place(const T* boxes, int64_t k, int64_t i) const {
    return value(boxes, k, i) * scale_;
  }

  int64_t count;

 private:
  int64_t row_, column_, samples_;
  double scale_;
};

// The samples of one bin along one dimension: calls f(place, weight) for both neighbours of each.
struct RoiAxis {
  double start, bin;
  int64_t samples, size;

  RoiAxis(double start, double length, int64_t bins, int64_t ratio, int64_t size)
      : start(start), bin(length / double(bins)),
        samples(ratio > 0 ? ratio : int64_t(std::ceil(length / double(bins)))), size(size) {}
  template <class F>
  void each(int64_t i, F&& f) const {
    const auto [from, to] = near_the_picture(i);
    for (int64_t k = from; k < to; ++k) {
      double at = start + double(i) * bin + (double(k) + 0.5) * bin / double(samples);
      if (at < -1 || at > double(size))
        continue;
      at = std::max(at, 0.0);
      const int64_t low = std::min(int64_t(at), size - 1), high = std::min(low + 1, size - 1);
      const double part = low == size - 1 ? 0 : at - double(low);
      f(low, 1 - part);
      if (part > 0)
        f(high, part);
    }
  }

 private:
  // All samples that may lie within [-1, size]: a box may be much larger than the picture.
  std::pair<int64_t, int64_t> near_the_picture(int64_t i) const {
    const double step = bin / double(samples), first = start + double(i) * bin;
    if (!(step > 0))
      return {0, samples};
    const double from = std::floor((-1 - first) / step) - 1,
                 to = std::ceil((double(size) - first) / step) + 1;
    return {int64_t(std::clamp(from, 0.0, double(samples))),
            int64_t(std::clamp(to, 0.0, double(samples)))};
  }
};

struct AlignedBox {
  int64_t sample;
  RoiAxis down, across;
  double share;  // of each sample in the mean
};

class Align {
 public:
  // input, bins: shapes of the picture's side and of the boxes' side.
  Align(const RoiAlignAttrs& a, const Operand& boxes, const Dims& input, const Dims& bins)
      : boxes(boxes, input[0], a.spatial_scale), a_(a), height_(input[2]), width_(input[3]),
        down_(bins[2]), across_(bins[3]) {}

  template <class T>
  AlignedBox box(const T* data, int64_t k) const {
    const double shift = a_.aligned ? 0.5 : 0, x = boxes.place(data, k, 1) - shift,
                 y = boxes.place(data, k, 2) - shift, least = a_.aligned ? -2 * most_pixels : 1,
                 width = std::max(boxes.place(data, k, 3) - shift - x, least),
                 height = std::max(boxes.place(data, k, 4) - shift - y, least);
    const RoiAxis down(y, height, down_, a_.sampling_ratio, height_),
        across(x, width, across_, a_.sampling_ratio, width_);
    const double count = std::max(1.0, double(down.samples) * double(across.samples));
    return {int64_t(boxes.value(data, k, 0)), down, across, 1 / count};
  }

  Boxes boxes;

 private:
  RoiAlignAttrs a_;
  int64_t height_, width_, down_, across_;
};

template <class T>
class RoiAlign : public Kernel {
  using A = Accumulate<T>;

 public:
  explicit RoiAlign(const Signature& s)
      : align_(s.attributes<RoiAlignAttrs>(), s.in[1], s.in[0].shape, s.out[0].shape), in_(s.in[0]),
        out_(s.out[0]) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    const T* boxes = b.input<T>(1);
    align_.boxes.check_all(boxes);
    const int64_t channels = out_.shape[1], bins = out_.shape[2] * out_.shape[3];
    parallel_for(
        align_.boxes.count * channels, std::max<int64_t>(1, roi_grain / (1 + bins)),
        [&](int64_t begin, int64_t end) {
          for (int64_t u = begin; u < end; ++u) {
            const AlignedBox box = align_.box(boxes, u / channels);
            plane(box, b.input<T>(0) + box.sample * in_.strides[0] + u % channels * in_.strides[1],
                  b.output<T>(0) + u / channels * out_.strides[0] + u % channels * out_.strides[1]);
          }
        });
  }

 private:
  void plane(const AlignedBox& box, const T* in, T* out) const {
    for (int64_t i = 0; i < out_.shape[2]; ++i)
      for (int64_t j = 0; j < out_.shape[3]; ++j) {
        A sum(0);
        box.down.each(i, [&](int64_t y, double wy) {
          box.across.each(j, [&](int64_t x, double wx) {
            sum += A(wy * wx) * wide<A>(in[y * in_.strides[2] + x * in_.strides[3]]);
          });
        });
        out[i * out_.strides[2] + j * out_.strides[3]] = narrow<T>(sum * A(box.share));
      }
  }

  Align align_;
  Operand in_, out_;
};

// Operands: the result's gradient, boxes.
template <class T>
class RoiAlignBackward : public Kernel {
  using A = Accumulate<T>;

 public:
  explicit RoiAlignBackward(const Signature& s)
      : align_(s.attributes<RoiAlignBackwardAttrs>().forward(), s.in[1], s.out[0].shape,
               s.in[0].shape),
        dy_(s.in[0]), dx_(s.out[0]) {
    name = "plain";
    scratch_bytes = size_t(product(dx_.shape)) * sizeof(A);
  }
  // One plane at a time, so that no two threads add at one place.
  void run(const Buffers& b) const override {
    const T* boxes = b.input<T>(1);
    align_.boxes.check_all(boxes);
    const int64_t channels = dx_.shape[1], plane = dx_.shape[2] * dx_.shape[3];
    parallel_for(dx_.shape[0] * channels, 1, [&](int64_t begin, int64_t end) {
      for (int64_t u = begin; u < end; ++u) {
        A* sums = static_cast<A*>(b.scratch) + u * plane;
        std::fill_n(sums, plane, A(0));
        for (int64_t k = 0; k < align_.boxes.count; ++k) {
          const AlignedBox box = align_.box(boxes, k);
          if (box.sample == u / channels)
            add(box, b.input<T>(0) + k * dy_.strides[0] + u % channels * dy_.strides[1], sums);
        }
        T* to = b.output<T>(0) + u / channels * dx_.strides[0] + u % channels * dx_.strides[1];
        for (int64_t y = 0; y < dx_.shape[2]; ++y)
          for (int64_t x = 0; x < dx_.shape[3]; ++x)
            to[y * dx_.strides[2] + x * dx_.strides[3]] = narrow<T>(sums[y * dx_.shape[3] + x]);
      }
    });
  }

 private:
  void add(const AlignedBox& box, const T* dy, A* sums) const {
    for (int64_t i = 0; i < dy_.shape[2]; ++i)
      for (int64_t j = 0; j < dy_.shape[3]; ++j) {
        const A g = wide<A>(dy[i * dy_.strides[2] + j * dy_.strides[3]]) * A(box.share);
        box.down.each(i, [&](int64_t y, double wy) {
          box.across.each(
              j, [&](int64_t x, double wx) { sums[y * dx_.shape[3] + x] += A(wy * wx) * g; });
        });
      }
  }

  Align align_;
  Operand dy_, dx_;
};

// The maxima, and where they lie among all elements of the input, row-major; -1: the bin is empty.
template <class T>
class RoiPool : public Kernel {
 public:
  explicit RoiPool(const Signature& s)
      : boxes_(s.in[1], s.in[0].shape[0], s.attributes<RoiPoolAttrs>().spatial_scale), in_(s.in[0]),
        out_(s.out[0]), index_(s.out[1]) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    const T* boxes = b.input<T>(1);
    boxes_.check_all(boxes);
    const int64_t channels = out_.shape[1];
    parallel_for(boxes_.count * channels,
                 std::max<int64_t>(1, roi_grain / (1 + out_.shape[2] * out_.shape[3])),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t u = begin; u < end; ++u)
                     for (int64_t i = 0; i < out_.shape[2]; ++i)
                       for (int64_t j = 0; j < out_.shape[3]; ++j)
                         pick(b, u / channels, u % channels, i, j);
                 });
  }

 private:
  struct Range {
    int64_t begin, end;
  };
  Range bin(double from, double to, int64_t bins, int64_t i, int64_t size) const {
    const double start = std::round(from), length = std::max(std::round(to) - start + 1, 1.0),
                 bin = length / double(bins);
    const auto clipped = [&](double at) {
      return int64_t(std::clamp(at + start, 0.0, double(size)));
    };
    return {clipped(std::floor(double(i) * bin)), clipped(std::ceil(double(i + 1) * bin))};
  }
  void pick(const Buffers& b, int64_t k, int64_t c, int64_t i, int64_t j) const {
    const T* boxes = b.input<T>(1);
    const int64_t n = int64_t(boxes_.value(boxes, k, 0)), height = in_.shape[2],
                  width = in_.shape[3];
    const Range rows = bin(boxes_.place(boxes, k, 2), boxes_.place(boxes, k, 4), out_.shape[2], i,
                           height),
                columns = bin(boxes_.place(boxes, k, 1), boxes_.place(boxes, k, 3), out_.shape[3],
                              j, width);
    const T* in = b.input<T>(0) + n * in_.strides[0] + c * in_.strides[1];
    int64_t found = -1;
    double best = 0;
    for (int64_t y = rows.begin; y < rows.end; ++y)
      for (int64_t x = columns.begin; x < columns.end; ++x) {
        const double v = wide(in[y * in_.strides[2] + x * in_.strides[3]]);
        if (found >= 0 && !(v > best))
          continue;
        best = v;
        found = ((n * in_.shape[1] + c) * height + y) * width + x;
      }
    b.output<T>(0)[offset(out_, k, c, i, j)] = narrow<T>(best);
    b.output<int64_t>(1)[offset(index_, k, c, i, j)] = found;
  }
  static int64_t offset(const Operand& o, int64_t k, int64_t c, int64_t i, int64_t j) {
    return k * o.strides[0] + c * o.strides[1] + i * o.strides[2] + j * o.strides[3];
  }

  Boxes boxes_;
  Operand in_, out_, index_;
};

}  // namespace

PreparedKernel roi_align_plain(const Signature& s) {
  return make_floating<RoiAlign>(s);
}
PreparedKernel roi_align_backward_plain(const Signature& s) {
  return make_floating<RoiAlignBackward>(s);
}
PreparedKernel roi_pool_plain(const Signature& s) {
  return make_floating<RoiPool>(s);
}

}  // namespace hebb::cpu::impl
