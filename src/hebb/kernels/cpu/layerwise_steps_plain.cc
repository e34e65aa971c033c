// Steps that look at a parameter as a whole, computed in f64. Norms are added up chunk by chunk, in
// an order that the shapes fix. LAMB: You et al. 2020; LARS: You, Gitman and Ginsburg 2017;
// Adafactor: as torch.optim.Adafactor.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/step_kernel.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/layerwise_steps.h"

namespace hebb::cpu::impl {
namespace {

struct Part {
  size_t tensor;
  int64_t begin, end;
};

// Operands: `lists` lists of one tensor a parameter (params, grads, states), lr, step. Results: the
// lists without the gradients.
class ListKernel : public Kernel {
 public:
  ListKernel(const Signature& s, size_t lists)
      : count_((s.in.size() - 2) / lists), lists_(lists), lr_(s.in[s.in.size() - 2]),
        step_(s.in.back()) {
    name = "plain";
    for (const Operand& in : s.in)
      wants_in.push_back(contiguous_strides(in.shape));
    for (size_t list = 0; list < lists; ++list)
      for (size_t i = 0; i < count_ && list != 1; ++i)
        reuse.push_back(int(list * count_ + i));
    constexpr int64_t chunk = 1 << 14;
    for (size_t i = 0; i < count_; ++i) {
      shapes_.push_back(s.in[i].shape);
      dtypes_.push_back(s.in[i].dtype);
      const int64_t n = product(s.in[i].shape);
      for (int64_t begin = 0; begin < n; begin += chunk)
        chunks_.push_back({i, begin, std::min(begin + chunk, n)});
    }
  }

 protected:
  template <class T>
  const T* in(const Buffers& b, size_t list, size_t i) const {
    return b.input<T>(list * count_ + i);
  }
  template <class T>
  T* out(const Buffers& b, size_t list, size_t i) const {  // list: as of the operands, not 1
    return b.output<T>((list ? list - 1 : 0) * count_ + i);
  }
  double lr(const Buffers& b) const { return read_number(lr_, b.in[lists_ * count_]); }
  double step(const Buffers& b) const { return read_number(step_, b.in[lists_ * count_ + 1]); }

  // Calls of(Type<T>, chunk, number) for every chunk, in parallel.
  template <class F>
  void each_chunk(const F& of) const {
    parallel_for(int64_t(chunks_.size()), 1, [&](int64_t begin, int64_t end) {
      for (auto k = size_t(begin); k < size_t(end); ++k)
        visit_floating(dtypes_[chunks_[k].tensor], [&](auto type) { of(type, chunks_[k], k); });
    });
  }
  // Two norms of each parameter: the roots of what of(chunk) adds up to.
  struct Norms {
    double of_weights = 0, of_move = 0;
  };
  std::vector<Norms> norms(const std::vector<Norms>& squares) const {
    std::vector<Norms> all(count_);
    for (size_t k = 0; k < chunks_.size(); ++k) {
      Norms& sum = all[chunks_[k].tensor];
      sum.of_weights += squares[k].of_weights;
      sum.of_move += squares[k].of_move;
    }
    for (Norms& sum : all)
      sum = {std::sqrt(sum.of_weights), std::sqrt(sum.of_move)};
    return all;
  }

  size_t count_, lists_;
  std::vector<Dims> shapes_;
  std::vector<DType> dtypes_;
  std::vector<Part> chunks_;

 private:
  Operand lr_, step_;
};

class Lamb : public ListKernel {
 public:
  explicit Lamb(const Signature& s) : ListKernel(s, 4), attrs_(s.attributes<LambAttrs>()) {}

