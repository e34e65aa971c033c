// Matrix products of f32 in vectors: [..., n, k] times [..., k, m], the dimensions in
// front broadcast, operands with any strides. A unit of work is some rows of one product and some
// panels of its columns: the panels' part of the second operand is packed, and the rows are
// multiplied with it. Each element is one sum in the order of the inner dimension, or of parts of
// it that sizes alone decide, so neither strides nor the number of threads change a bit.
//
// oneDNN's product, where it is a brgemm, is better for operands that are larger than the caches,
// or whose work is less than a few panels. Its older product, which is what a processor without
// AVX-512 gets, adds up in another order for other strides and other numbers of threads, so it is
// not used.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/matmul_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include <fmt/format.h>

#include <memory>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/axes.h"
#include "hebb/kernels/cpu/epilogue.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/packed_product-inl.h"

#ifndef HEBB_MATMUL_SIMD_ONCE
#define HEBB_MATMUL_SIMD_ONCE
namespace hebb::cpu {

constexpr int64_t inner_block = 256;              // what is packed at once of the inner dimension
constexpr int64_t copied_row = inner_block + 16;  // rows a power of 2 apart would share cache sets

// Some rows and columns of one product. Steps in elements.
struct MatmulUnit {
  const float *a, *b;
  int64_t a_row, a_inner, b_inner, b_column;
  // Where the second operand is packed, block by block of the inner dimension: b is all of it, of
  // so many columns with those that fill the last vector, and these are the unit's first ones.
  int64_t packed_columns, first_column;
  const float* bias;  // of the unit's first column; or null
  int64_t rows, inner, columns;
  float* c;
  int64_t c_row;
};
struct MatmulLoops {
  int64_t panel;  // columns
  int64_t (*packed_size)(int64_t inner, int64_t columns);
  void (*pack)(const float* b, int64_t inner_step, int64_t column_step, int64_t inner,
               int64_t columns, float* to);
  // a_copy: memory for rows x copied_row values; null: the first operand is read where it lies.
  // b_copy: for inner_block x columns, aligned; null: the second operand is packed.
  void (*multiply)(const MatmulUnit& unit, float* a_copy, float* b_copy);
};

}  // namespace hebb::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

// a [rows, inner] by steps -> rows of copied_row values
void copy_rows(const float* a, int64_t a_row, int64_t a_inner, int64_t rows, int64_t inner,
               float* to) {
  constexpr int64_t line = 16;  // values; so many columns at a time stay in the first cache
  if (a_row == 1) {
    for (int64_t k = 0; k < inner; k += line)
      transpose_tile(a + k * a_inner, a_inner, to + k, copied_row, rows, std::min(line, inner - k));
    return;
  }
  for (int64_t r = 0; r < rows; ++r, a += a_row, to += copied_row)
    if (a_inner == 1)
      std::copy_n(a, inner, to);
    else
      for (int64_t k = 0; k < inner; ++k)
        to[k] = a[k * a_inner];
}

void multiply_unit(const MatmulUnit& u, float* a_copy, float* b_copy) {
  for (int64_t k = 0; k == 0 || k < u.inner; k += inner_block) {
    const int64_t inner = std::min(inner_block, u.inner - k);
    const float* b = u.b + k * u.packed_columns + u.first_column * inner;
    if (b_copy) {
      pack_panels(u.b + k * u.b_inner, u.b_inner, u.b_column, inner, u.columns, b_copy);
      b = b_copy;
    }
    const float* a = u.a + k * u.a_inner;
    if (a_copy) {
      copy_rows(a, u.a_row, u.a_inner, u.rows, inner, a_copy);
      a = a_copy;
    }
    multiply({.a = a,
              .a_row = a_copy ? copied_row : u.a_row,
              .a_inner = a_copy ? 1 : u.a_inner,
              .b = b,
              .panel_rows = inner,
              .inner = inner,
              .columns = u.columns,
              .start = k == 0 ? u.bias : u.c,
              .start_row = k == 0 ? 0 : u.c_row,
              .c = u.c,
              .c_row = u.c_row},
             u.rows);
  }
}

}  // namespace

