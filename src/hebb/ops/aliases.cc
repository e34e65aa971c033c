#include "hebb/ops/aliases.h"

namespace hebb {

std::span<const OpAlias> op_aliases() {
  static constexpr OpAlias aliases[] = {
      {"absolute", "abs"},
      {"arccos", "acos"},
      {"arccosh", "acosh"},
      {"arcsin", "asin"},
      {"arcsinh", "asinh"},
      {"arctan", "atan"},
      {"arctan2", "atan2"},
      {"arctanh", "atanh"},
      {"argwhere", "nonzero"},
      {"clip", "clamp"},
      {"concat", "cat"},
      {"concatenate", "cat"},
      {"divide", "div"},
      {"fix", "trunc"},
      {"greater", "gt"},
      {"greater_equal", "ge"},
      {"less", "lt"},
      {"less_equal", "le"},
      {"moveaxis", "movedim"},
      {"multiply", "mul"},
      {"negative", "neg"},
      {"not_equal", "ne"},
      {"row_stack", "vstack"},
      {"special_digamma", "digamma"},
      {"special_erf", "erf"},
      {"special_erfc", "erfc"},
      {"special_erfinv", "erfinv"},
      {"special_exp2", "exp2"},
      {"special_expit", "sigmoid"},
      {"special_expm1", "expm1"},
      {"special_gammaln", "lgamma"},
      {"special_i0", "i0"},
      {"special_log1p", "log1p"},
      {"special_log_softmax", "log_softmax"},
      {"special_logit", "logit"},
      {"special_logsumexp", "logsumexp"},
      {"special_multigammaln", "mvlgamma"},
      {"special_polygamma", "polygamma"},
      {"special_psi", "digamma"},
      {"special_round", "round"},
      {"special_sinc", "sinc"},
      {"special_softmax", "softmax"},
      {"special_xlogy", "xlogy"},
      {"subtract", "sub"},
      {"swapdims", "transpose"},
      {"trapz", "trapezoid"},
      {"true_divide", "div"},
  };
  return aliases;
}

}  // namespace hebb
