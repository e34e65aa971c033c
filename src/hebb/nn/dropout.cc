#include "hebb/nn/dropout.h"

#include "hebb/base/check.h"
#include "hebb/ops/random.h"
#include "hebb/ops/random_key.h"

namespace hebb::nn {

Dropout::Dropout(double p) : p(p) {
  check_in(p >= 0 && p <= 1, ErrorKind::usage, "dropout", "p is {}, should be from 0 to 1", p);
}

Tensor Dropout::forward(const Tensor& x) const {
  return is_training() && p > 0 ? dropout(x, p, true, draw_key(random_number())) : x;
}

std::string Dropout::describe() const {
  return fmt::format("Dropout(p={})", p);
}

}  // namespace hebb::nn
