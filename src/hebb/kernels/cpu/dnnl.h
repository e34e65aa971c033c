// oneDNN, and the one place that knows how its versions differ (Debian 12 has 2.6, Debian 13
// has 3.7): since 3.0 a descriptor of an operation and its primitive descriptor are made in one
// step: dnnl_describe().
#pragma once

#include <oneapi/dnnl/dnnl.hpp>

#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

inline dnnl::engine& dnnl_engine() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}
// One stream per thread: streams are not to be shared between threads that execute at once.
inline dnnl::stream& dnnl_stream() {
  thread_local dnnl::stream stream(dnnl_engine());
  return stream;
}

// Primitives whose scratch memory is ours, so that several threads can run the same prepared
// kernel.
inline dnnl::primitive_attr dnnl_attr() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

inline std::optional<dnnl::memory::data_type> dnnl_type(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return dnnl::memory::data_type::f32;
    case DType::bf16:
      return dnnl::memory::data_type::bf16;
    default:
      return std::nullopt;
  }
}

inline dnnl::memory::desc dnnl_desc(const Operand& operand, dnnl::memory::data_type type) {
  return dnnl::memory::desc(dnnl::memory::dims(operand.shape.begin(), operand.shape.end()), type,
                            dnnl::memory::dims(operand.strides.begin(), operand.strides.end()));
}

// A memory object over buffers that are set at every run.
inline dnnl::memory dnnl_memory(const dnnl::memory::desc& desc, const void* data) {
  return dnnl::memory(desc, dnnl_engine(), const_cast<void*>(data));
}

// The primitive descriptor of operation P; `what` in the order of oneDNN's own constructors,
// without engine and attributes.
template <class P, class... What>
typename P::primitive_desc dnnl_describe(const What&... what) {
#if DNNL_VERSION_MAJOR >= 3
  return typename P::primitive_desc(dnnl_engine(), what..., dnnl_attr());
#else
  return typename P::primitive_desc(typename P::desc(what...), dnnl_attr(), dnnl_engine());
#endif
}

// The same for a gradient, after the descriptor of its forward operation.
template <class P, class Forward, class... What>
typename P::primitive_desc dnnl_describe_gradient(const Forward& forward, const What&... what) {
#if DNNL_VERSION_MAJOR >= 3
  return typename P::primitive_desc(dnnl_engine(), what..., forward, dnnl_attr());
#else
  return typename P::primitive_desc(typename P::desc(what...), dnnl_attr(), dnnl_engine(), forward);
#endif
}

}  // namespace hebb::cpu