const MatmulLoops* matmul_loops() {
  static const MatmulLoops loops{panel_vectors * int64_t(hn::Lanes(D())), packed_size, pack_panels,
                                 multiply_unit};
  return &loops;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(matmul_loops);
namespace impl {
namespace {

// A constant second operand, block by block of the inner dimension, each in panels.
class PanelPacking : public Packing {
 public:
  PanelPacking(const MatmulLoops& loops, const Operand& b)
      : loops_(loops), inner_(b.shape[0]), columns_(b.shape[1]), inner_step_(b.strides[0]),
        column_step_(b.strides[1]) {
    bytes = size_t(loops.packed_size(inner_, columns_)) * sizeof(float);
    form = fmt::format("panels of {} {}x{}/{},{}", loops.panel, inner_, columns_, inner_step_,
                       column_step_);
  }
  void pack(const void* from, void* to) const override {
    auto* next = static_cast<float*>(to);
    for (int64_t k = 0; k < inner_; k += inner_block) {
      const int64_t inner = std::min(inner_block, inner_ - k);
      loops_.pack(static_cast<const float*>(from) + k * inner_step_, inner_step_, column_step_,
                  inner, columns_, next);
      next += loops_.packed_size(inner, columns_);
    }
  }

 private:
  const MatmulLoops& loops_;
  int64_t inner_, columns_, inner_step_, column_step_;
};

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
    has_bias_ = first_other(s) > 2 && s.in[2].defined;
    if (b.constant && b.shape.size() == 2 && inner_ > 0) {
      packed_columns_ = loops.packed_size(1, columns_);
      packs = {nullptr, std::make_shared<PanelPacking>(loops, b)};
    }
    constexpr int64_t small = 4096, many = 8;
    if (a_batch_.count < many && rows_ * columns_ <= small && inner_ >= many * part_)
      parts_ = (inner_ + part_ - 1) / part_;
    count_ = a_batch_.count * rows_ * columns_;
    if (parts_ > 1)
      scratch_bytes = size_t(parts_ * count_) * sizeof(float);
    split(s.threads);
  }
  void run(const Buffers& b) const override {
    constexpr int64_t grain = 1 << 21, alignment = 16;  // multiplications; floats
    const int64_t group = unit_panels_ * loops_.panel,
                  inner = parts_ > 1 ? part_ : std::max<int64_t>(1, inner_),
                  packed =
                      packed_columns_ ? 0 : loops_.packed_size(std::min(inner, inner_block), group),
                  copied = copies_a_ ? unit_rows_ * copied_row : 0;
    parallel_for(a_batch_.count * parts_ * blocks_ * groups_,
                 std::max<int64_t>(1, grain / (unit_rows_ * inner * group)),
                 [&](int64_t begin, int64_t end) {
                   const auto work =
                       std::make_unique_for_overwrite<float[]>(size_t(packed + copied + alignment));
                   float* b_copy = work.get();
                   while (reinterpret_cast<uintptr_t>(b_copy) % (alignment * sizeof(float)) != 0)
                     ++b_copy;
                   for (int64_t unit = begin; unit < end; ++unit)
                     loops_.multiply(unit_of(b, unit), copied ? b_copy + packed : nullptr,
                                     packed ? b_copy : nullptr);
                 });
    if (parts_ > 1)
      add_parts(static_cast<const float*>(b.scratch), b.output<float>(0));
  }

 private:
  // Of the operand's dimension that is dimension i of the result; 0 where it broadcasts.
  static int64_t step(const Operand& operand, size_t i, size_t rank) {
    const size_t missing = rank - operand.shape.size();
    return i < missing || operand.shape[i - missing] == 1 ? 0 : operand.strides[i - missing];
  }
  // What a unit is: as much as the caches hold, or less, for each thread to have some.
  void split(int threads) {
    constexpr int64_t most_rows_of_unit = 192, most_panels = 4, least_rows = 48, each = 2;
    const int64_t panels = (columns_ + loops_.panel - 1) / loops_.panel;
    unit_rows_ = std::min(rows_, most_rows_of_unit);
    unit_panels_ = std::min(panels, most_panels);
    const auto too_few = [&] {
      blocks_ = (rows_ + unit_rows_ - 1) / unit_rows_;
      groups_ = (panels + unit_panels_ - 1) / unit_panels_;
      return a_batch_.count * parts_ * blocks_ * groups_ < each * threads;
    };
    while (too_few() && unit_rows_ >= 2 * least_rows)
      unit_rows_ = (unit_rows_ + 1) / 2;
    while (too_few() && unit_panels_ > 1)
      --unit_panels_;
    // Rows are read once for each panel.
    copies_a_ = unit_rows_ > 1 && (a_inner_ != 1 || (unit_panels_ > 2 && unit_rows_ >= least_rows));
  }
  MatmulUnit unit_of(const Buffers& b, int64_t unit) const {
    const int64_t column = unit % groups_ * unit_panels_ * loops_.panel;
    unit /= groups_;
    const int64_t row = unit % blocks_ * unit_rows_;
    unit /= blocks_;
    const int64_t item = unit % a_batch_.count, part = unit / a_batch_.count;
    const float* second =
        b.input<float>(1) + part * part_ * (packed_columns_ ? packed_columns_ : b_inner_);
    if (!packed_columns_)
      second += b_batch_.offset(item) + column * b_column_;
    float* c = parts_ > 1 ? static_cast<float*>(b.scratch) + part * count_ : b.output<float>(0);
    return {.a = b.input<float>(0) + a_batch_.offset(item) + row * a_row_ + part * part_ * a_inner_,
            .b = second,
            .a_row = a_row_,
            .a_inner = a_inner_,
            .b_inner = b_inner_,
            .b_column = b_column_,
            .packed_columns = packed_columns_,
            .first_column = packed_columns_ ? column : 0,
            .bias = has_bias_ && part == 0 ? b.input<float>(2) + column : nullptr,
            .rows = std::min(unit_rows_, rows_ - row),
            .inner = parts_ > 1 ? std::min(part_, inner_ - part * part_) : inner_,
            .columns = std::min(unit_panels_ * loops_.panel, columns_ - column),
            .c = c + (item * rows_ + row) * columns_ + column,
            .c_row = columns_};
  }
  void add_parts(const float* from, float* to) const {
    parallel_for(count_, 1 << 12, [&](int64_t begin, int64_t end) {
      std::copy(from + begin, from + end, to + begin);
      for (int64_t part = 1; part < parts_; ++part)
        for (int64_t i = begin; i < end; ++i)
          to[i] += from[part * count_ + i];
    });
  }

  const MatmulLoops& loops_;
  int64_t rows_, columns_, inner_, a_row_, a_inner_, b_inner_, b_column_;
  Axes a_batch_, b_batch_;
  bool has_bias_, copies_a_ = false;
  int64_t packed_columns_ = 0;  // 0: the second operand is not packed
  // A long inner dimension of a small product is summed up in parts, by its size alone.
  static constexpr int64_t part_ = 8 * inner_block;
  int64_t parts_ = 1, count_ = 0;
  int64_t unit_rows_ = 1, unit_panels_ = 1, blocks_ = 1, groups_ = 1;
};

// Whether the sizes are those that this kernel is best for.
bool is_best(const Signature& s, int64_t panel) {
  constexpr int64_t least_rows = 32, least_inner = 16, least_units = 4, cached = 1 << 20;
  const Dims& shape = s.out[0].shape;
  const int64_t rows = shape[shape.size() - 2], columns = shape.back(),
                inner = s.in[0].shape.back();
  if (rows < least_rows || inner < least_inner || columns < panel)
    return false;
  const int64_t batch = product(shape) / (rows * columns);
  return batch * (columns / panel) >= least_units && rows * inner <= cached;
}

const MatmulLoops& loops() {
  return *HWY_DYNAMIC_DISPATCH(matmul_loops)();
}

}  // namespace

PreparedKernel matmul_simd(const Signature& s) {
  for (const Operand& operand : s.in)
    if (operand.defined && operand.dtype != DType::f32)
      return nullptr;
  const bool bias = first_other(s) > 2 && s.in[2].defined;
  if (s.out[0].dtype != DType::f32 || (s.out_fixed && !is_row_major(s.out[0])) ||
      product(s.out[0].shape) == 0 || (bias && !is_row_major(s.in[2])))
    return nullptr;
  return make_kernel<MatmulSimd>(s, loops());
}
PreparedKernel matmul_best_simd(const Signature& s) {
  if (s.in.size() != 2 || !s.epilogue.empty() || product(s.out[0].shape) == 0 ||
      !is_best(s, loops().panel))
    return nullptr;
  return matmul_simd(s);
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
