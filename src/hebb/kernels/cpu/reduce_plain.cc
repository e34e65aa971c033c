// Plain reductions over any set of dimensions of any layout. f16, bf16 and f32 are summed in f64 and rounded once. The order of
// additions depends on the shape alone, so any number of threads gives the same bits.

#include <algorithm>
#include <array>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/reduce.h"

namespace hebb::cpu::impl {
namespace {

// Axes split into kept and reduced ones, each as a small odometer.
struct Axes {
  Dims shape, stride;
  int64_t count = 1;
  void add(int64_t size, int64_t step) {
    count *= size;
    if (size == 1) return;
    if (!shape.empty() && stride.back() == step * size) {
      shape.back() *= size;
      stride.back() = step;
    } else {
      shape.push_back(size);
      stride.push_back(step);
    }
  }
  int64_t offset(int64_t index) const {
    int64_t at = 0;
    for (size_t i = shape.size(); i-- > 0;) {
      at += index % shape[i] * stride[i];
      index /= shape[i];
    }
    return at;
  }
};

template <class T>
struct Wide { using type = T; };
template <> struct Wide<float> { using type = double; };
template <> struct Wide<Half> { using type = double; };
template <> struct Wide<BFloat16> { using type = double; };
template <> struct Wide<std::complex<float>> { using type = std::complex<double>; };

constexpr int64_t chunk = 1 << 14;  // reduced elements per partial sum

template <class In, class Out>
class SumKernel : public Kernel {
 public:
  explicit SumKernel(const Signature& s) {
    name = "plain";
    const Operand& in = s.in[0];
    const auto& a = s.attributes<ReduceAttrs>();
    std::vector<bool> reduced(in.shape.size(), a.dim.empty());
    for (int64_t d : a.dim)
      if (!in.shape.empty()) reduced[size_t(wrap_dim(d, int64_t(in.shape.size())))] = true;
    for (size_t i = 0; i < in.shape.size(); ++i) (reduced[i] ? reduced_ : kept_).add(in.shape[i], in.strides[i]);
    pieces_ = std::max<int64_t>(1, (reduced_.count + chunk - 1) / chunk);
    scratch_bytes = pieces_ > 1 ? size_t(kept_.count * pieces_) * sizeof(Acc) : 0;
  }

  void run(const Buffers& b) const override {
    const In* in = b.input<In>(0);
    Out* out = b.output<Out>(0);
    auto* partial = static_cast<Acc*>(b.scratch);
    const int64_t grain = std::max<int64_t>(1, chunk / std::max<int64_t>(1, std::min(chunk, reduced_.count)));
    parallel_for(kept_.count * pieces_, grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t piece = i % pieces_;
        const Acc sum = add_up(in + kept_.offset(i / pieces_), piece * chunk, std::min(reduced_.count, (piece + 1) * chunk));
        if (pieces_ == 1) out[i] = Out(sum);
        else partial[i] = sum;
      }
    });
    if (pieces_ > 1)
      for (int64_t i = 0; i < kept_.count; ++i) {
        Acc sum = 0;
        for (int64_t p = 0; p < pieces_; ++p) sum += partial[i * pieces_ + p];
        out[i] = Out(sum);
      }
  }

 private:
  using Acc = typename Wide<std::conditional_t<std::is_integral_v<Out>, int64_t, Out>>::type;

  static Acc widen(In v) {
    if constexpr (std::is_same_v<In, Half> || std::is_same_v<In, BFloat16>) return Acc(float(v));
    else return Acc(v);
  }

  Acc add_up(const In* in, int64_t begin, int64_t end) const {
    if (begin >= end) return Acc(0);
    if (reduced_.shape.empty()) return widen(in[0]);
    const int64_t row = reduced_.shape.back(), step = reduced_.stride.back();
    std::array<Acc, 8> lanes{};  // independent sums, which a compiler can keep in vectors
    for (int64_t i = begin; i < end;) {
      const int64_t run = std::min(row - i % row, end - i);
      const In* p = in + reduced_.offset(i);
      int64_t j = 0;
      for (; j + 8 <= run; j += 8)
        for (int64_t k = 0; k < 8; ++k) lanes[size_t(k)] += widen(p[(j + k) * step]);
      for (; j < run; ++j) lanes[0] += widen(p[j * step]);
      i += run;
    }
    return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
  }

  Axes kept_, reduced_;
  int64_t pieces_ = 1;
};

template <class In, class Out>
PreparedKernel make(const Signature& s) { return std::make_shared<SumKernel<In, Out>>(s); }

}  // namespace

PreparedKernel sum_plain(const Signature& s) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using In = typename decltype(type)::type;
    if (s.out[0].dtype == s.in[0].dtype) return make<In, In>(s);
    if constexpr (std::is_integral_v<In> && !std::is_same_v<In, int64_t>)
      if (s.out[0].dtype == DType::i64) return make<In, int64_t>(s);
    return nullptr;  // other dtypes: the caller casts first
  });
}

}  // namespace hebb::cpu::impl
