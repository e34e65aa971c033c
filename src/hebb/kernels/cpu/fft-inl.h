// The arithmetic of Fourier transforms, for several lines side by side: lane l of every vector
// belongs to line l. Included once per instruction set. An array of complex vectors is
// [n][2][lanes] numbers: the real parts, then the imaginary ones. W is the kind of vector:
//   W::R the number, W::V the vector, W::lanes, W::load, W::store, W::set, and W::load_pairs and
//   W::store_pairs of complex numbers as memory has them, W::reverse of the lanes' order.

#if defined(HEBB_FFT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_FFT_INL_H
#undef HEBB_FFT_INL_H
#else
#define HEBB_FFT_INL_H
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "hebb/kernels/cpu/fft_plan.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

template <class Real>
struct OneLane {
  using R = Real;
  using V = Real;
  static constexpr int64_t lanes = 1;
  static HWY_INLINE V load(const R* p) { return *p; }
  static HWY_INLINE void store(V v, R* p) { *p = v; }
  static HWY_INLINE V set(R x) { return x; }
  static HWY_INLINE void load_pairs(const R* p, V& re, V& im) {
    re = p[0];
    im = p[1];
  }
  static HWY_INLINE void store_pairs(V re, V im, R* p) {
    p[0] = re;
    p[1] = im;
  }
  static HWY_INLINE V reverse(V v) { return v; }
};

template <class Real>
struct ManyLanes {
  using D = hn::ScalableTag<Real>;
  using R = Real;
  using V = hn::Vec<D>;
  static constexpr int64_t lanes = int64_t(hn::MaxLanes(D()));
  static HWY_INLINE V load(const R* p) { return hn::Load(D(), p); }
  static HWY_INLINE void store(V v, R* p) { hn::Store(v, D(), p); }
  static HWY_INLINE V set(R x) { return hn::Set(D(), x); }
  static HWY_INLINE void load_pairs(const R* p, V& re, V& im) {
    hn::LoadInterleaved2(D(), p, re, im);
  }
  static HWY_INLINE void store_pairs(V re, V im, R* p) { hn::StoreInterleaved2(re, im, D(), p); }
  static HWY_INLINE V reverse(V v) { return hn::Reverse(D(), v); }
};

template <class W>
struct Complex {
  typename W::V re, im;
};

template <class W>
HWY_INLINE Complex<W> get(const typename W::R* x, int64_t i) {
  const typename W::R* p = x + 2 * W::lanes * i;
  return {W::load(p), W::load(p + W::lanes)};
}
template <class W>
HWY_INLINE void put(Complex<W> v, typename W::R* x, int64_t i) {
  typename W::R* p = x + 2 * W::lanes * i;
  W::store(v.re, p);
  W::store(v.im, p + W::lanes);
}

// Vectors that lie one behind the other, as stages read and write them.
template <class W>
struct VectorsAt {
  typename W::R* x;
  HWY_INLINE Complex<W> get(int64_t i) const { return HWY_NAMESPACE::get<W>(x, i); }
  HWY_INLINE void put(Complex<W> v, int64_t i) const { HWY_NAMESPACE::put<W>(v, x, i); }
};

template <class W>
HWY_INLINE Complex<W> plus(Complex<W> a, Complex<W> b) {
  return {a.re + b.re, a.im + b.im};
}
template <class W>
HWY_INLINE Complex<W> minus(Complex<W> a, Complex<W> b) {
  return {a.re - b.re, a.im - b.im};
}
template <class W>
HWY_INLINE Complex<W> times(Complex<W> a, std::complex<typename W::R> w) {
  const auto re = W::set(w.real()), im = W::set(w.imag());
  return {a.re * re - a.im * im, a.re * im + a.im * re};
}
template <class W>
HWY_INLINE Complex<W> scaled(Complex<W> a, typename W::R by) {
  const auto factor = W::set(by);
  return {a.re * factor, a.im * factor};
}
template <class W>
HWY_INLINE Complex<W> times_minus_i(Complex<W> a) {
  return {a.im, W::set(0) - a.re};
}

template <class W>
HWY_INLINE void radix2(Complex<W>* t) {
  const Complex<W> a = t[0], b = t[1];
  t[0] = plus(a, b);
  t[1] = minus(a, b);
}

template <class W>
HWY_INLINE void radix3(Complex<W>* t) {
  using R = typename W::R;
  const Complex<W> sum = plus(t[1], t[2]), apart = minus(t[1], t[2]);
  const Complex<W> middle = minus(t[0], scaled(sum, R(0.5))),
                   turned = times_minus_i(scaled(apart, R(0.86602540378443864676)));
  t[0] = plus(t[0], sum);
  t[1] = plus(middle, turned);
  t[2] = minus(middle, turned);
}

