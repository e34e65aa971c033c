// How a Fourier transform of one length is computed: in stages of small radices (Stockham's form,
// which needs no bit reversal), or, where a prime factor is large, as a convolution (Bluestein).
// R: the type that is computed in.
#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <vector>

namespace hebb::cpu {

inline constexpr int most_radix = 31;  // larger prime factors go by Bluestein's way

template <class R>
struct FftPlan {
  explicit FftPlan(int64_t n);

  struct Stage {
    int64_t radix;
    int64_t inner, outer;  // n = inner * radix * outer; outer: the product of the radices before
    size_t twiddles;       // where exp(-2πi r k / (radix inner)) begins, [radix - 1][inner]
    size_t roots;          // where exp(-2πi k / radix) begins, [radix]
  };

  int64_t n;
  std::vector<Stage> stages;
  std::vector<std::complex<R>> factors;  // the twiddles and roots of all stages

  // Bluestein: a convolution of length padded->n. chirp: exp(-πi k² / n); spectrum: of its
  // conjugate, over padded->n.
  std::unique_ptr<const FftPlan> padded;
  std::vector<std::complex<R>> chirp, spectrum;

  int64_t work() const { return padded ? padded->n : n; }  // elements of each of two buffers
};

// exp(-2πi k / n), right to f64 for any k.
std::complex<double> root_of_unity(int64_t k, int64_t n);

}  // namespace hebb::cpu
