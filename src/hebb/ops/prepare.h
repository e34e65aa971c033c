// What is settled before a call's values are touched: the dtype its operands meet in, and what its
// kernel is to do. For the dispatcher and for plans.
#pragma once

#include "hebb/kernels/kernel.h"
#include "hebb/ops/op.h"

namespace hebb {

// What the operands of a call are promoted to, from their dtypes, ranks and attributes alone.
DType common_dtype(const Call& call);

// Where a call runs: on the device that it is told, which has to be its operands'. Plain numbers
// and random keys are the host's and go anywhere; what is on meta is nowhere.
// Error: the operands are on several devices.
Device device_of(const Call& call);

// Plain numbers alone: what is computed of them is a plain number, and in no less than f64.
bool has_only_numbers(const Call& call);

// A plain number in another dtype, converted as the copy kernel does but without one.
Tensor number_in(const Tensor& number, DType dtype);

// What a kernel for this call has to do, threads and the kind of run apart. takes: the dtypes that
// promotion brings the operands to (promoted_dtypes). fixed: outputs that are there already, or
// none. The signature points at the call's attributes. The call's common dtype is set before.
Signature signature_of(const Call& call, const SmallVector<DType, 6>& takes, const Tensors& fixed);

// The layout of an output that its kernel does not choose: elementwise ones lie like the first
// operand of the full shape that is dense and not row-major; all others are row-major.
Dims output_strides(const Op& op, const Dims& shape, std::span<const Operand> operands);

// The operands' layouts as the kernel will see them.
Operands layouts_of(const Call& call, const SmallVector<DType, 6>& takes);

// The operand in the form that a kernel packs it in: what its storage keeps, or packed now.
std::shared_ptr<const Storage> packed_operand(const Tensor& operand, const Packing& packing);

}  // namespace hebb
