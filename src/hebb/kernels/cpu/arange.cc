// start + i * step, computed in f64 from the element's own i, so that errors do not add up.

#include "hebb/kernels/arange.h"

#include <cmath>

#include "hebb/kernels/cpu/kernels.h"

namespace hebb::cpu::impl {
namespace {

template <class T>
class Arange : public Kernel {
 public:
  explicit Arange(const Signature& s)
      : start_(s.attributes<ArangeAttrs>().start), step_(s.attributes<ArangeAttrs>().step), n_(s.out[0].shape[0]) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    T* out = b.output<T>(0);
    for (int64_t i = 0; i < n_; ++i) {
      if constexpr (std::is_integral_v<T>) out[i] = T(int64_t(start_ + double(i) * step_));
      else out[i] = T(start_ + double(i) * step_);
    }
  }

 private:
  double start_, step_;
  int64_t n_;
};

}  // namespace

PreparedKernel arange_plain(const Signature& s) {
  return visit(s.out[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::complex<float>> || std::is_same_v<T, std::complex<double>>)
      return nullptr;
    else return std::make_shared<Arange<T>>(s);
  });
}

}  // namespace hebb::cpu::impl