  void run(const Buffers& b) const override {
    const LambAttrs& a = attrs_;
    const double rate = lr(b), t = step(b),
                 scale1 = a.bias_correction ? 1 / (1 - std::pow(a.beta1, t)) : 1,
                 scale2 = a.bias_correction ? 1 / (1 - std::pow(a.beta2, t)) : 1;
    // The move of one weight, from the averages as they are stored.
    const auto move = [&](double w, double m, double v) {
      return m * scale1 / (std::sqrt(v * scale2) + a.eps) + a.weight_decay * w;
    };
    std::vector<Norms> squares(chunks_.size());
    each_chunk([&](auto type, const Part& c, size_t number) {
      using T = typename decltype(type)::type;
      const T *p = in<T>(b, 0, c.tensor), *grad = in<T>(b, 1, c.tensor), *m = in<T>(b, 2, c.tensor),
              *v = in<T>(b, 3, c.tensor);
      T *m_out = out<T>(b, 2, c.tensor), *v_out = out<T>(b, 3, c.tensor);
      Norms& sum = squares[number];
      for (int64_t i = c.begin; i < c.end; ++i) {
        const double g = a.maximize ? -wide(grad[i]) : wide(grad[i]), w = wide(p[i]);
        m_out[i] = narrow<T>(wide(m[i]) + (1 - a.beta1) * (g - wide(m[i])));
        v_out[i] = narrow<T>(a.beta2 * wide(v[i]) + (1 - a.beta2) * g * g);
        const double r = move(w, wide(m_out[i]), wide(v_out[i]));
        sum.of_weights += w * w;
        sum.of_move += r * r;
      }
    });
    const std::vector<Norms> all = norms(squares);
    each_chunk([&](auto type, const Part& c, size_t) {
      using T = typename decltype(type)::type;
      const Norms& norm = all[c.tensor];
      const bool trusted = norm.of_weights > 0 && norm.of_move > 0;
      const double size = trusted ? rate * norm.of_weights / norm.of_move : rate;
      const T *p = in<T>(b, 0, c.tensor), *m = out<T>(b, 2, c.tensor), *v = out<T>(b, 3, c.tensor);
      T* p_out = out<T>(b, 0, c.tensor);
      for (int64_t i = c.begin; i < c.end; ++i)
        p_out[i] = narrow<T>(wide(p[i]) - size * move(wide(p[i]), wide(m[i]), wide(v[i])));
    });
  }

 private:
  LambAttrs attrs_;
};

class Lars : public ListKernel {
 public:
  explicit Lars(const Signature& s)
      : ListKernel(s, s.attributes<LarsAttrs>().momentum != 0 ? 3 : 2),
        attrs_(s.attributes<LarsAttrs>()) {}

  void run(const Buffers& b) const override {
    const LarsAttrs& a = attrs_;
    const double rate = lr(b);
    const bool first = step(b) <= 1, remembers = a.momentum != 0;
    std::vector<Norms> squares(chunks_.size());
    each_chunk([&](auto type, const Part& c, size_t number) {
      using T = typename decltype(type)::type;
      const T *p = in<T>(b, 0, c.tensor), *grad = in<T>(b, 1, c.tensor);
      Norms& sum = squares[number];
      for (int64_t i = c.begin; i < c.end; ++i) {
        sum.of_weights += wide(p[i]) * wide(p[i]);
        sum.of_move += wide(grad[i]) * wide(grad[i]);
      }
    });
    const std::vector<Norms> all = norms(squares);
    each_chunk([&](auto type, const Part& c, size_t) {
      using T = typename decltype(type)::type;
      const auto& [w_norm, g_norm] = all[c.tensor];
      const double trust = w_norm > 0 && g_norm > 0 ? a.trust_coefficient * w_norm /
                                                          (g_norm + a.weight_decay * w_norm + a.eps)
                                                    : 1;
      const T *p = in<T>(b, 0, c.tensor), *grad = in<T>(b, 1, c.tensor),
              *buffer = remembers ? in<T>(b, 2, c.tensor) : nullptr;
      T *p_out = out<T>(b, 0, c.tensor), *buffer_out = remembers ? out<T>(b, 2, c.tensor) : nullptr;
      for (int64_t i = c.begin; i < c.end; ++i) {
        double g = a.maximize ? -wide(grad[i]) : wide(grad[i]);
        g = trust * (g + a.weight_decay * wide(p[i]));
        if (remembers) {
          const double moved = first ? g : a.momentum * wide(buffer[i]) + (1 - a.dampening) * g;
          buffer_out[i] = narrow<T>(moved);
          g = a.nesterov ? g + a.momentum * moved : moved;
        }
        p_out[i] = narrow<T>(wide(p[i]) - rate * g);
      }
    });
  }

