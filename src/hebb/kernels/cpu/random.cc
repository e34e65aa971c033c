// Random tensors and dropout. The last operand is the key. Fast forms for f32 take their words in
// vectors; the plain ones draw the same words one block at a time.

#include "hebb/kernels/random.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/base/philox.h"
#include "hebb/kernels/cpu/elementwise.h"
#include "hebb/kernels/cpu/random_words.h"

namespace hebb::cpu::impl {
namespace {

class RandomKernel : public Kernel {
 public:
  RandomKernel(const Signature& s, std::string_view kernel_name)
      : count_(product(s.out[0].shape)), key_slot_(s.in.size() - 1) {
    name = kernel_name;
  }

 protected:
  uint64_t key(const Buffers& b) const { return *b.input<uint64_t>(key_slot_); }
  int64_t count_;

 private:
  size_t key_slot_;
};

double double_unit(uint64_t key, int64_t i) {
  const PhiloxBlock block = philox(key, uint64_t(i / 2));
  return i % 2 ? unit_double(block[2], block[3]) : unit_double(block[0], block[1]);
}

// [0, 1) with as many bits as the type has, so that rounding never makes it 1.
template <class T>
double unit(uint64_t key, int64_t i) {
  if constexpr (std::is_same_v<T, double>)
    return double_unit(key, i);
  else if constexpr (std::is_same_v<T, Half>)
    return double(random_word(key, i) >> 21) * 0x1p-11;
  else if constexpr (std::is_same_v<T, BFloat16>)
    return double(random_word(key, i) >> 24) * 0x1p-8;
  else
    return double(unit_float(random_word(key, i)));
}

template <class T>
T from_double(double value) {
  if constexpr (std::is_same_v<T, double>)
    return value;
  else
    return T(float(value));
}

// The upper limit after rounding: the largest number below `high`, or low when there is none from
// low on.
template <class T>
T largest_below(double low, double high) {
  T at = from_double<T>(high);
  if (double(at) >= high) {
    if constexpr (is_half_type<T>) {
      const auto bits = std::bit_cast<uint16_t>(at);
      if ((bits & 0x7fff) == 0)
        at = std::bit_cast<T>(uint16_t(0x8001));
      else
        at = std::bit_cast<T>(uint16_t(bits & 0x8000 ? bits + 1 : bits - 1));
    } else {
      at = std::nextafter(at, -std::numeric_limits<T>::infinity());
    }
  }
  return double(at) < low ? from_double<T>(low) : at;
}

// Calls f(i) for all elements.
template <class F>
void each(int64_t n, const F& f) {
  parallel_for(n, random_grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      f(i);
  });
}

// Calls f(words, begin, count) for pieces of f32 elements, with one word per element.
template <class F>
void each_piece(uint64_t key, int64_t n, const F& f) {
  parallel_for(n, random_grain, [&](int64_t begin, int64_t end) {
    alignas(64) uint32_t words[random_piece];
    for (int64_t at = begin; at < end; at += random_piece) {
      const int64_t count = std::min(random_piece, end - at);
      random_words(key, uint64_t(at / 4), (count + 3) / 4, words);
      f(words, at, count);
    }
  });
}

template <class T>
class Uniform : public RandomKernel {
 public:
  explicit Uniform(const Signature& s)
      : RandomKernel(s, "plain"), low_(s.attributes<UniformAttrs>().low),
        width_(s.attributes<UniformAttrs>().high - low_),
        last_(double(largest_below<T>(low_, s.attributes<UniformAttrs>().high))) {}
  void run(const Buffers& b) const override {
    T* out = b.output<T>(0);
    each(count_, [&, key = key(b)](int64_t i) {
      out[i] = from_double<T>(std::min(low_ + width_ * unit<T>(key, i), last_));
    });
  }

