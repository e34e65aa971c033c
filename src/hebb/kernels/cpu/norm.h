// Shared by the kernels of normalisation: statistics that stay exact for large offsets, and
// parameters of several dtypes.
#pragma once

#include <cmath>

#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/squares.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/kernel.h"
#include "hebb/kernels/norm.h"

namespace hebb::cpu {

// Count, mean and sum of squared distances from the mean of a set of values; two sets join as in
// Chan, Golub and LeVeque 1979.
struct Moments {
  double count = 0, mean = 0, m2 = 0;
  void join(const Moments& other) {
    if (other.count == 0)
      return;
    const double total = count + other.count, delta = other.mean - mean;
    m2 += other.m2 + delta * delta * (count / total * other.count);
    mean += delta * (other.count / total);
    count = total;
  }
};

// The mean of values, computed as the first value plus the mean distance from it. So the mean of
// equal values is exact, and their deviation is 0.
class Mean {
 public:
  void add(double value) {
    if (count_++ == 0)
      first_ = value;
    rest_ += value - first_;
  }
  double value() const { return first_ + rest_ / double(count_); }

 private:
  double first_ = 0, rest_ = 0;
  int64_t count_ = 0;
};

// One value per channel, in one of several dtypes; the default when absent.
class Values {
 public:
  Values(const Operand& o, double absent)
      : defined_(o.defined), dtype_(o.dtype), stride_(o.defined ? o.strides[0] : 0),
        absent_(absent) {}
  double at(const void* data, int64_t i) const {
    if (!defined_)
      return absent_;
    return visit_floating(dtype_, [&](auto type) {
      return wide(static_cast<const typename decltype(type)::type*>(data)[i * stride_]);
    });
  }
  void put(void* data, int64_t i, double value) const {
    if (!defined_)
      return;
    visit_floating(dtype_, [&](auto type) {
      using T = typename decltype(type)::type;
      static_cast<T*>(data)[i * stride_] = narrow<T>(value);
    });
  }

 private:
  bool defined_;
  DType dtype_;
  int64_t stride_;
  double absent_;
};

// A row-major operand as Values that stand one after another.
inline Operand flat(Operand o) {
  if (o.defined)
    o.strides = {1};
  return o;
}

// Whether a sum of squares left the range of f32, or will. It is computed again then.
inline bool left_single(double sum, double count, double eps) {
  return !std::isfinite(sum) || sum / count + eps < 1e-30;
}

// The per-channel part of batch normalisation: the numbers to normalise with, and the outputs
// besides the normalised values.
class BatchStatistics {
 public:
  explicit BatchStatistics(const Signature& s)
      : attrs_(s.attributes<BatchNormAttrs>()), old_mean_(s.in[1], 0), old_var_(s.in[2], 1),
        new_mean_(s.out[1], 0), new_var_(s.out[2], 0), mean_(s.out[3], 0), invstd_(s.out[4], 0),
        keeps_(s.out[1].shape[0] > 0) {}
  bool training() const { return attrs_.training; }
  double eps() const { return attrs_.eps; }
  struct Use {
    double mean, rest, invstd;  // the mean is mean + rest
  };
  // batch: the statistics of the `count` values of channel c; used in training only.
  Use settle(const Buffers& b, int64_t c, double count, const Squares& batch) const {
    Use use{};
    if (attrs_.training && count == 0) {  // there is no value to learn from
      use = {0, 0, 1 / std::sqrt(attrs_.eps)};
      if (keeps_) {
        new_mean_.put(b.out[1], c, old_mean_.at(b.in[1], c));
        new_var_.put(b.out[2], c, old_var_.at(b.in[2], c));
      }
    } else if (attrs_.training) {
      use = {batch.mean, batch.rest, 1 / batch.root(count, attrs_.eps)};
      if (keeps_) {
        new_mean_.put(b.out[1], c,
                      (1 - attrs_.momentum) * old_mean_.at(b.in[1], c) +
                          attrs_.momentum * (batch.mean + batch.rest));
        new_var_.put(b.out[2], c,
                     (1 - attrs_.momentum) * old_var_.at(b.in[2], c) +
                         attrs_.momentum * batch.over(count - 1));
      }
    } else {
      use = {old_mean_.at(b.in[1], c), 0, 1 / std::sqrt(old_var_.at(b.in[2], c) + attrs_.eps)};
    }
    mean_.put(b.out[3], c, use.mean + use.rest);
    invstd_.put(b.out[4], c, use.invstd);
    return use;
  }

 private:
  BatchNormAttrs attrs_;
  Values old_mean_, old_var_, new_mean_, new_var_, mean_, invstd_;
  bool keeps_;
};

}  // namespace hebb::cpu