 private:
  LarsAttrs attrs_;
};

// Operands: params, grads, row_vars, col_vars, variances. A parameter of two dimensions and more
// has the first two of these states and an empty third one; others have only the third.
class Adafactor : public ListKernel {
 public:
  explicit Adafactor(const Signature& s)
      : ListKernel(s, 5), attrs_(s.attributes<AdafactorAttrs>()) {}

  void run(const Buffers& b) const override {
    const double rate = lr(b), t = step(b);
    for (size_t i = 0; i < count_; ++i)
      visit_floating(dtypes_[i], [&](auto type) {
        using T = typename decltype(type)::type;
        if (shapes_[i].size() > 1)
          factored<T>(b, i, rate, t);
        else
          whole<T>(b, i, rate, t);
      });
  }

 private:
  template <class T>
  static double step_of() {
    if constexpr (std::is_same_v<T, Half>)
      return 0x1p-10;
    else if constexpr (std::is_same_v<T, BFloat16>)
      return 0x1p-7;
    else
      return std::numeric_limits<T>::epsilon();
  }

  // The sum of of(i) over [0, n), in an order that n fixes.
  template <class F>
  static double sum_of(int64_t n, const F& of) {
    constexpr int64_t chunk = 1 << 14;
    std::vector<double> parts(size_t((n + chunk - 1) / chunk), 0.0);
    parallel_for(int64_t(parts.size()), 1, [&](int64_t begin, int64_t end) {
      for (int64_t k = begin; k < end; ++k)
        for (int64_t i = k * chunk; i < std::min(n, (k + 1) * chunk); ++i)
          parts[size_t(k)] += of(i);
    });
    return std::accumulate(parts.begin(), parts.end(), 0.0);
  }

  // p -= alpha u / max(1, rms(u) / d), where u = g / sqrt(variance_of(i)).
  template <class T, class F>
  void move(const Buffers& b, size_t tensor, double rate, double t, double eps,
            const F& variance_of) const {
    const AdafactorAttrs& a = attrs_;
    const T *p = in<T>(b, 0, tensor), *grad = in<T>(b, 1, tensor);
    T* p_out = out<T>(b, 0, tensor);
    const int64_t n = product(shapes_[tensor]);
    if (n == 0)
      return;
    const double root = std::sqrt(double(n));
    const double weights =
        std::sqrt(sum_of(n, [&](int64_t i) { return wide(p[i]) * wide(p[i]); })) / root;
    const auto update = [&](int64_t i) {
      const double g = a.maximize ? -wide(grad[i]) : wide(grad[i]), variance = variance_of(i);
      return g / std::sqrt(std::isnan(variance) ? variance : std::max(variance, eps * eps));
    };
    const double size = std::sqrt(sum_of(n, [&](int64_t i) { return update(i) * update(i); }));
    const double alpha = std::max(a.eps2, weights) * std::min(rate, 1 / std::sqrt(t)) /
                         std::max(1.0, size / (root * a.d));
    const double shrink = 1 - rate * a.weight_decay;
    parallel_for(n, 1 << 14, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        p_out[i] = narrow<T>(wide(p[i]) * shrink - alpha * update(i));
    });
  }