 private:
  double low_, width_, last_;
};

class UniformF32 : public RandomKernel {
 public:
  explicit UniformF32(const Signature& s)
      : RandomKernel(s, "simd"), low_(float(s.attributes<UniformAttrs>().low)),
        width_(float(s.attributes<UniformAttrs>().high - s.attributes<UniformAttrs>().low)),
        last_(largest_below<float>(s.attributes<UniformAttrs>().low,
                                   s.attributes<UniformAttrs>().high)) {}
  void run(const Buffers& b) const override {
    each_piece(key(b), count_, [&](const uint32_t* words, int64_t begin, int64_t n) {
      float* out = b.output<float>(0) + begin;
      for (int64_t i = 0; i < n; ++i)
        out[i] = std::min(low_ + width_ * (float(int32_t(words[i] >> 8)) * 0x1p-24f), last_);
    });
  }

 private:
  float low_, width_, last_;
};

template <class T>
class Normal : public RandomKernel {
 public:
  explicit Normal(const Signature& s)
      : RandomKernel(s, "plain"), mean_(s.attributes<NormalAttrs>().mean),
        std_(s.attributes<NormalAttrs>().std) {}
  void run(const Buffers& b) const override {
    T* out = b.output<T>(0);
    // A pair of uniform numbers makes a pair of normal ones.
    each(count_, [&, key = key(b)](int64_t i) {
      double u = 0, v = 0;
      if constexpr (std::is_same_v<T, double>) {
        u = double_unit(key, i / 2 * 2);
        v = double_unit(key, i / 2 * 2 + 1);
      } else {
        u = double(unit_float(random_word(key, i / 2 * 2)));
        v = double(unit_float(random_word(key, i / 2 * 2 + 1)));
      }
      const double radius = std::sqrt(-2 * std::log(1 - u)), angle = 6.283185307179586476925 * v;
      out[i] = from_double<T>(mean_ + std_ * radius * (i % 2 ? std::sin(angle) : std::cos(angle)));
    });
  }

 private:
  double mean_, std_;
};

class NormalF32 : public RandomKernel {
 public:
  explicit NormalF32(const Signature& s)
      : RandomKernel(s, "simd"), mean_(float(s.attributes<NormalAttrs>().mean)),
        std_(float(s.attributes<NormalAttrs>().std)) {}
  void run(const Buffers& b) const override {
    each_piece(key(b), count_, [&](const uint32_t* words, int64_t begin, int64_t n) {
      float* out = b.output<float>(0) + begin;
      normal_words(words, mean_, std_, out, n / 2 * 2);
      if (n % 2) {  // the last pair gives one number only
        float pair[2];
        normal_words(words + n - 1, mean_, std_, pair, 2);
        out[n - 1] = pair[0];
      }
    });
  }

 private:
  float mean_, std_;
};

template <class T>
class Randint : public RandomKernel {
 public:
  explicit Randint(const Signature& s)
      : RandomKernel(s, "plain"), low_(s.attributes<RandintAttrs>().low),
        width_(uint64_t(s.attributes<RandintAttrs>().high) - uint64_t(low_)) {}
  void run(const Buffers& b) const override {
    T* out = b.output<T>(0);
    each(count_, [&, key = key(b)](int64_t i) {
      const PhiloxBlock block = philox(key, uint64_t(i / 2));
      const uint64_t bits =
          i % 2 ? uint64_t(block[2]) << 32 | block[3] : uint64_t(block[0]) << 32 | block[1];
      const auto value = int64_t(uint64_t(low_) + multiply_words(bits, width_).high);
      if constexpr (is_half_type<T>)
        out[i] = T(float(value));
      else
        out[i] = T(value);
    });
  }

