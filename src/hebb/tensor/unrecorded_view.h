// A view that is no operator: nobody records it. The dispatcher makes the outputs of view operators
// with it, and code about memory (files, copies) looks at it another way; everybody else takes what
// ops/views.h has.
#pragma once

#include "hebb/tensor/tensor.h"

namespace hebb {

// Another window on the tensor's storage; the offset counts from the storage's first element. That
// it lies inside is the caller's to know.
Tensor unrecorded_view(const Tensor& tensor, const Dims& shape, const Dims& strides,
                       int64_t offset);

}  // namespace hebb
