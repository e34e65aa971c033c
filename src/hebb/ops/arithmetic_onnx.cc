// ops/arithmetic_onnx.cc: the ONNX forms of arithmetic that is not operand for operand the same.

#include "hebb/ops/arithmetic_onnx.h"

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/entries.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {
namespace {

// The rest of a division rounded down. ONNX's Mod has it for integers only.
OnnxValue rest(OnnxWriter& w, const OnnxValue& a, const OnnxValue& b) {
  if (!is_floating(a.dtype))
    return w.add("Mod", {a, b});
  const OnnxValue zero = w.number(0, a.dtype), to_zero = w.add("Mod", {a, b}, {{"fmod", 1}}),
                  is_whole = w.ask("Equal", {to_zero, zero}),
                  same_sign =
                      w.ask("Equal", {w.ask("Less", {to_zero, zero}), w.ask("Less", {b, zero})}),
                  stays = w.add("Or", {is_whole, same_sign});
  return w.where(stays, to_zero, w.add("Add", {to_zero, b}));
}

// Floor of the rounded quotient could be one too many, as for 1 / 0.1.
OnnxValue quotient_down(OnnxWriter& w, const OnnxValue& a, const OnnxValue& b) {
  const OnnxValue whole = w.add("Div", {w.add("Sub", {a, rest(w, a, b)}), b});
  if (!is_floating(a.dtype))
    return whole;
  const OnnxValue by_zero = w.ask("Equal", {b, w.number(0, a.dtype)});
  return w.where(by_zero, w.add("Div", {a, b}), w.add("Round", {whole}));
}

OnnxValue scaled(OnnxWriter& w, const OnnxValue& x, double factor) {
  return factor == 1 ? x : w.add("Mul", {x, w.number(factor, x.dtype)});
}

}  // namespace

OnnxValues write_add(OnnxWriter& w) {
  const OnnxValue a = w.in(0), b = scaled(w, w.in(1), w.attributes<AddAttrs>().alpha);
  return {w.add(a.dtype == DType::boolean ? "Or" : w.form.type, {a, b})};
}

OnnxValues write_mul(OnnxWriter& w) {
  const OnnxValue a = w.in(0);
  return {w.add(a.dtype == DType::boolean ? "And" : "Mul", {a, w.in(1)})};
}

OnnxValues write_div(OnnxWriter& w) {
  const std::string rounding = w.attributes<DivAttrs>().rounding_mode.value_or("");
  const OnnxValue a = w.in(0), b = w.in(1);
  if (rounding == "floor")
    return {quotient_down(w, a, b)};
  const OnnxValue quotient = w.add("Div", {a, b});  // of integers: towards zero
  return {rounding == "trunc" && is_floating(a.dtype) ? w.truncate(quotient) : quotient};
}

Tensors read_div(const OnnxReader& r) {
  if (is_integral(r.in(0).dtype()))
    return {div(r.in(0), r.in(1), "trunc")};
  return {div(r.in(0), r.in(1))};
}

OnnxValues write_floor_divide(OnnxWriter& w) {
  return {quotient_down(w, w.in(0), w.in(1))};
}

OnnxValues write_fmod(OnnxWriter& w) {
  return {w.add("Mod", {w.in(0), w.in(1)}, {{"fmod", 1}})};
}

Tensors read_mod(const OnnxReader& r) {
  return {r.flag("fmod", false) ? fmod(r.in(0), r.in(1)) : remainder(r.in(0), r.in(1))};
}

OnnxValues write_remainder(OnnxWriter& w) {
  return {rest(w, w.in(0), w.in(1))};
}

OnnxValues write_square(OnnxWriter& w) {
  const OnnxValue x = w.in(0);
  return {w.add(x.dtype == DType::boolean ? "And" : "Mul", {x, x})};
}

Tensors read_pow(const OnnxReader& r) {  // the exponent's dtype is not the result's
  return {cast(pow(r.in(0), r.in(1)), r.in(0).dtype())};
}

OnnxValues write_extreme_of_two(OnnxWriter& w) {
  const OnnxValue a = w.in(0);
  const std::string_view logic = w.form.type == "Max" ? "Or" : "And";
  return {w.add(a.dtype == DType::boolean ? logic : w.form.type, {a, w.in(1)})};
}

Tensors read_max(const OnnxReader& r) {
  Tensor most = r.in(0);
  for (size_t i = 1; i < r.count(); ++i)
    most = maximum(most, r.in(i));
  return {most};
}

Tensors read_min(const OnnxReader& r) {
  Tensor least = r.in(0);
  for (size_t i = 1; i < r.count(); ++i)
    least = minimum(least, r.in(i));
  return {least};
}

OnnxValues write_clamp(OnnxWriter& w) {
  const OnnxValue x = w.in(0), low = w.in(1), high = w.in(2);
  const auto is_number = [&](int slot) { return !w.has(slot) || w.operand(slot).dim() == 0; };
  if (is_number(1) && is_number(2))
    return {w.add("Clip", {x, low, high})};
  const OnnxValue raised = w.has(1) ? w.add("Max", {x, low}) : x;
  return {w.has(2) ? w.add("Min", {raised, high}) : raised};
}

Tensors read_clip(const OnnxReader& r) {
  if (!r.has(1) && !r.has(2))
    return {r.in(0)};
  return {clamp(r.in(0), r.maybe(1), r.maybe(2))};
}

OnnxValues write_lerp(OnnxWriter& w) {
  const OnnxValue start = w.in(0);
  return {w.add("Add", {start, w.add("Mul", {w.in(2), w.add("Sub", {w.in(1), start})})})};
}

OnnxValues write_addcmul(OnnxWriter& w) {
  const OnnxValue product = w.add("Mul", {w.in(1), w.in(2)});
  return {w.add("Add", {w.in(0), scaled(w, product, w.attributes<AddcAttrs>().value)})};
}

OnnxValues write_addcdiv(OnnxWriter& w) {
  const OnnxValue quotient = w.add("Div", {w.in(1), w.in(2)});
  return {w.add("Add", {w.in(0), scaled(w, quotient, w.attributes<AddcAttrs>().value)})};
}

}  // namespace hebb::onnx