  template <class T>
  void whole(const Buffers& b, size_t tensor, double rate, double t) const {
    const T *grad = in<T>(b, 1, tensor), *variance = in<T>(b, 4, tensor);
    T* to = out<T>(b, 4, tensor);
    const double part = std::pow(t, attrs_.beta2_decay);
    parallel_for(product(shapes_[tensor]), 1 << 14, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const double g = wide(grad[i]), old = wide(variance[i]);
        to[i] = narrow<T>(old + part * (g * g - old));
      }
    });
    move<T>(b, tensor, rate, t, attrs_.eps1.value_or(step_of<T>()),
            [to](int64_t i) { return wide(to[i]); });
  }

  template <class T>
  void factored(const Buffers& b, size_t tensor, double rate, double t) const {
    const Dims& shape = shapes_[tensor];
    const int64_t columns = shape[shape.size() - 1], rows = shape[shape.size() - 2],
                  all = product(shape);
    const T *grad = in<T>(b, 1, tensor), *row_var = in<T>(b, 2, tensor),
            *col_var = in<T>(b, 3, tensor);
    T *row_out = out<T>(b, 2, tensor), *col_out = out<T>(b, 3, tensor);
    if (all == 0) {  // states that no gradient reaches stay
      int64_t others = 1;
      for (size_t d = 0; d + 2 < shape.size(); ++d)
        others *= shape[d];
      std::copy_n(row_var, others * rows, row_out);
      std::copy_n(col_var, others * columns, col_out);
      return;
    }
    const int64_t matrices = all / (rows * columns);
    const double part = std::pow(t, attrs_.beta2_decay);
    const auto moved = [part](double old, double mean) { return old + part * (mean - old); };
    parallel_for(matrices * rows, std::max<int64_t>(1, (1 << 14) / columns),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t row = begin; row < end; ++row) {
                     double sum = 0;
                     for (int64_t j = row * columns; j < (row + 1) * columns; ++j)
                       sum += wide(grad[j]) * wide(grad[j]);
                     row_out[row] = narrow<T>(moved(wide(row_var[row]), sum / double(columns)));
                   }
                 });
    // Columns in blocks, so that memory is read in order.
    constexpr int64_t block = 64;
    const int64_t blocks = (columns + block - 1) / block;
    parallel_for(matrices * blocks, 1, [&](int64_t begin, int64_t end) {
      for (int64_t k = begin; k < end; ++k) {
        const int64_t matrix = k / blocks, first = k % blocks * block,
                      count = std::min(block, columns - first);
        std::array<double, block> sums{};
        for (int64_t i = 0; i < rows; ++i) {
          const T* line = grad + (matrix * rows + i) * columns + first;
          for (int64_t j = 0; j < count; ++j)
            sums[size_t(j)] += wide(line[j]) * wide(line[j]);
        }
        for (int64_t j = 0; j < count; ++j) {
          const int64_t at = matrix * columns + first + j;
          col_out[at] = narrow<T>(moved(wide(col_var[at]), sums[size_t(j)] / double(rows)));
        }
      }
    });
    const double eps = attrs_.eps1.value_or(step_of<T>());
    std::vector<double> means(size_t(matrices), 0.0);
    for (int64_t k = 0; k < matrices; ++k) {
      for (int64_t i = 0; i < rows; ++i)
        means[size_t(k)] += wide(row_out[k * rows + i]);
      means[size_t(k)] = std::max(means[size_t(k)] / double(rows), eps);
    }
    move<T>(b, tensor, rate, t, eps, [&](int64_t i) {
      const int64_t matrix = i / (rows * columns);
      return wide(row_out[i / columns]) * wide(col_out[matrix * columns + i % columns]) /
             means[size_t(matrix)];
    });
  }

  AdafactorAttrs attrs_;
};

bool floating_lists(const Signature& s) {
  return std::all_of(s.in.begin(), s.in.end() - 2,
                     [](const Operand& o) { return is_floating(o.dtype); });
}

}  // namespace

PreparedKernel lamb_plain(const Signature& s) {
  return floating_lists(s) ? make_kernel<Lamb>(s) : nullptr;
}
PreparedKernel lars_plain(const Signature& s) {
  return floating_lists(s) ? make_kernel<Lars>(s) : nullptr;
}
PreparedKernel adafactor_plain(const Signature& s) {
  return floating_lists(s) ? make_kernel<Adafactor>(s) : nullptr;
}

}  // namespace hebb::cpu::impl
