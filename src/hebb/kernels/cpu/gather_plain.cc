// Picks and places elements by index tensors. Placing adds in the order of the indices, so the
// result does not depend on threads.

#include <algorithm>
#include <complex>
#include <cstring>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/check_indices.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/lines.h"
#include "hebb/kernels/gather.h"

namespace hebb::cpu::impl {
namespace {

// The type of sums: f32 for f16 and bf16, in scratch memory, so that they are rounded once.
template <class T>
using GatheredSum = typename ComputeType<T>::type;

template <class C, class T>
void add_to(C& target, T value) {
  if constexpr (std::is_same_v<C, bool>)
    target = target || value;
  else if constexpr (std::is_integral_v<C>)
    target = C(uint64_t(target) + uint64_t(value));  // wraps around
  else
    target += C(value);
}

// The sums: the output itself, or scratch memory of a wider type that is rounded at the end.
template <class T>
class Sums {
 public:
  // input: the initial values; undefined: zeros.
  Sums(const Operand& input, const Operand& out) : sums_(out), count_(product(out.shape)) {
    if constexpr (is_half_type<T>) {
      sums_ = {true, DType::f32, out.shape, contiguous_strides(out.shape)};
      finish_ = copy_plain({.op = "copy", .in = {sums_}, .out = {out}, .out_fixed = true});
    }
    if (input.defined)
      start_ = copy_plain({.op = "copy", .in = {input}, .out = {sums_}, .out_fixed = true});
  }
  const Operand& layout() const { return sums_; }
  size_t scratch_bytes() const { return is_half_type<T> ? size_t(count_) * sizeof(float) : 0; }
  GatheredSum<T>* start(const Buffers& b) const {
    void* out[] = {is_half_type<T> ? b.scratch : b.out[0]};
    if (start_)
      start_->run({b.in, out, nullptr, b.on});
    else if (count_)
      std::memset(out[0], 0, size_t(count_) * sizeof(GatheredSum<T>));
    return static_cast<GatheredSum<T>*>(out[0]);
  }
  void finish(const Buffers& b) const {
    void* in[] = {b.scratch};
    if (finish_)
      finish_->run({in, b.out, nullptr, b.on});
  }

 private:
  Operand sums_;
  int64_t count_;
  PreparedKernel start_, finish_;
};

// out[i][j] = input[index[i][j]][j] for dim 0
template <class T>
class Gather : public Kernel {
 public:
  explicit Gather(const Signature& s)
      : index_(s.in[1]), dim_(dimension(s.attributes<AlongAttrs>().dim, s.in[0])),
        input_(s.in[0], s.attributes<AlongAttrs>().dim, s.in[1].shape),
        at_(s.in[1], s.attributes<AlongAttrs>().dim),
        out_(s.out[0], s.attributes<AlongAttrs>().dim),
        together_(side_by_side({&input_, &at_, &out_})),
        dense_(together_ == 1 && input_.step == 1 && at_.step == 1 && out_.step == 1) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    const auto* index = b.input<int64_t>(1);
    IndexBounds bounds(input_.size);
    parallel_for(
        at_.starts.count, lines_per_chunk(at_.size, together_), [&](int64_t begin, int64_t end) {
          for_each_side(begin, end, together_, [&](int64_t line, int64_t count) {
            const T* in = b.input<T>(0) + input_.starts.offset(line);
            const int64_t* at = index + at_.starts.offset(line);
            T* out = b.output<T>(0) + out_.starts.offset(line);
            if (!(dense_ ? pick_dense(in, at, out, bounds) : pick(in, at, out, count, bounds)))
              bounds.missed();
          });
        });
    if (bounds.outside())
      check_indices(index_, index, "index", input_.size, dim_);
  }

 private:
  // One line of neighbours. Whether all indices are inside.
  bool pick_dense(const T* in, const int64_t* at, T* out, const IndexBounds& bounds) const {
    bool inside = true;
    const int64_t size = at_.size;
    for (int64_t i = 0; i < size; ++i) {
      const int64_t from = at[i];
      if (bounds.holds(from)) [[likely]]
        out[i] = in[from];
      else
        inside = false;
    }
    return inside;
  }
  // So many lines side by side.
  bool pick(const T* in, const int64_t* at, T* out, int64_t count,
            const IndexBounds& bounds) const {
    bool inside = true;
    for (int64_t i = 0; i < at_.size; ++i)
      for (int64_t k = 0; k < count; ++k) {
        const int64_t from = at[i * at_.step + k];
        if (bounds.holds(from)) [[likely]]
          out[i * out_.step + k] = in[from * input_.step + k];
        else
          inside = false;
      }
    return inside;
  }

