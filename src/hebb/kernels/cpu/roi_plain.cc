// Regions of pictures: means of bilinear samples (roi_align, and its gradient) and maxima
// (roi_pool).

#include <algorithm>
#include <cmath>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/roi_boxes.h"

namespace hebb::cpu::impl {
namespace {

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
      for (int64_t j = 0; j < out_.shape[3]; ++j)
        out[i * out_.strides[2] + j * out_.strides[3]] =
            narrow<T>(box.mean<A>(i, j, in, in_.strides[2], in_.strides[3]));
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
        write_plane(sums, dx_, b.output<T>(0), u / channels, u % channels);
      }
    });
  }

 private:
  void add(const AlignedBox& box, const T* dy, A* sums) const {
    for (int64_t i = 0; i < dy_.shape[2]; ++i)
      for (int64_t j = 0; j < dy_.shape[3]; ++j)
        box.spread(i, j, wide<A>(dy[i * dy_.strides[2] + j * dy_.strides[3]]), sums, dx_.shape[3]);
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
