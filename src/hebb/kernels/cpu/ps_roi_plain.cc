// Regions whose bins read channels of their own: bin (i, j) of channel c of the result reads
// channel (c rows + i) columns + j of the picture. Means of bilinear samples (ps_roi_align), means
// of pixels (ps_roi_pool), and their gradients.

#include <algorithm>
#include <cmath>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/roi_boxes.h"

namespace hebb::cpu::impl {
namespace {

// Boxes as roi_align's that are moved by half a pixel.
class SampledBins {
 public:
  // picture, bins: shapes of the picture's side and of the boxes' side.
  template <class Attrs>
  SampledBins(const Attrs& a, const Operand& boxes, const Dims& picture, const Dims& bins)
      : align_(a.align(), boxes, picture, bins) {}
  const Boxes& boxes() const { return align_.boxes; }
  template <class T>
  AlignedBox box(const T* data, int64_t k) const {
    return align_.box(data, k);
  }

 private:
  Align align_;
};

struct PooledBox {
  int64_t sample;
  double x, y, width, height;  // of a bin
  int64_t picture_height, picture_width;

  struct Range {
    int64_t begin, end;
    int64_t size() const { return std::max<int64_t>(0, end - begin); }
  };
  template <class A, class T>
  A mean(int64_t i, int64_t j, const T* plane, int64_t row, int64_t column) const {
    const Range rows = down(i), columns = across(j);
    if (rows.size() == 0 || columns.size() == 0)
      return A(0);
    A sum(0);
    for (int64_t at = rows.begin; at < rows.end; ++at)
      for (int64_t k = columns.begin; k < columns.end; ++k)
        sum += wide<A>(plane[at * row + k * column]);
    return sum / A(rows.size() * columns.size());
  }
  template <class A>
  void spread(int64_t i, int64_t j, A g, A* plane, int64_t plane_width) const {
    const Range rows = down(i), columns = across(j);
    const A share = g / A(std::max<int64_t>(1, rows.size() * columns.size()));
    for (int64_t at = rows.begin; at < rows.end; ++at)
      for (int64_t k = columns.begin; k < columns.end; ++k)
        plane[at * plane_width + k] += share;
  }

 private:
  Range down(int64_t i) const { return range(y, height, i, picture_height); }
  Range across(int64_t j) const { return range(x, width, j, picture_width); }
  // The last row and column of the picture are never read: torchvision's rule.
  static Range range(double start, double bin, int64_t i, int64_t size) {
    const auto clipped = [&](double at) {
      return int64_t(std::clamp(at + start, 0.0, std::max(0.0, double(size - 1))));
    };
    return {clipped(std::floor(double(i) * bin)), clipped(std::ceil(double(i + 1) * bin))};
  }
};

class PooledBins {
 public:
  template <class Attrs>
  PooledBins(const Attrs& a, const Operand& boxes, const Dims& picture, const Dims& bins)
      : boxes_(boxes, picture[0], a.spatial_scale), height_(picture[2]), width_(picture[3]),
        rows_(double(bins[2])), columns_(double(bins[3])) {}
  const Boxes& boxes() const { return boxes_; }
  template <class T>
  PooledBox box(const T* data, int64_t k) const {
    const auto corner = [&](int64_t i) { return std::round(boxes_.place(data, k, i)); };
    return {int64_t(boxes_.value(data, k, 0)),
            corner(1),
            corner(2),
            std::max(corner(3) - corner(1), 1.0) / columns_,
            std::max(corner(4) - corner(2), 1.0) / rows_,
            height_,
            width_};
  }

 private:
  Boxes boxes_;
  int64_t height_, width_;
  double rows_, columns_;
};

template <class T, class Bins, class Attrs>
class PsRoi : public Kernel {
  using A = Accumulate<T>;

