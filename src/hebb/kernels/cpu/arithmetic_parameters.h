// The attributes of arithmetic as the plain and the fast loops read them.
#pragma once

#include "hebb/kernels/arithmetic.h"
#include "hebb/kernels/cpu/elementwise.h"

namespace hebb::cpu {

inline bool has_alpha(const Signature& s) {
  return s.attributes<AddAttrs>().alpha != 1;
}
inline Parameters add_parameters(const Signature& s) {
  return {s.attributes<AddAttrs>().alpha};
}
inline Parameters sub_parameters(const Signature& s) {
  return {-s.attributes<AddAttrs>().alpha};
}
inline Parameters addc_parameters(const Signature& s) {
  return {s.attributes<AddcAttrs>().value};
}

}  // namespace hebb::cpu
