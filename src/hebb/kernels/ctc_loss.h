// What the entries of the loss of alignments and their kernels share.
#pragma once

#include <string>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"

namespace hebb {

struct CtcAttrs {
  int64_t blank = 0;
  std::string reduction = "mean";
  bool zero_infinity = false;
  HEBB_FIELDS(blank, reduction, zero_infinity)
};

namespace kernel {
inline constexpr KernelId ctc_loss{"ctc_loss"};
inline constexpr KernelId ctc_loss_backward{"ctc_loss_backward"};
inline constexpr KernelId ctc_loss_second{"ctc_loss_second"};
}  // namespace kernel

}  // namespace hebb
