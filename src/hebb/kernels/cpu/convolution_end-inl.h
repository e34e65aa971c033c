// What happens to a convolution's results in registers (packed_convolution.h). Included once per
// instruction set, after hwy/highway.h.

#if defined(HEBB_CONVOLUTION_END_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_CONVOLUTION_END_INL_H
#undef HEBB_CONVOLUTION_END_INL_H
#else
#define HEBB_CONVOLUTION_END_INL_H
#endif

#include "hebb/kernels/cpu/lanes-inl.h"
#include "hebb/kernels/cpu/packed_convolution.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

// The functions of an end. What is no number stays none.
struct EndsPlain {
  static HWY_INLINE HWY_ATTR V apply(const ConvolutionEnd&, V v) { return v; }
};
struct EndsInRelu {
  static HWY_INLINE HWY_ATTR V apply(const ConvolutionEnd&, V v) {
    return hn::IfThenZeroElse(hn::Lt(v, hn::Zero(D())), v);
  }
};
struct EndsInLeakyRelu {
  static HWY_INLINE HWY_ATTR V apply(const ConvolutionEnd& end, V v) {
    return hn::IfThenElse(hn::Lt(v, hn::Zero(D())), hn::Mul(v, hn::Set(D(), end.slope)), v);
  }
};
struct EndsInRelu6 {
  static HWY_INLINE HWY_ATTR V apply(const ConvolutionEnd& end, V v) {
    const V six = hn::Set(D(), 6.0f);
    return hn::IfThenElse(hn::Gt(v, six), six, EndsInRelu::apply(end, v));
  }
};

// Calls f(function) with the end's: loops inside of it do not ask which one it is.
template <class F>
HWY_ATTR void with_function(const ConvolutionEnd& end, F&& f) {
  switch (end.function) {
    case ConvolutionEnd::Function::none:
      return f(EndsPlain());
    case ConvolutionEnd::Function::relu:
      return f(EndsInRelu());
    case ConvolutionEnd::Function::leaky_relu:
      return f(EndsInLeakyRelu());
    case ConvolutionEnd::Function::relu6:
      return f(EndsInRelu6());
  }
}

// Writes the results of `count` channels to m.y + at.
template <class Function>
HWY_INLINE HWY_ATTR void put_results(Function, const ConvolutionEnd& end,
                                     const ConvolutionMemory& m, V v, int64_t at, int64_t count,
                                     int64_t lanes) {
  if (m.other)
    v = hn::Add(v, load(m.other + at, count, lanes));
  store(Function::apply(end, v), m.y + at, count, lanes);
}

}  // namespace
}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
