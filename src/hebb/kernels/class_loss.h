// Attributes of losses against class indices: cross_entropy and nll_loss.
#pragma once

#include <string>

#include "hebb/base/fields.h"

namespace hebb {

struct ClassLossAttrs {
  std::string reduction = "mean";  // "mean", "sum" or "none"
  int64_t ignore_index = -100;     // rows with this target count for nothing
  double label_smoothing = 0;      // this share of the target is spread evenly over all classes
  HEBB_FIELDS(reduction, ignore_index, label_smoothing)
};

}  // namespace hebb
