// ops/numeric_onnx.cc: the ONNX forms of signs, shifts and closeness of numbers.

#include "hebb/ops/numeric_onnx.h"

#include <cmath>
#include <limits>

#include "hebb/ops/numeric.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"

namespace hebb::onnx {
namespace {

OnnxValues times(OnnxWriter& w, double factor) {
  const OnnxValue x = w.in(0, w.out());
  return {w.add("Mul", {x, w.number(factor, x.dtype)})};
}

// The element of x where `takes_first` says so or y is NaN, else that of y.
OnnxValues chosen(OnnxWriter& w, std::string_view takes_first) {
  const OnnxValue x = w.in(0), y = w.in(1);
  OnnxValue first = w.ask(takes_first, {x, y});
  if (is_floating(x.dtype))
    first = w.add("Or", {first, w.ask("IsNaN", {y})});
  return {w.where(first, x, y)};
}

// IsInf asks about f32 and f64 only before opset 20.
OnnxValue is_infinite(OnnxWriter& w, const OnnxValue& x, bool above) {
  const bool known =
      w.opset >= 20 ? is_floating(x.dtype) : x.dtype == DType::f32 || x.dtype == DType::f64;
  return w.add("IsInf", {known ? x : w.cast(x, DType::f32)},
               {{"detect_negative", !above}, {"detect_positive", above}}, DType::boolean);
}

}  // namespace

OnnxValues write_as_it_is(OnnxWriter& w) {
  return {w.in(0)};
}

OnnxValues write_deg2rad(OnnxWriter& w) {
  return times(w, M_PI / 180);
}

OnnxValues write_rad2deg(OnnxWriter& w) {
  return times(w, 180 / M_PI);
}

OnnxValues write_float_power(OnnxWriter& w) {
  return {w.add("Pow", {w.in(0, w.out()), w.in(1, w.out())})};
}

OnnxValues write_fmax(OnnxWriter& w) {
  return chosen(w, "GreaterOrEqual");
}

OnnxValues write_fmin(OnnxWriter& w) {
  return chosen(w, "LessOrEqual");
}

OnnxValues write_nan_to_num(OnnxWriter& w) {
  const auto& a = w.attributes<NanToNumAttrs>();
  OnnxValue x = w.in(0);
  if (!is_floating(x.dtype))
    return {x};
  const double most = x.dtype == DType::f64   ? std::numeric_limits<double>::max()
                      : x.dtype == DType::f16 ? 65504
                      : x.dtype == DType::f32 ? double(std::numeric_limits<float>::max())
                                              : 0x1.fep127;
  const OnnxValue is_nan = w.ask("IsNaN", {x}), high = is_infinite(w, x, true),
                  low = is_infinite(w, x, false);
  x = w.where(is_nan, w.number(a.nan.value_or(0), x.dtype), x);
  x = w.where(high, w.number(a.posinf.value_or(most), x.dtype), x);
  return {w.where(low, w.number(a.neginf.value_or(-most), x.dtype), x)};
}

OnnxValues write_isposinf(OnnxWriter& w) {
  return {is_infinite(w, w.given(0), true)};
}

OnnxValues write_isneginf(OnnxWriter& w) {
  return {is_infinite(w, w.given(0), false)};
}

OnnxValues write_equal(OnnxWriter& w) {
  w.require(w.operand(0).shape() == w.operand(1).shape(),
            "shapes are compared when a graph is made; {} and {} differ", w.operand(0).shape(),
            w.operand(1).shape());
  w.require(w.operand(0).dtype() == w.operand(1).dtype(),
            "the operands are {} and {}, should be of "
            "one dtype",
            name(w.operand(0).dtype()), name(w.operand(1).dtype()));
  const OnnxValue differs = w.add("Not", {w.ask("Equal", {w.in(0), w.in(1)})});
  const OnnxValue count = w.reduce("ReduceSum", w.cast(differs, DType::i64), {}, false);
  return {w.ask("Equal", {count, w.number(0, DType::i64)})};
}

OnnxValues write_shift(OnnxWriter& w) {
  const bool left = w.call.op().name == "bitwise_left_shift";
  return {w.add("BitShift", {w.in(0), w.in(1)}, {{"direction", left ? "LEFT" : "RIGHT"}})};
}

Tensors read_shift(const OnnxReader& r) {
  const std::string direction = r.text("direction", "");
  r.require(direction == "LEFT" || direction == "RIGHT",
            "direction is '{}', should be LEFT or RIGHT", direction);
  return {direction == "LEFT" ? bitwise_left_shift(r.in(0), r.in(1))
                              : bitwise_right_shift(r.in(0), r.in(1))};
}

}  // namespace hebb::onnx
