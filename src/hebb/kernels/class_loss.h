// Attributes of losses against class indices: cross_entropy and nll_loss.
#pragma once

#include <string>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"

namespace hebb {

struct ClassLossAttrs {
  std::string reduction = "mean";  // "mean", "sum" or "none"
  int64_t ignore_index = -100;     // rows with this target are ignored
  double label_smoothing = 0;      // this share of the target is spread evenly over all classes
  HEBB_FIELDS(reduction, ignore_index, label_smoothing)
};

namespace kernel {
inline constexpr KernelId class_cross_entropy{"class_cross_entropy"};
inline constexpr KernelId class_cross_entropy_backward{"class_cross_entropy_backward"};
inline constexpr KernelId nll_loss{"nll_loss"};
inline constexpr KernelId nll_loss_backward{"nll_loss_backward"};
}  // namespace kernel

}  // namespace hebb