template <class W>
HWY_INLINE void radix4(Complex<W>* t) {
  const Complex<W> a = plus(t[0], t[2]), b = minus(t[0], t[2]), c = plus(t[1], t[3]),
                   d = times_minus_i(minus(t[1], t[3]));
  t[0] = plus(a, c);
  t[1] = plus(b, d);
  t[2] = minus(a, c);
  t[3] = minus(b, d);
}

// Two of radix 4, of the even and of the odd elements; the odd ones are turned by eighths.
template <class W>
HWY_INLINE void radix8(Complex<W>* t) {
  using R = typename W::R;
  const auto root = W::set(R(0.70710678118654752440));
  Complex<W> even[4] = {t[0], t[2], t[4], t[6]}, odd[4] = {t[1], t[3], t[5], t[7]};
  radix4(even);
  radix4(odd);
  odd[1] = {(odd[1].re + odd[1].im) * root, (odd[1].im - odd[1].re) * root};
  odd[2] = times_minus_i(odd[2]);
  odd[3] = {(odd[3].im - odd[3].re) * root, (W::set(0) - odd[3].re - odd[3].im) * root};
#pragma GCC unroll 4
  for (int k = 0; k < 4; ++k) {
    t[k] = plus(even[k], odd[k]);
    t[k + 4] = minus(even[k], odd[k]);
  }
}

template <class W>
HWY_INLINE void radix5(Complex<W>* t) {
  using R = typename W::R;
  constexpr R c1 = R(0.30901699437494742410), c2 = R(-0.80901699437494742410),
              s1 = R(0.95105651629515357212), s2 = R(0.58778525229247312917);
  const Complex<W> s14 = plus(t[1], t[4]), d14 = minus(t[1], t[4]), s23 = plus(t[2], t[3]),
                   d23 = minus(t[2], t[3]);
  const Complex<W> m1 = plus(t[0], plus(scaled(s14, c1), scaled(s23, c2))),
                   m2 = plus(t[0], plus(scaled(s14, c2), scaled(s23, c1)));
  const Complex<W> n1 = times_minus_i(plus(scaled(d14, s1), scaled(d23, s2))),
                   n2 = times_minus_i(minus(scaled(d14, s2), scaled(d23, s1)));
  t[0] = plus(t[0], plus(s14, s23));
  t[1] = plus(m1, n1);
  t[4] = minus(m1, n1);
  t[2] = plus(m2, n2);
  t[3] = minus(m2, n2);
}

// Of an odd length p, by sums and differences of what lies opposite. out[r] for r < p.
template <class W>
void radix_odd(int64_t p, const std::complex<typename W::R>* roots, const Complex<W>* t,
               Complex<W>* out) {
  Complex<W> sum[most_radix / 2 + 1], apart[most_radix / 2 + 1];
  out[0] = t[0];
  for (int64_t j = 1; j <= p / 2; ++j) {
    sum[j] = plus(t[j], t[p - j]);
    apart[j] = minus(t[j], t[p - j]);
    out[0] = plus(out[0], sum[j]);
  }
  for (int64_t r = 1; r <= p / 2; ++r) {
    Complex<W> even = t[0], odd = {W::set(0), W::set(0)};
    for (int64_t j = 1; j <= p / 2; ++j) {
      const std::complex<typename W::R> root = roots[j * r % p];  // cos - i sin
      even = plus(even, scaled(sum[j], root.real()));
      odd = plus(odd, scaled(apart[j], -root.imag()));
    }
    const Complex<W> turned = times_minus_i(odd);
    out[r] = plus(even, turned);
    out[p - r] = minus(even, turned);
  }
}

// One stage, for the radices that have a form of their own. From has get(i), To put(vector, i).
template <class W, int Radix, class From, class To>
void stage_of(const FftPlan<typename W::R>& plan, const typename FftPlan<typename W::R>::Stage& s,
              const From& from, const To& to) {
  const std::complex<typename W::R>* twiddles = plan.factors.data() + s.twiddles;
  Complex<W> t[Radix];  // in registers, once the loops over it are unrolled
  for (int64_t k = 0; k < s.outer; ++k)
    for (int64_t i = 0; i < s.inner; ++i) {
#pragma GCC unroll 8
      for (int j = 0; j < Radix; ++j)
        t[j] = from.get(i + s.inner * (j + Radix * k));
      if constexpr (Radix == 2)
        radix2(t);
      else if constexpr (Radix == 3)
        radix3(t);
      else if constexpr (Radix == 4)
        radix4(t);
      else if constexpr (Radix == 5)
        radix5(t);
      else
        radix8(t);
      to.put(t[0], i + s.inner * k);
      if (i == 0)
#pragma GCC unroll 8
        for (int r = 1; r < Radix; ++r)
          to.put(t[r], s.inner * (k + s.outer * r));
      else
#pragma GCC unroll 8
        for (int r = 1; r < Radix; ++r)
          to.put(times(t[r], twiddles[(r - 1) * s.inner + i]), i + s.inner * (k + s.outer * r));
    }
}

