// A view that is not recorded. It is for the outputs of view operators and for code that works on
// memory (files, copies). All other code uses ops/views.h.
#pragma once

#include "hebb/tensor/tensor.h"

namespace hebb {

// Another window on the tensor's storage, in its dtype or in that of its parts (complex numbers as
// real ones, and back). The offset counts from the storage's first element. The caller checks
// bounds.
Tensor unrecorded_view(const Tensor& tensor, const Dims& shape, const Dims& strides, int64_t offset,
                       std::optional<DType> dtype = {});

}  // namespace hebb
