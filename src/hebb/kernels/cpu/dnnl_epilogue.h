// The steps after an operator that oneDNN computes while the results are still in registers.
#pragma once

#include <cstring>
#include <memory>
#include <optional>

#include "hebb/kernels/cpu/dnnl.h"
#include "hebb/kernels/cpu/epilogue.h"

namespace hebb::cpu {

// The first steps of the signature's epilogue: at most one sum with a tensor of the output's shape,
// which comes first, and one function of those that oneDNN knows.
struct DnnlEpilogue {
  size_t steps = 0;   // how many of the offered steps are taken
  bool sums = false;  // the first step adds the signature's last input, which has to lie in the
                      // output's memory when the primitive runs
  dnnl::primitive_attr attr = dnnl_attr();
};
// most: the limit of steps.
DnnlEpilogue dnnl_epilogue(const Signature& signature, size_t most);

// A sum in place: what is added lies in the output's memory before the primitive runs.
struct DnnlSum {
  size_t input = 0, bytes = 0;  // the signature's input, and its size; 0: nothing is added
  bool is_there(const Buffers& b) const { return input == 0 || b.in[input] == b.out[0]; }
  void begin(const Buffers& b) const {
    if (!is_there(b))
      std::memcpy(b.out[0], b.in[input], bytes);
  }
};

// The descriptor with the longest epilogue that oneDNN implements. describe(attr) makes one, or
// throws dnnl::error; accept(pd) says whether it will do. Nothing: there is none.
template <class Describe, class Accept>
auto with_longest_epilogue(const Signature& s, DnnlEpilogue& epilogue, Describe&& describe,
                           Accept&& accept) -> std::optional<decltype(describe(epilogue.attr))> {
  for (size_t most = s.epilogue.size() + 1; most-- > 0;) {
    epilogue = dnnl_epilogue(s, most);
    if (epilogue.steps < most)
      continue;
    try {
      auto pd = describe(epilogue.attr);
      if (accept(pd))
        return pd;
    } catch (const dnnl::error&) {
      // A combination that oneDNN does not implement on this processor.
    }
  }
  return std::nullopt;
}

}  // namespace hebb::cpu