  Operand index_;
  std::string dim_;
  Lines input_, at_, out_;
  int64_t together_;
  bool dense_;
};

// out = input; out[index[i][j]][j] += src[i][j] for dim 0
template <class T>
class ScatterAdd : public Kernel {
 public:
  explicit ScatterAdd(const Signature& s)
      : index_(s.in[1]), dim_(dimension(s.attributes<AlongAttrs>().dim, s.in[0])),
        sums_(s.in[0], s.out[0]),
        out_(sums_.layout(), s.attributes<AlongAttrs>().dim, s.in[1].shape),
        at_(s.in[1], s.attributes<AlongAttrs>().dim),
        src_(s.in[2], s.attributes<AlongAttrs>().dim, s.in[1].shape),
        together_(side_by_side({&out_, &at_, &src_})),
        dense_(together_ == 1 && out_.step == 1 && at_.step == 1 && src_.step == 1) {
    name = "plain";
    scratch_bytes = sums_.scratch_bytes();
  }
  void run(const Buffers& b) const override {
    const auto* index = b.input<int64_t>(1);
    GatheredSum<T>* sums = sums_.start(b);
    IndexBounds bounds(out_.size);
    parallel_for(
        at_.starts.count, lines_per_chunk(at_.size, together_), [&](int64_t begin, int64_t end) {
          for_each_side(begin, end, together_, [&](int64_t line, int64_t count) {
            GatheredSum<T>* out = sums + out_.starts.offset(line);
            const int64_t* at = index + at_.starts.offset(line);
            const T* src = b.input<T>(2) + src_.starts.offset(line);
            if (!(dense_ ? place_dense(out, at, src, bounds) : place(out, at, src, count, bounds)))
              bounds.missed();
          });
        });
    if (bounds.outside())
      check_indices(index_, index, "index", out_.size, dim_);
    sums_.finish(b);
  }

 private:
  // One line of neighbours. Whether all indices are inside.
  bool place_dense(GatheredSum<T>* out, const int64_t* at, const T* src,
                   const IndexBounds& bounds) const {
    bool inside = true;
    const int64_t size = at_.size;
    for (int64_t i = 0; i < size; ++i) {
      const int64_t to = at[i];
      if (bounds.holds(to)) [[likely]]
        add_to(out[to], src[i]);
      else
        inside = false;
    }
    return inside;
  }
  // So many lines side by side.
  bool place(GatheredSum<T>* out, const int64_t* at, const T* src, int64_t count,
             const IndexBounds& bounds) const {
    bool inside = true;
    for (int64_t i = 0; i < at_.size; ++i)
      for (int64_t k = 0; k < count; ++k) {
        const int64_t to = at[i * at_.step + k];
        if (bounds.holds(to)) [[likely]]
          add_to(out[to * out_.step + k], src[i * src_.step + k]);
        else
          inside = false;
      }
    return inside;
  }

