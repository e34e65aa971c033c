#include "hebb/ops/reduction.h"

#include "hebb/base/check.h"
#include "hebb/ops/reduce.h"

namespace hebb {

void check_reduction(const std::string& reduction) {
  check(reduction == "mean" || reduction == "sum" || reduction == "none",
        "reduction is \"{}\", should be mean, sum or none", reduction);
}

Tensor reduced(const Tensor& losses, const std::string& reduction) {
  check_reduction(reduction);
  return reduction == "none" ? losses : reduction == "sum" ? sum(losses) : mean(losses);
}

}  // namespace hebb
