// Everything that a call settles before it reads values: the common dtype of its operands, and its
// kernel's signature. For the dispatcher and for plans.
#pragma once

#include "hebb/kernels/kernel.h"
#include "hebb/ops/op.h"

namespace hebb {

// The dtype that a call's operands are promoted to. Depends on their dtypes, ranks and attributes
// alone.
DType common_dtype(const Call& call);

// The device that a call runs on: its operands', and that in its attributes. Plain numbers and
// random keys lie in the host's memory and go with any device. Error: the operands are on several
// devices.
Device device_of(const Call& call);

// Whether all operands are plain numbers. The result is a plain number then, computed in f64 at
// least.
bool has_only_numbers(const Call& call);

// Converts a plain number to another dtype as the copy kernel does, without a kernel.
Tensor number_in(const Tensor& number, DType dtype);

// The signature of a kernel for this call, without threads and the kind of run. takes: the dtypes
// that promotion casts the operands to (promoted_dtypes). fixed: existing outputs, or none. The
// signature points at the call's attributes. The caller sets the call's common dtype before.
Signature signature_of(const Call& call, const SmallVector<DType, 6>& takes, const Tensors& fixed);

// The layout of an output that its kernel does not choose. Elementwise outputs have the strides of
// the first operand of the full shape that is dense and not row-major. All others are row-major.
Dims output_strides(const Op& op, const Dims& shape, std::span<const Operand> operands);

// The operands' layouts as the kernel will see them.
Operands layouts_of(const Call& call, const SmallVector<DType, 6>& takes);

// The operand in the form that a kernel wants packed: kept by its storage, or packed now.
std::shared_ptr<const Storage> packed_operand(const Tensor& operand, const Packing& packing);

}  // namespace hebb
