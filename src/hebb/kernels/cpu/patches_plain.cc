// Patches of pictures as columns, and back: im2col [N, C, H, W] -> [N, C kh kw, L] copies, col2im
// adds up what lies at one place. Each result is written once, so threads change nothing.

#include <algorithm>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/patches.h"

namespace hebb::cpu::impl {
namespace {

constexpr int64_t patch_grain = 1 << 15;  // elements a chunk

// The picture and its columns: sizes and strides of both.
struct Layouts {
  PatchAttrs a;
  int64_t channels, down, across, taps;  // down, across: patches
  Dims picture, columns;                 // strides

  Layouts(const PatchAttrs& attrs, const Operand& picture, const Operand& columns)
      : a(attrs), channels(picture.shape[1]), down(patches_along(a, 0)),
        across(patches_along(a, 1)), taps(a.kernel[0] * a.kernel[1]), picture(picture.strides),
        columns(columns.strides) {}
};

template <class Item>
class Im2col : public Kernel {
 public:
  explicit Im2col(const Signature& s)
      : at_(s.attributes<PatchAttrs>(), s.in[0], s.out[0]), batch_(s.in[0].shape[0]) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    const PatchAttrs& a = at_.a;
    const int64_t rows = at_.channels * at_.taps, patches = at_.down * at_.across;
    parallel_for(batch_ * rows, std::max<int64_t>(1, patch_grain / std::max<int64_t>(1, patches)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t u = begin; u < end; ++u) {
                     const int64_t n = u / rows, row = u % rows, c = row / at_.taps,
                                   kh = row % at_.taps / a.kernel[1], kw = row % a.kernel[1];
                     const Item* from = b.input<Item>(0) + n * at_.picture[0] + c * at_.picture[1];
                     Item* to = b.output<Item>(0) + n * at_.columns[0] + row * at_.columns[1];
                     for (int64_t i = 0; i < at_.down; ++i)
                       line(from, to + i * at_.across * at_.columns[2],
                            i * a.stride[0] - a.padding[0] + kh * a.dilation[0],
                            kw * a.dilation[1] - a.padding[1]);
                   }
                 });
  }

 private:
  // One row of patches: of row h of the picture, from column w on.
  void line(const Item* from, Item* to, int64_t h, int64_t w) const {
    const bool inside = h >= 0 && h < at_.a.size[0];
    for (int64_t j = 0; j < at_.across; ++j, w += at_.a.stride[1])
      to[j * at_.columns[2]] = inside && w >= 0 && w < at_.a.size[1]
                                   ? from[h * at_.picture[2] + w * at_.picture[3]]
                                   : Item{};
  }

  Layouts at_;
  int64_t batch_;
};

template <class T>
class Col2im : public Kernel {
 public:
  explicit Col2im(const Signature& s)
      : at_(s.attributes<PatchAttrs>(), s.out[0], s.in[0]), batch_(s.out[0].shape[0]) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    const PatchAttrs& a = at_.a;
    const int64_t rows = at_.channels * a.size[0];
    parallel_for(
        batch_ * rows, std::max<int64_t>(1, patch_grain / std::max<int64_t>(1, a.size[1] * at_.taps)),
        [&](int64_t begin, int64_t end) {
          for (int64_t u = begin; u < end; ++u) {
            const int64_t n = u / rows, c = u % rows / a.size[0], h = u % a.size[0];
            const T* from = b.input<T>(0) + n * at_.columns[0] + c * at_.taps * at_.columns[1];
            T* to = b.output<T>(0) + n * at_.picture[0] + c * at_.picture[1] + h * at_.picture[2];
            for (int64_t w = 0; w < a.size[1]; ++w)
              to[w * at_.picture[3]] = sum(from, h, w);
          }
        });
  }

 private:
  // The patch along dimension i whose element k lies at `position`, or -1.
  int64_t patch(size_t i, int64_t position, int64_t k, int64_t count) const {
    const int64_t start = position + at_.a.padding[i] - k * at_.a.dilation[i];
    if (start < 0 || start % at_.a.stride[i] != 0)
      return -1;
    const int64_t found = start / at_.a.stride[i];
    return found < count ? found : -1;
  }
  T sum(const T* from, int64_t h, int64_t w) const {
    using A = Accumulate<T>;
    A total(0);
    for (int64_t kh = 0; kh < at_.a.kernel[0]; ++kh) {
      const int64_t i = patch(0, h, kh, at_.down);
      for (int64_t kw = 0; i >= 0 && kw < at_.a.kernel[1]; ++kw)
        if (const int64_t j = patch(1, w, kw, at_.across); j >= 0)
          total += A(from[(kh * at_.a.kernel[1] + kw) * at_.columns[1] +
                          (i * at_.across + j) * at_.columns[2]]);
    }
    return T(total);
  }

  Layouts at_;
  int64_t batch_;
};

}  // namespace

PreparedKernel im2col_plain(const Signature& s) {
  return visit_item(s.in[0].dtype, [&](auto item) -> PreparedKernel {
    return make_kernel<Im2col<typename decltype(item)::type>>(s);
  });
}

PreparedKernel col2im_plain(const Signature& s) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (std::is_integral_v<T>)
      return nullptr;  // the entry refuses them
    else
      return make_kernel<Col2im<T>>(s);
  });
}

}  // namespace hebb::cpu::impl