 private:
  int64_t low_;
  uint64_t width_;
};

// Fisher and Yates 1938, Durstenfeld 1964.
template <class T>
class Randperm : public RandomKernel {
 public:
  explicit Randperm(const Signature& s) : RandomKernel(s, "plain") {}
  void run(const Buffers& b) const override {
    T* out = b.output<T>(0);
    std::iota(out, out + count_, T(0));
    Philox random(key(b));
    for (int64_t i = count_; i-- > 1;)
      std::swap(out[i], out[random.below(uint64_t(i + 1))]);
  }
};

template <class T>
class Bernoulli : public RandomKernel {
 public:
  explicit Bernoulli(const Signature& s) : RandomKernel(s, "plain") {
    wants_in = {contiguous_strides(s.in[0].shape)};
  }
  void run(const Buffers& b) const override {
    const T* p = b.input<T>(0);
    T* out = b.output<T>(0);
    for (int64_t i = 0; i < count_; ++i)
      check(double(p[i]) >= 0 && double(p[i]) <= 1,
            "input holds {}, should be probabilities between 0 and 1", double(p[i]));
    each(count_, [&, key = key(b)](int64_t i) {
      out[i] = T(double(random_word(key, i)) * 0x1p-32 < double(p[i]) ? 1.f : 0.f);
    });
  }
};

template <class T>
class Dropout : public RandomKernel {
 public:
  Dropout(const Signature& s, std::string_view kernel_name)
      : RandomKernel(s, kernel_name), p_(s.attributes<DropoutAttrs>().p) {
    wants_in = {contiguous_strides(s.in[0].shape)};
    reuse = {0};
  }
  void run(const Buffers& b) const override {
    using C = typename ComputeType<T>::type;
    const T* x = b.input<T>(0);
    T* out = b.output<T>(0);
    const uint32_t threshold = drop_threshold(p_);
    const C scale = C(kept_scale(p_));
    each(count_, [&, key = key(b)](int64_t i) {
      out[i] = T(C(x[i]) * (random_word(key, i) >= threshold ? scale : C(0)));
    });
  }

 protected:
  double p_;
};

class DropoutF32 : public Dropout<float> {
 public:
  explicit DropoutF32(const Signature& s) : Dropout(s, "simd") {}
  void run(const Buffers& b) const override {
    each_piece(key(b), count_, [&](const uint32_t* words, int64_t begin, int64_t n) {
      drop_words(words, drop_threshold(p_), float(kept_scale(p_)), b.input<float>(0) + begin,
                 b.output<float>(0) + begin, n);
    });
  }
};

template <template <class> class K, class... Types, class... Args>
PreparedKernel make_random(const Signature& s, Args... args) {
  PreparedKernel kernel;
  ((s.out[0].dtype == dtype_of<Types> ? void(kernel = make_kernel<K<Types>>(s, args...)) : void()),
   ...);
  return kernel;
}
bool is_f32(const Signature& s) {
  return s.out[0].dtype == DType::f32;
}

}  // namespace

PreparedKernel uniform_plain(const Signature& s) {
  return make_random<Uniform, HEBB_FLOATS>(s);
}
PreparedKernel uniform_simd(const Signature& s) {
  return is_f32(s) ? make_kernel<UniformF32>(s) : nullptr;
}
PreparedKernel normal_plain(const Signature& s) {
  return make_random<Normal, HEBB_FLOATS>(s);
}
PreparedKernel normal_simd(const Signature& s) {
  return is_f32(s) ? make_kernel<NormalF32>(s) : nullptr;
}
PreparedKernel randint_plain(const Signature& s) {
  return make_random<Randint, HEBB_INTEGERS, HEBB_FLOATS>(s);
}
PreparedKernel randperm_plain(const Signature& s) {
  return make_random<Randperm, int32_t, int64_t>(s);
}
PreparedKernel bernoulli_plain(const Signature& s) {
  return make_random<Bernoulli, HEBB_FLOATS>(s);
}
PreparedKernel dropout_plain(const Signature& s) {
  return make_random<Dropout, HEBB_FLOATS>(s, "plain");
}
PreparedKernel dropout_simd(const Signature& s) {
  return is_f32(s) ? make_kernel<DropoutF32>(s) : nullptr;
}

}  // namespace hebb::cpu::impl