template <class W, class From, class To>
void stage_odd(const FftPlan<typename W::R>& plan, const typename FftPlan<typename W::R>::Stage& s,
               const From& from, const To& to) {
  const std::complex<typename W::R>*twiddles = plan.factors.data() + s.twiddles,
                              *roots = plan.factors.data() + s.roots;
  Complex<W> t[most_radix], u[most_radix];
  for (int64_t k = 0; k < s.outer; ++k)
    for (int64_t i = 0; i < s.inner; ++i) {
      for (int64_t j = 0; j < s.radix; ++j)
        t[j] = from.get(i + s.inner * (j + s.radix * k));
      radix_odd<W>(s.radix, roots, t, u);
      to.put(u[0], i + s.inner * k);
      for (int64_t r = 1; r < s.radix; ++r)
        to.put(times(u[r], twiddles[(r - 1) * s.inner + i]), i + s.inner * (k + s.outer * r));
    }
}

template <class W, class From, class To>
void stage(const FftPlan<typename W::R>& plan, const typename FftPlan<typename W::R>::Stage& s,
           const From& from, const To& to) {
  switch (s.radix) {
    case 2:
      return stage_of<W, 2>(plan, s, from, to);
    case 3:
      return stage_of<W, 3>(plan, s, from, to);
    case 4:
      return stage_of<W, 4>(plan, s, from, to);
    case 5:
      return stage_of<W, 5>(plan, s, from, to);
    case 8:
      return stage_of<W, 8>(plan, s, from, to);
    default:
      return stage_odd<W>(plan, s, from, to);
  }
}

// Transforms a forwards, with the help of b; gives the one of them that holds the result.
template <class W>
typename W::R* stages(const FftPlan<typename W::R>& plan, typename W::R* a, typename W::R* b) {
  for (const auto& s : plan.stages) {
    stage<W>(plan, s, VectorsAt<W>{a}, VectorsAt<W>{b});
    std::swap(a, b);
  }
  return a;
}

// The same without passes that only read or write: the first stage takes elements from where they
// are, and the last one puts them where they belong. After the first stage the others are those of
// shorter transforms, of which the first-level cache holds one at a time. To also has
// every(first, step): where elements first, first + step, ... belong. `from` may be b, or the
// memory of `to`.
template <class W, class From, class To>
void stages_between(const FftPlan<typename W::R>& plan, const From& from, typename W::R* a,
                    typename W::R* b, const To& to) {
  const size_t count = plan.stages.size();
  if (count == 0)
    return to.put(from.get(0), 0);
  const auto& first = plan.stages[0];
  if (count == 1)
    return stage<W>(plan, first, from, to);
  stage<W>(plan, first, from, VectorsAt<W>{a});
  if (count == 2)
    return stage<W>(plan, plan.stages[1], VectorsAt<W>{a}, to);
  for (int64_t k = 0; k < first.radix; ++k) {
    typename W::R *x = a + 2 * W::lanes * first.inner * k, *y = b;
    for (size_t i = 1; i < count; ++i) {
      auto s = plan.stages[i];
      s.outer /= first.radix;
      if (i + 1 == count)
        stage<W>(plan, s, VectorsAt<W>{x}, to.every(k, first.radix));
      else
        stage<W>(plan, s, VectorsAt<W>{x}, VectorsAt<W>{y});
      std::swap(x, y);
    }
  }
}

// The same for any length.
template <class W>
typename W::R* transform(const FftPlan<typename W::R>& plan, typename W::R* a, typename W::R* b) {
  if (!plan.padded)
    return stages<W>(plan, a, b);
  const int64_t n = plan.n, m = plan.padded->n;
  for (int64_t i = 0; i < n; ++i)
    put<W>(times(get<W>(a, i), plan.chirp[size_t(i)]), a, i);
  std::fill(a + 2 * W::lanes * n, a + 2 * W::lanes * m, typename W::R(0));
  typename W::R* spectrum = stages<W>(*plan.padded, a, b);
  // The transform back is one forwards with real and imaginary parts swapped, before and after.
  for (int64_t i = 0; i < m; ++i) {
    const Complex<W> product = times(get<W>(spectrum, i), plan.spectrum[size_t(i)]);
    put<W>({product.im, product.re}, spectrum, i);
  }
  typename W::R* out = stages<W>(*plan.padded, spectrum, spectrum == a ? b : a);
  for (int64_t i = 0; i < n; ++i) {
    const Complex<W> value = get<W>(out, i);
    put<W>(times(Complex<W>{value.im, value.re}, plan.chirp[size_t(i)]), out, i);
  }
  return out;
}

}  // namespace
}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
