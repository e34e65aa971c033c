#include "hebb/ops/prepare.h"

#include <algorithm>
#include <complex>

#include "hebb/base/check.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/random_key.h"
#include "hebb/ops/slot_names.h"
#include "hebb/tensor/element_types.h"

namespace hebb {

Tensor number_in(const Tensor& number, DType dtype) {
  if (number.dtype() == DType::f64 && !is_differentiable(dtype))
    return cast_values(number, dtype);
  const Tensor out = Tensor::empty({}, dtype);
  visit(dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    auto put = [&](auto value) {
      if constexpr (std::is_arithmetic_v<T>)
        *out.data<T>() = T(value);
      else if constexpr (std::is_same_v<T, std::complex<double>>)
        *out.data<T>() = T(double(value), 0);
      else
        *out.data<T>() = T(float(value));
    };
    if (number.dtype() == DType::f64)
      put(*number.data<double>());
    else if (number.dtype() == DType::i64)
      put(*number.data<int64_t>());
    else
      put(*number.data<bool>());
  });
  return out;
}

bool has_only_numbers(const Call& call) {
  return call.op().elementwise &&
         std::all_of(call.inputs().begin(), call.inputs().end(),
                     [](const Tensor& t) { return !t.defined() || t.is_number(); });
}

DType common_dtype(const Call& call) {
  const Op& op = call.op();
  if (op.promote_to)
    return op.promote_to(call);
  const Promotion promotion = op.promotion_by ? op.promotion_by(call) : op.promotion;
  if (promotion == Promotion::none) {
    for (const Tensor& operand : call.inputs())
      if (operand.defined())
        return operand.dtype();
    return DType::f32;
  }
  SmallVector<PromotionOperand, 8> seen;
  for (size_t i = size_t(op.promote_from); i < call.inputs().size(); ++i)
    if (const Tensor& operand = call.inputs()[i]; operand.defined())
      seen.push_back({operand.dtype(), operand.dim() == 0, operand.is_number()});
  DType common = result_type(seen);
  if (promotion == Promotion::floating && !is_floating(common) && !is_complex(common))
    common = DType::f32;
  return is_floating(common) && has_only_numbers(call) ? DType::f64 : common;
}

SmallVector<DType, 6> promoted_dtypes(const Call& call, DType common) {
  SmallVector<DType, 6> dtypes;
  const auto& op = call.op();
  const bool none =
      !op.promote_to && (op.promotion_by ? op.promotion_by(call) : op.promotion) == Promotion::none;
  if (none)
    return dtypes;
  bool changes = false;
  for (size_t i = 0; i < call.inputs().size(); ++i) {
    const Tensor& operand = call.inputs()[i];
    const DType own = operand.defined() ? operand.dtype() : common;
    dtypes.push_back(i < size_t(op.promote_from) ? own : common);
    changes |= dtypes.back() != own;
  }
  if (!changes)
    dtypes.clear();
  return dtypes;
}

namespace {

// The operand's name as its user knows it: "weight", "tensors1".
std::string name_of_operand(const Call& call, size_t i) {
  const Op& op = call.op();
  for (int slot = op.inputs.size(); slot-- > 0;)
    if (const auto first = size_t(call.first(slot)); first <= i) {
      const std::string name(plain(op.inputs[slot]));
      return is_list(op.inputs[slot]) ? name + std::to_string(i - first) : name;
    }
  bug("an operand without a slot");
}

// As a program writes it.
std::string in_code(const Device& device) {
  return device == Device::cpu ? "Device::cpu"
                               : fmt::format("device_named(\"{}\")", to_string(device));
}

}  // namespace

Device device_of(const Call& call) {
  const std::optional<Device> told = call.attrs().device();
  if (call.op().moves)
    return *told;
  std::optional<Device> device = told;
  std::string whose = "the result";
  for (size_t i = 0; i < call.inputs().size(); ++i) {
    const Tensor& operand = call.inputs()[i];
    if (!operand.defined() || operand.is_number() || operand.device() == meta)
      continue;
    const bool is_last = i + 1 == call.inputs().size();
    if (is_last && is_random_key(call.op().inputs[call.op().inputs.size() - 1])) {
      check(operand.device() == Device::cpu,
            "key is on {}, should be on the CPU, where it is drawn", to_string(operand.device()));
      continue;
    }
    if (!device) {
      device = operand.device();
      whose = name_of_operand(call, i);
    }
    check(operand.device() == *device,
          "{} is on {} and {} on {}, should be on one device; .to({}) moves a tensor", whose,
          to_string(*device), name_of_operand(call, i), to_string(operand.device()),
          in_code(*device));
  }
  return device.value_or(Device::cpu);
}

namespace {

Operand layout_in(const Tensor& tensor, DType dtype) {
  Operand layout = layout_of(tensor);
  if (!layout.defined || layout.dtype == dtype)
    return layout;
  layout.dtype = dtype;
  layout.strides = cast_strides(layout.shape, layout.strides);
  return layout;
}

}  // namespace

Operands layouts_of(const Call& call, const SmallVector<DType, 6>& takes) {
  Operands layouts;
  for (size_t i = 0; i < call.inputs().size(); ++i)
    layouts.push_back(takes.empty() ? layout_of(call.inputs()[i])
                                    : layout_in(call.inputs()[i], takes[i]));
  return layouts;
}

Dims output_strides(const Op& op, const Dims& shape, std::span<const Operand> operands) {
  if (op.elementwise)
    for (const Operand& operand : operands)
      if (operand.defined && operand.shape == shape &&
          !is_contiguous(operand.shape, operand.strides) && is_dense(shape, operand.strides))
        return dense_strides_like(shape, shape, operand.strides);
  return contiguous_strides(shape);
}

Signature signature_of(const Call& call, const SmallVector<DType, 6>& takes, const Tensors& fixed) {
  const Op& op = call.op();
  Signature signature{.op = op.name, .in = {}, .out = {}, .attrs = call.attrs().get()};
  signature.out_fixed = !fixed.empty();
  signature.in = layouts_of(call, takes);
  if (fixed.empty())
    for (const Spec& spec : op.infer(call))
      signature.out.push_back(
          {true, spec.dtype, spec.shape, output_strides(op, spec.shape, signature.in)});
  for (const Tensor& output : fixed)
    signature.out.push_back(layout_of(output));
  return signature;
}

std::shared_ptr<const Storage> packed_operand(const Tensor& operand, const Packing& packing) {
  std::string form = packing.form;
  const int64_t offset = operand.body()->offset;
  form.append(reinterpret_cast<const char*>(&offset), sizeof offset);
  return operand.storage().packed(form, packing.bytes,
                                  [&](void* to) { packing.pack(operand.raw_data(), to); });
}

}  // namespace hebb
