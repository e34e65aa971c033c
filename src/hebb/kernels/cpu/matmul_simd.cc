// Matrix products of f32 in vectors: [..., n, k] times [..., k, m], the dimensions in
// front broadcast, operands with any strides. A unit of work is a panel of columns of one product:
// its part of the second operand is packed, and all rows are multiplied with it. oneDNN's is better
// for products that are larger than the caches, or whose work is less than a few panels.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/matmul_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include <memory>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/axes.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/packed_product-inl.h"

#ifndef HEBB_MATMUL_SIMD_ONCE
#define HEBB_MATMUL_SIMD_ONCE
namespace hebb::cpu {

// One panel of one product. Steps in elements.
struct MatmulUnit {
  const float *a, *b;
  int64_t a_row, a_inner, b_inner, b_column;
  int64_t rows, inner, columns;
  float* c;
  int64_t c_row;
};
struct MatmulLoops {
  int64_t panel;  // columns
  // packed: memory for inner x panel values, aligned.
  void (*multiply)(const MatmulUnit& unit, float* packed);
};

}  // namespace hebb::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

void multiply_panel(const MatmulUnit& u, float* packed) {
  pack_panels(u.b, u.b_inner, u.b_column, u.inner, u.columns, packed);
  multiply({.a = u.a,
            .a_row = u.a_row,
            .a_inner = u.a_inner,
            .b = packed,
            .panel_rows = u.inner,
            .inner = u.inner,
            .columns = u.columns,
            .start = nullptr,
            .start_row = 0,
            .c = u.c,
            .c_row = u.c_row},
           u.rows);
}

}  // namespace

const MatmulLoops* matmul_loops() {
  static const MatmulLoops loops{panel_vectors * int64_t(hn::Lanes(D())), multiply_panel};
  return &loops;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(matmul_loops);
namespace impl {
namespace {

class MatmulSimd : public Kernel {
 public:
  MatmulSimd(const Signature& s, const MatmulLoops& loops) : loops_(loops) {
    name = "simd";
    const Operand &a = s.in[0], &b = s.in[1], &c = s.out[0];
    const size_t rank = c.shape.size();
    rows_ = c.shape[rank - 2];
    columns_ = c.shape[rank - 1];
    inner_ = a.shape.back();
    a_row_ = a.strides[a.strides.size() - 2];
    a_inner_ = a.strides.back();
    b_inner_ = b.strides[b.strides.size() - 2];
    b_column_ = b.strides.back();
    for (size_t i = 0; i + 2 < rank; ++i) {
      a_batch_.add(c.shape[i], step(a, i, rank));
      b_batch_.add(c.shape[i], step(b, i, rank));
    }
    batch_ = a_batch_.count;
    panels_ = (columns_ + loops.panel - 1) / loops.panel;
  }
  void run(const Buffers& b) const override {
    constexpr int64_t grain = 1 << 21, alignment = 16;  // multiplications; floats
    parallel_for(batch_ * panels_, std::max<int64_t>(1, grain / (rows_ * inner_ * loops_.panel)),
                 [&](int64_t begin, int64_t end) {
                   const auto work = std::make_unique_for_overwrite<float[]>(
                       size_t(inner_ * loops_.panel + alignment));
                   float* packed = work.get();
                   while (reinterpret_cast<uintptr_t>(packed) % (alignment * sizeof(float)) != 0)
                     ++packed;
                   for (int64_t unit = begin; unit < end; ++unit)
                     loops_.multiply(unit_of(b, unit / panels_, unit % panels_), packed);
                 });
  }

 private:
  // Of the operand's dimension that is dimension i of the result; 0 where it broadcasts.
  static int64_t step(const Operand& operand, size_t i, size_t rank) {
    const size_t missing = rank - operand.shape.size();
    return i < missing || operand.shape[i - missing] == 1 ? 0 : operand.strides[i - missing];
  }
  MatmulUnit unit_of(const Buffers& b, int64_t item, int64_t panel) const {
    const int64_t column = panel * loops_.panel;
    return {.a = b.input<float>(0) + a_batch_.offset(item),
            .b = b.input<float>(1) + b_batch_.offset(item) + column * b_column_,
            .a_row = a_row_,
            .a_inner = a_inner_,
            .b_inner = b_inner_,
            .b_column = b_column_,
            .rows = rows_,
            .inner = inner_,
            .columns = std::min(loops_.panel, columns_ - column),
            .c = b.output<float>(0) + item * rows_ * columns_ + column,
            .c_row = columns_};
  }

  const MatmulLoops& loops_;
  int64_t rows_, columns_, inner_, a_row_, a_inner_, b_inner_, b_column_;
  Axes a_batch_, b_batch_;
  int64_t batch_, panels_;
};

// Whether the sizes are those that this kernel is best for.
bool matmul_suits(const Signature& s, int64_t panel) {
  constexpr int64_t least_rows = 32, least_inner = 16, least_units = 4, cached = 1 << 20;
  const Dims& shape = s.out[0].shape;
  const int64_t rows = shape[shape.size() - 2], columns = shape.back(),
                inner = s.in[0].shape.back();
  if (rows < least_rows || inner < least_inner || columns < panel)
    return false;
  const int64_t batch = product(shape) / (rows * columns);
  return batch * (columns / panel) >= least_units && rows * inner <= cached;
}

}  // namespace

PreparedKernel matmul_simd(const Signature& s) {
  for (const Operand& operand : s.in)
    if (operand.dtype != DType::f32)
      return nullptr;
  if (s.in.size() != 2 || !s.epilogue.empty() || s.out[0].dtype != DType::f32 ||
      (s.out_fixed && !is_row_major(s.out[0])) || product(s.out[0].shape) == 0)
    return nullptr;
  const MatmulLoops& loops = *HWY_DYNAMIC_DISPATCH(matmul_loops)();
  return matmul_suits(s, loops.panel) ? make_kernel<MatmulSimd>(s, loops) : nullptr;
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