 public:
  explicit PsRoi(const Signature& s)
      : bins_(s.attributes<Attrs>(), s.in[1], s.in[0].shape, s.out[0].shape), in_(s.in[0]),
        out_(s.out[0]) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    const T* boxes = b.input<T>(1);
    bins_.boxes().check_all(boxes);
    const int64_t channels = out_.shape[1], rows = out_.shape[2], columns = out_.shape[3];
    parallel_for(
        bins_.boxes().count * channels, std::max<int64_t>(1, roi_grain / (1 + rows * columns)),
        [&](int64_t begin, int64_t end) {
          for (int64_t u = begin; u < end; ++u) {
            const auto box = bins_.box(boxes, u / channels);
            const T* in = b.input<T>(0) + box.sample * in_.strides[0] +
                          u % channels * rows * columns * in_.strides[1];
            T* out =
                b.output<T>(0) + u / channels * out_.strides[0] + u % channels * out_.strides[1];
            for (int64_t i = 0; i < rows; ++i)
              for (int64_t j = 0; j < columns; ++j)
                out[i * out_.strides[2] + j * out_.strides[3]] = narrow<T>(box.template mean<A>(
                    i, j, in + (i * columns + j) * in_.strides[1], in_.strides[2], in_.strides[3]));
          }
        });
  }

 private:
  Bins bins_;
  Operand in_, out_;
};

// Operands: the result's gradient, boxes.
template <class T, class Bins, class Attrs>
class PsRoiBackward : public Kernel {
  using A = Accumulate<T>;

 public:
  explicit PsRoiBackward(const Signature& s)
      : bins_(s.attributes<Attrs>(), s.in[1], s.out[0].shape, s.in[0].shape), dy_(s.in[0]),
        dx_(s.out[0]) {
    name = "plain";
    scratch_bytes = size_t(product(dx_.shape)) * sizeof(A);
  }
  // One plane at a time, so that no two threads add at one place.
  void run(const Buffers& b) const override {
    const T* boxes = b.input<T>(1);
    bins_.boxes().check_all(boxes);
    const int64_t channels = dx_.shape[1], plane = dx_.shape[2] * dx_.shape[3], rows = dy_.shape[2],
                  columns = dy_.shape[3];
    parallel_for(dx_.shape[0] * channels, 1, [&](int64_t begin, int64_t end) {
      for (int64_t u = begin; u < end; ++u) {
        const int64_t n = u / channels, c = u % channels, i = c / columns % rows, j = c % columns;
        A* sums = static_cast<A*>(b.scratch) + u * plane;
        std::fill_n(sums, plane, A(0));
        for (int64_t k = 0; k < bins_.boxes().count; ++k) {
          const auto box = bins_.box(boxes, k);
          if (box.sample == n)
            box.spread(
                i, j,
                wide<A>(b.input<T>(0)[k * dy_.strides[0] + c / (rows * columns) * dy_.strides[1] +
                                      i * dy_.strides[2] + j * dy_.strides[3]]),
                sums, dx_.shape[3]);
        }
        write_plane(sums, dx_, b.output<T>(0), n, c);
      }
    });
  }

 private:
  Bins bins_;
  Operand dy_, dx_;
};

template <class T>
using PsRoiAlign = PsRoi<T, SampledBins, PsRoiAlignAttrs>;
template <class T>
using PsRoiAlignBackward = PsRoiBackward<T, SampledBins, PsRoiAlignBackwardAttrs>;
template <class T>
using PsRoiPool = PsRoi<T, PooledBins, RoiPoolAttrs>;
template <class T>
using PsRoiPoolBackward = PsRoiBackward<T, PooledBins, RoiPoolBackwardAttrs>;

}  // namespace

PreparedKernel ps_roi_align_plain(const Signature& s) {
  return make_floating<PsRoiAlign>(s);
}
PreparedKernel ps_roi_align_backward_plain(const Signature& s) {
  return make_floating<PsRoiAlignBackward>(s);
}
PreparedKernel ps_roi_pool_plain(const Signature& s) {
  return make_floating<PsRoiPool>(s);
}
PreparedKernel ps_roi_pool_backward_plain(const Signature& s) {
  return make_floating<PsRoiPoolBackward>(s);
}

}  // namespace hebb::cpu::impl
