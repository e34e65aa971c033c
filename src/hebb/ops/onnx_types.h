// Which dtypes ONNX's operators take.
#pragma once

#include <string_view>

#include "hebb/tensor/dtype.h"

namespace hebb {

enum class OnnxTakes {
  yes,
  no,       // not this dtype
  not_yet,  // the operator comes with a later opset
  unknown,  // no operator of this name
};
// Whether input number `input` of the operator takes the dtype in this opset. The last of the
// listed inputs stands for all after it.
OnnxTakes onnx_takes(std::string_view type, int opset, size_t input, DType dtype);

}  // namespace hebb
