// softmax(Q Kᵀ scale + bias) V and its gradients, one query at a time in f64. Source: Vaswani et
// al. 2017.

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/attention.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/wide.h"

namespace hebb::cpu::impl {
namespace {

constexpr double minus_infinity = -std::numeric_limits<double>::infinity();

// One query's weights, from the operands that begin with `first`: query, key, value. The others
// begin with `bias`: mask, slopes, random key.
template <class T>
class Weights {
 public:
  Weights(const Signature& s, size_t first, size_t bias)
      : n(s, first), q(HeadRows::of_input(s.in[first])), k(HeadRows::of_input(s.in[first + 1])),
        v(HeadRows::of_input(s.in[first + 2])), first_(first), bias_slot_(bias),
        bias_(s.in[bias], s.in[bias + 1]),
        has_key_(s.in[bias + 2].defined && n.attrs.dropout_p > 0) {}

  const T* query(const Buffers& b, int64_t batch, int64_t h, int64_t i) const {
    return b.input<T>(first_) + q.at(batch, h) + i * q.row;
  }
  const T* key(const Buffers& b, int64_t batch, int64_t h, int64_t j) const {
    return b.input<T>(first_ + 1) + k.at(batch, h / n.group()) + j * k.row;
  }
  const T* value(const Buffers& b, int64_t batch, int64_t h, int64_t j) const {
    return b.input<T>(first_ + 2) + v.at(batch, h / n.group()) + j * v.row;
  }

  void logits(const Buffers& b, int64_t batch, int64_t h, int64_t i, double* to) const {
    for (int64_t j = 0; j < n.keys; ++j)
      to[j] = logit(b, batch, h, i, j);
  }

  // The weights before dropout [keys]; the logarithm of the sum of exponentials.
  double make(const Buffers& b, int64_t batch, int64_t h, int64_t i, double* weights) const {
    logits(b, batch, h, i, weights);
    double high = minus_infinity;
    for (int64_t j = 0; j < n.keys; ++j)
      if (weights[j] > high || std::isnan(weights[j]))
        high = weights[j];
    double sum = 0;
    for (int64_t j = 0; j < n.keys; ++j)
      sum += weights[j] = high == minus_infinity ? 0 : std::exp(weights[j] - high);
    for (int64_t j = 0; j < n.keys; ++j)
      weights[j] = sum == 0 ? 0 : weights[j] / sum;
    return high + std::log(sum);
  }

  // What dropout multiplies a weight with.
  double kept(const Buffers& b, int64_t batch, int64_t h, int64_t i, int64_t j) const {
    if (!has_key_)
      return 1;
    const uint64_t random = *b.input<uint64_t>(bias_slot_ + 2);
    return random_word(random, n.weight(batch, h, i) + j) >= drop_threshold(n.attrs.dropout_p)
               ? kept_scale(n.attrs.dropout_p)
               : 0;
  }

  AttentionSizes n;
  HeadRows q, k, v;

 private:
  double logit(const Buffers& b, int64_t batch, int64_t h, int64_t i, int64_t j) const {
    if (j < n.first_key(i) || j >= n.end_key(i))
      return minus_infinity;
    double sum = 0;
    const T *x = query(b, batch, h, i), *y = key(b, batch, h, j);
    for (int64_t e = 0; e < n.size; ++e)
      sum += wide(x[e]) * wide(y[e]);
    sum *= n.attrs.scale;
    if (bias_.has_slopes)
      sum -= wide(b.input<T>(bias_slot_ + 1)[h * bias_.slope]) *
             double(std::abs(i + n.attrs.offset - j));
    if (!bias_.has_mask)
      return sum;
    const int64_t at = bias_.at(batch, h, i) + j * bias_.key;
    if (bias_.is_bool)
      return b.input<bool>(bias_slot_)[at] ? sum : minus_infinity;
    return sum + wide(b.input<T>(bias_slot_)[at]);
  }

  size_t first_, bias_slot_;
  AttentionBias bias_;
  bool has_key_;
};

template <class T>
class Attention : public Kernel {
 public:
  explicit Attention(const Signature& s)
      : w_(s, 0, 3), out_(s.out[0].strides), lse_(s.out[1].strides),
        rows_(w_.n.batch * w_.n.heads) {
    name = "plain";
    for (size_t i = 0; i < 3; ++i)
      wants_in.push_back(dense_rows(s.in[i]));
    scratch_bytes = size_t(rows_ * (w_.n.keys + w_.n.values)) * sizeof(double);
  }

  void run(const Buffers& b) const override {
    parallel_for(rows_, 1, [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r)
        head(b, r / w_.n.heads, r % w_.n.heads,
             static_cast<double*>(b.scratch) + r * (w_.n.keys + w_.n.values));
    });
  }

 private:
  void head(const Buffers& b, int64_t batch, int64_t h, double* weights) const {
    double* sum = weights + w_.n.keys;
    for (int64_t i = 0; i < w_.n.queries; ++i) {
      const double lse = w_.make(b, batch, h, i, weights);
      std::fill_n(sum, w_.n.values, 0.0);
      for (int64_t j = 0; j < w_.n.keys; ++j) {
        const double p = weights[j] * w_.kept(b, batch, h, i, j);
        const T* value = w_.value(b, batch, h, j);
        for (int64_t e = 0; e < w_.n.values && p != 0; ++e)
          sum[e] += p * wide(value[e]);
      }
      T* out = b.output<T>(0) + out_.at(batch, h) + i * out_.row;
      for (int64_t e = 0; e < w_.n.values; ++e)
        out[e * out_.column] = narrow<T>(sum[e]);
      b.output<T>(1)[batch * lse_[0] + h * lse_[1] + i * lse_[2]] = narrow<T>(lse);
    }
  }

