// The common norm of a list of tensors, and scaling them to a given norm. Adds in f64, in an order
// that the shapes fix.

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/squares.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/optimizer.h"

namespace hebb::cpu::impl {
namespace {

struct Chunk {
  size_t tensor;
  DType dtype;
  int64_t begin, size;
};

// The operands except the last `rest`, in chunks.
std::vector<Chunk> chunks_of(const Operands& operands, size_t rest) {
  constexpr int64_t chunk = 1 << 14;
  std::vector<Chunk> chunks;
  for (size_t i = 0; i + rest < operands.size(); ++i) {
    const int64_t n = product(operands[i].shape);
    for (int64_t begin = 0; begin < n; begin += chunk)
      chunks.push_back({i, operands[i].dtype, begin, std::min(chunk, n - begin)});
  }
  return chunks;
}

bool all_floating(const Signature& s) {
  return std::all_of(s.in.begin(), s.in.end(),
                     [](const Operand& o) { return is_floating(o.dtype); });
}

class GradNorm : public Kernel {
 public:
  explicit GradNorm(const Signature& s)
      : p_(s.attributes<GradNormAttrs>().norm_type), out_(s.out[0].dtype),
        chunks_(chunks_of(s.in, 0)) {
    name = "plain";
    for (const Operand& in : s.in)
      wants_in.push_back(contiguous_strides(in.shape));
    scratch_bytes = chunks_.size() * sizeof(double);
  }
  void run(const Buffers& b) const override {
    double norm = 0;
    if (std::isinf(p_)) {
      norm = largest(b);
    } else {
      double unit = 1, powers = sum_of_powers(b, unit);
      if (!in_range(powers)) {  // divided by a power of two near the largest value, they are
        const double most = largest(b);
        if (most > 0 && std::isfinite(most)) {
          unit = std::ldexp(1.0, exponent_near(most));
          powers = sum_of_powers(b, unit);
        }
      }
      norm = unit * (p_ == 2 ? std::sqrt(powers) : std::pow(powers, 1 / p_));
    }
    visit_floating(out_, [&](auto type) {
      using T = typename decltype(type)::type;
      *b.output<T>(0) = narrow<T>(norm);
    });
  }

 private:
  // Calls of(values, count) for each chunk.
  template <class F>
  const double* partial_results(const Buffers& b, F&& of) const {
    auto* partial = static_cast<double*>(b.scratch);
    parallel_for(int64_t(chunks_.size()), 1, [&](int64_t begin, int64_t end) {
      for (int64_t k = begin; k < end; ++k) {
        const Chunk& c = chunks_[size_t(k)];
        visit_floating(c.dtype, [&](auto type) {
          using T = typename decltype(type)::type;
          partial[k] = of(b.input<T>(c.tensor) + c.begin, c.size);
        });
      }
    });
    return partial;
  }
  static double larger(double value, double most) {
    return value > most || std::isnan(value) ? value : most;
  }
  double largest(const Buffers& b) const {
    const double* partial = partial_results(b, [](const auto* x, int64_t n) {
      double most = 0;
      for (int64_t i = 0; i < n; ++i)
        most = larger(std::abs(wide(x[i])), most);
      return most;
    });
    double most = 0;
    for (size_t k = 0; k < chunks_.size(); ++k)
      most = larger(partial[k], most);
    return most;
  }
  double sum_of_powers(const Buffers& b, double unit) const {
    const double* partial =
        partial_results(b, [&](const auto* x, int64_t n) { return powers_of(x, n, unit); });
    return std::accumulate(partial, partial + chunks_.size(), 0.0);
  }
  template <class T>
  double powers_of(const T* x, int64_t n, double unit) const {
    std::array<double, 8> lanes{};  // independent sums, which a compiler can keep in vectors
    auto term = [&](double v) { return p_ == 1 ? std::abs(v) : std::pow(std::abs(v), p_); };
    int64_t i = 0;
    if (p_ == 2 && unit == 1) {
      for (; i + 8 <= n; i += 8)
        for (int64_t k = 0; k < 8; ++k)
          lanes[size_t(k)] += wide(x[i + k]) * wide(x[i + k]);
      for (; i < n; ++i)
        lanes[0] += wide(x[i]) * wide(x[i]);
    } else {
      for (; i < n; ++i)
        lanes[0] += term(wide(x[i]) / unit);
    }
    return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
           ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
  }

  double p_;
  DType out_;
  std::vector<Chunk> chunks_;
};

class ClipByNorm : public Kernel {
 public:
  explicit ClipByNorm(const Signature& s)
      : most_(s.attributes<ClipByNormAttrs>().max_norm), norm_(s.in.back().dtype),
        chunks_(chunks_of(s.in, 1)) {
    name = "plain";
    for (size_t i = 0; i < s.in.size(); ++i)
      wants_in.push_back(contiguous_strides(s.in[i].shape));
    for (size_t i = 0; i < s.out.size(); ++i)
      reuse.push_back(int(i));
  }
  void run(const Buffers& b) const override {
    double norm = 0;
    visit_floating(norm_, [&](auto type) {
      using T = typename decltype(type)::type;
      norm = wide(*static_cast<const T*>(b.in[reuse.size()]));
    });
    const double ratio = most_ / (norm + 1e-6), factor = ratio > 1 ? 1 : ratio;  // NaN stays
    parallel_for(int64_t(chunks_.size()), 1, [&](int64_t begin, int64_t end) {
      for (int64_t k = begin; k < end; ++k) {
        const Chunk& c = chunks_[size_t(k)];
        visit_floating(c.dtype, [&](auto type) {
          using T = typename decltype(type)::type;
          const T* x = b.input<T>(c.tensor) + c.begin;
          T* y = b.output<T>(c.tensor) + c.begin;
          if constexpr (std::is_same_v<T, float>)
            for (int64_t i = 0; i < c.size; ++i)
              y[i] = x[i] * float(factor);
          else
            for (int64_t i = 0; i < c.size; ++i)
              y[i] = narrow<T>(wide(x[i]) * factor);
        });
      }
    });
  }

 private:
  double most_;
  DType norm_;
  std::vector<Chunk> chunks_;
};

}  // namespace

PreparedKernel grad_norm_plain(const Signature& s) {
  return all_floating(s) ? make_kernel<GradNorm>(s) : nullptr;
}
PreparedKernel clip_by_norm_plain(const Signature& s) {
  return all_floating(s) ? make_kernel<ClipByNorm>(s) : nullptr;
}

}  // namespace hebb::cpu::impl