  Operand index_;
  std::string dim_;
  Sums<T> sums_;
  Lines out_, at_, src_;
  int64_t together_;
  bool dense_;
};

// Dense operands as [outer, size, inner] around one dimension.
struct Around {
  int64_t outer = 1, size = 1, inner = 1;
  Around(const Dims& shape, int64_t dim) {
    if (shape.empty())
      return;
    const auto axis = size_t(wrap_dim(dim, int64_t(shape.size())));
    for (size_t i = 0; i < axis; ++i)
      outer *= shape[i];
    size = shape[axis];
    for (size_t i = axis + 1; i < shape.size(); ++i)
      inner *= shape[i];
  }
};

std::vector<std::optional<Layout>> all_dense(const Signature& s) {
  std::vector<std::optional<Layout>> wants;
  for (const Operand& in : s.in)
    wants.push_back(contiguous_strides(in.shape));
  return wants;
}

// out[o][k] = table[o][index[k]], with rows of `bytes` bytes. For index_select (table, index) and
// embedding (index, table).
class SelectRows : public Kernel {
 public:
  SelectRows(const Signature& s, size_t table, int64_t dim)
      : index_(s.in[1 - table]), table_(table), around_(s.in[table].shape, dim),
        bytes_(size_t(around_.inner * item_size(s.in[table].dtype))), picks_(product(index_.shape)),
        what_(table == 0 ? dimension(dim, s.in[0]) : "the table") {
    name = "plain";
    index_.strides = contiguous_strides(index_.shape);
    wants_in = all_dense(s);
  }
  void run(const Buffers& b) const override {
    const auto* index = b.input<int64_t>(1 - table_);
    check_indices(index_, index, table_ == 0 ? "index" : "input", around_.size, what_);
    const char* table = b.input<char>(table_);
    char* out = b.output<char>(0);
    parallel_for(around_.outer * picks_,
                 std::max<int64_t>(1, (1 << 15) / std::max<int64_t>(1, int64_t(bytes_))),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i)
                     std::memcpy(
                         out + size_t(i) * bytes_,
                         table + size_t(i / picks_ * around_.size + index[i % picks_]) * bytes_,
                         bytes_);
                 });
  }

 private:
  Operand index_;
  size_t table_;
  Around around_;
  size_t bytes_;
  int64_t picks_;
  std::string what_;
};

// Rows that are picked many times, such as a padding token's. Their sums are in f64, because a long
// sum in f32 loses digits.
class OftenPicked {
 public:
  static constexpr int64_t often = 1024;
  OftenPicked(int64_t rows, int64_t picks, int64_t row_values)
      : rows_(rows), picks_(picks), most_(picks / often), row_values_(row_values) {}
  size_t scratch_bytes() const {
    return most_ ? size_t(rows_ + most_ + most_ * row_values_) * sizeof(int64_t) : 0;
  }

  struct Rows {  // in scratch memory
    int64_t count = 0;
    // number[row]: its place in the list, from 1, or 0.
    int64_t *number = nullptr, *list = nullptr;
    double* sums = nullptr;  // [count, row_values]
    int64_t place(int64_t row) const { return count ? number[row] : 0; }
  };
  Rows find(void* scratch, const int64_t* index, int64_t skip) const {
    if (!most_)
      return {};
    auto* number = static_cast<int64_t*>(scratch);
    Rows rows{0, number, number + rows_, reinterpret_cast<double*>(number + rows_ + most_)};
    std::fill(number, number + rows_, 0);
    for (int64_t k = 0; k < picks_; ++k)
      if (index[k] != skip)
        ++number[index[k]];
    for (int64_t r = 0; r < rows_; ++r) {
      if (number[r] >= often)
        rows.list[rows.count++] = r;
      number[r] = number[r] >= often ? rows.count : 0;
    }
    std::fill(rows.sums, rows.sums + rows.count * row_values_, 0.0);
    return rows;
  }

 private:
  int64_t rows_, picks_, most_, row_values_;
};