  Weights<T> w_;
  HeadRows out_;
  Dims lse_;
  int64_t rows_;
};

// Operands: grad, query, key, value, out, lse, mask, slopes, random key. Sums over queries are
// made in f64, one head of keys at a time.
template <class T>
class AttentionBackward : public Kernel {
 public:
  explicit AttentionBackward(const Signature& s)
      : w_(s, 1, 6), grad_(HeadRows::of_input(s.in[0])), out_(HeadRows::of_input(s.in[4])),
        lse_(s.in[5].strides), dq_(s.out[0].strides), dk_(s.out[1].strides), dv_(s.out[2].strides) {
    name = "plain";
    for (size_t i = 0; i < 5; ++i)
      wants_in.push_back(dense_rows(s.in[i]));
    each_ = w_.n.keys * (2 + w_.n.size + w_.n.values) + w_.n.size;
    scratch_bytes = size_t(w_.n.batch * w_.n.kv_heads * each_) * sizeof(double);
  }

  void run(const Buffers& b) const override {
    parallel_for(w_.n.batch * w_.n.kv_heads, 1, [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r)
        head(b, r / w_.n.kv_heads, r % w_.n.kv_heads, static_cast<double*>(b.scratch) + r * each_);
    });
  }

 private:
  void head(const Buffers& b, int64_t batch, int64_t kv, double* weights) const {
    const AttentionSizes& n = w_.n;
    double *grads = weights + n.keys, *dk = grads + n.keys, *dv = dk + n.keys * n.size,
           *dq = dv + n.keys * n.values;
    std::fill_n(dk, n.keys * (n.size + n.values), 0.0);
    for (int64_t h = kv * n.group(); h < (kv + 1) * n.group(); ++h)
      for (int64_t i = 0; i < n.queries; ++i) {
        query(b, batch, h, i, weights, grads, dk, dv, dq);
        T* to = b.output<T>(0) + dq_.at(batch, h) + i * dq_.row;
        for (int64_t e = 0; e < n.size; ++e)
          to[e * dq_.column] = narrow<T>(dq[e]);
      }
    for (int64_t j = 0; j < n.keys; ++j) {
      T *to_k = b.output<T>(1) + dk_.at(batch, kv) + j * dk_.row,
        *to_v = b.output<T>(2) + dv_.at(batch, kv) + j * dv_.row;
      for (int64_t e = 0; e < n.size; ++e)
        to_k[e * dk_.column] = narrow<T>(dk[j * n.size + e]);
      for (int64_t e = 0; e < n.values; ++e)
        to_v[e * dv_.column] = narrow<T>(dv[j * n.values + e]);
    }
  }

  // grads: the gradients of the weights, then of the logits.
  void query(const Buffers& b, int64_t batch, int64_t h, int64_t i, double* weights, double* grads,
             double* dk, double* dv, double* dq) const {
    const AttentionSizes& n = w_.n;
    w_.logits(b, batch, h, i, weights);
    const double lse = wide(b.input<T>(5)[batch * lse_[0] + h * lse_[1] + i * lse_[2]]);
    const T *grad = b.input<T>(0) + grad_.at(batch, h) + i * grad_.row,
            *out = b.input<T>(4) + out_.at(batch, h) + i * out_.row;
    double along = 0;  // the sum of the weights times their gradients
    for (int64_t e = 0; e < n.values; ++e)
      along += wide(grad[e]) * wide(out[e]);
    for (int64_t j = 0; j < n.keys; ++j)
      weights[j] = lse == minus_infinity ? 0 : std::exp(weights[j] - lse);
    for (int64_t j = 0; j < n.keys; ++j) {
      const double kept = w_.kept(b, batch, h, i, j);
      const T* value = w_.value(b, batch, h, j);
      double sum = 0;
      for (int64_t e = 0; e < n.values; ++e) {
        sum += wide(grad[e]) * wide(value[e]);
        dv[j * n.values + e] += weights[j] * kept * wide(grad[e]);
      }
      grads[j] = sum * kept;
    }
    std::fill_n(dq, n.size, 0.0);
    const T* query = w_.query(b, batch, h, i);
    for (int64_t j = 0; j < n.keys; ++j) {
      const double d = weights[j] * (grads[j] - along) * n.attrs.scale;
      const T* key = w_.key(b, batch, h, j);
      for (int64_t e = 0; e < n.size && d != 0; ++e) {
        dq[e] += d * wide(key[e]);
        dk[j * n.size + e] += d * wide(query[e]);
      }
    }
  }

  Weights<T> w_;
  HeadRows grad_, out_;
  Dims lse_;
  HeadRows dq_, dk_, dv_;
  int64_t each_;
};

}  // namespace

PreparedKernel attention_plain(const Signature& s) {
  return visit_floating(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<Attention<typename decltype(type)::type>>(s);
  });
}
PreparedKernel attention_backward_plain(const Signature& s) {
  return visit_floating(s.in[1].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<AttentionBackward<typename decltype(type)::type>>(s);
  });
}

}  // namespace hebb::cpu::impl
