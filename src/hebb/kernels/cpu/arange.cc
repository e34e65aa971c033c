// start + i * step, computed in f64 (whole numbers in 64 bits) from the element's own i, so that
// errors do not add up.

#include "hebb/kernels/arange.h"

#include <cmath>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu::impl {
namespace {

template <class T>
class Arange : public Kernel {
 public:
  explicit Arange(const Signature& s)
      : start_(s.attributes<ArangeAttrs>().start), step_(s.attributes<ArangeAttrs>().step),
        n_(s.out[0].shape[0]) {
    name = "plain";
    whole_ = std::fabs(start_) < 0x1p63 && std::fabs(step_) < 0x1p63 &&
             start_ == std::trunc(start_) && step_ == std::trunc(step_);
    if (whole_) {
      first_ = int64_t(start_);
      by_ = int64_t(step_);
    }
  }
  void run(const Buffers& b) const override {
    T* out = b.output<T>(0);
    for (int64_t i = 0; i < n_; ++i) {
      if constexpr (std::is_integral_v<T>)
        out[i] = whole_ ? T(uint64_t(first_) + uint64_t(i) * uint64_t(by_))
                        : T(start_ + double(i) * step_);
      else
        out[i] = T(start_ + double(i) * step_);
    }
  }

 private:
  double start_, step_;
  int64_t n_, first_ = 0, by_ = 0;
  bool whole_;  // counts in 64-bit integers, because f64 skips some above 2^53
};

}  // namespace

PreparedKernel arange_plain(const Signature& s) {
  return visit(s.out[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::complex<float>> ||
                  std::is_same_v<T, std::complex<double>>)
      return nullptr;
    else
      return make_kernel<Arange<T>>(s);
  });
}

}  // namespace hebb::cpu::impl