// out[o][index[k]] += alpha source[o][k], starting from `input` or from zeros.
template <class T>
class AddRows : public Kernel {
 public:
  AddRows(const Signature& s, size_t index, size_t source, const Dims& out_shape, int64_t dim,
          double alpha, int64_t skip, bool from_input)
      : index_(s.in[index]), index_at_(index), source_at_(source), around_(out_shape, dim),
        picks_(product(index_.shape)), alpha_(alpha), skip_(skip), from_input_(from_input),
        what_(from_input ? dimension(dim, s.in[0]) : "the table"),
        sums_(from_input ? Operand{true, s.in[0].dtype, out_shape, contiguous_strides(out_shape)}
                         : Operand{},
              {true, s.out[0].dtype, out_shape, contiguous_strides(out_shape)}),
        often_(around_.size, has_long_sums ? picks_ : 0, around_.outer * around_.inner) {
    name = "plain";
    scratch_bytes = often_at() + often_.scratch_bytes();
    index_.strides = contiguous_strides(index_.shape);
    wants_in = all_dense(s);
  }
  void run(const Buffers& b) const override {
    const auto* index = b.input<int64_t>(index_at_);
    check_indices(index_, index, from_input_ ? "index" : "input", around_.size, what_);
    const int64_t inner = around_.inner, block = std::max<int64_t>(1, std::min<int64_t>(inner, 64)),
                  blocks = (inner + block - 1) / block;
    GatheredSum<T>* out = sums_.start(b);
    const T* source = b.input<T>(source_at_);
    const OftenPicked::Rows often =
        often_.find(static_cast<char*>(b.scratch) + often_at(), index, skip_);
    parallel_for(around_.outer * blocks,
                 std::max<int64_t>(1, (1 << 14) / std::max<int64_t>(1, picks_ * block)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t u = begin; u < end; ++u) {
                     const int64_t o = u / blocks, first = u % blocks * block,
                                   last = std::min(inner, first + block);
                     for (int64_t k = 0; k < picks_; ++k) {
                       if (index[k] == skip_)
                         continue;
                       GatheredSum<T>* to = out + (o * around_.size + index[k]) * inner;
                       const T* from = source + (o * picks_ + k) * inner;
                       if (const int64_t place = often.place(index[k])) {
                         if constexpr (has_long_sums) {
                           double* sum = often.sums + (o * often.count + place - 1) * inner;
                           for (int64_t i = first; i < last; ++i)
                             sum[i] += double(times(from[i]));
                         }
                       } else if (alpha_ == 1)
                         for (int64_t i = first; i < last; ++i)
                           add_to(to[i], from[i]);
                       else
                         for (int64_t i = first; i < last; ++i)
                           add_to(to[i], times(from[i]));
                     }
                     if constexpr (has_long_sums)
                       for (int64_t n = 0; n < often.count; ++n) {
                         GatheredSum<T>* to = out + (o * around_.size + often.list[n]) * inner;
                         const double* sum = often.sums + (o * often.count + n) * inner;
                         for (int64_t i = first; i < last; ++i)
                           to[i] = float(double(to[i]) + sum[i]);
                       }
                   }
                 });
    sums_.finish(b);
  }

 private:
  static constexpr bool has_long_sums = std::is_same_v<GatheredSum<T>, float>;
  size_t often_at() const { return (sums_.scratch_bytes() + 7) / 8 * 8; }
  GatheredSum<T> times(T v) const {
    if constexpr (std::is_integral_v<T>)
      return T(uint64_t(v) * uint64_t(int64_t(alpha_)));
    else if constexpr (is_complex(dtype_of<T>))
      return v * typename T::value_type(alpha_);
    else
      return GatheredSum<T>(v) * GatheredSum<T>(alpha_);
  }
  Operand index_;
  size_t index_at_, source_at_;
  Around around_;
  int64_t picks_;
  double alpha_;
  int64_t skip_;
  bool from_input_;
  std::string what_;
  Sums<T> sums_;
  OftenPicked often_;
};

template <template <class> class K, class... Args>
PreparedKernel adding(DType dtype, const Signature& s, Args... args) {
  return visit_wrapping(dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<K<typename decltype(type)::type>>(s, args...);
  });
}

}  // namespace

PreparedKernel gather_plain(const Signature& s) {
  return visit_item(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<Gather<typename decltype(type)::type>>(s);
  });
}
PreparedKernel scatter_add_plain(const Signature& s) {
  return adding<ScatterAdd>(s.in[0].dtype, s);
}
PreparedKernel index_select_plain(const Signature& s) {
  return make_kernel<SelectRows>(s, 0, s.attributes<AlongAttrs>().dim);
}
PreparedKernel index_add_plain(const Signature& s) {
  const auto& a = s.attributes<IndexAddAttrs>();
  return adding<AddRows>(s.in[0].dtype, s, size_t(1), size_t(2), s.out[0].shape, a.dim, a.alpha,
                         int64_t(-1), true);
}
PreparedKernel embedding_plain(const Signature& s) {
  return make_kernel<SelectRows>(s, 1, 0);
}
PreparedKernel embedding_backward_plain(const Signature& s) {
  return adding<AddRows>(s.in[0].dtype, s, size_t(1), size_t(0), s.out[0].shape, int64_t(0), 1.0,
                         s.attributes<EmbeddingBackwardAttrs>().padding_idx, false);
}

}  // namespace hebb::cpu::impl
