// ops/math_onnx.cc: the ONNX forms of functions that are not operand for operand the same.

#include "hebb/ops/math_onnx.h"

#include <cmath>

#include "hebb/ops/math.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {
namespace {

OnnxValues logarithm(OnnxWriter& w, double base) {
  const OnnxValue x = w.in(0);
  return {w.add("Div", {w.add("Log", {x}), w.number(std::log(base), x.dtype)})};
}

}  // namespace

OnnxValues write_exp2(OnnxWriter& w) {
  const OnnxValue x = w.in(0);
  return {w.add("Pow", {w.number(2, x.dtype), x})};
}

OnnxValues write_log2(OnnxWriter& w) {
  return logarithm(w, 2);
}

OnnxValues write_log10(OnnxWriter& w) {
  return logarithm(w, 10);
}

OnnxValues write_rsqrt(OnnxWriter& w) {
  return {w.add("Reciprocal", {w.add("Sqrt", {w.in(0)})})};
}

OnnxValues write_sinc(OnnxWriter& w) {
  const OnnxValue x = w.in(0), angle = w.add("Mul", {x, w.number(M_PI, x.dtype)}),
                  is_zero = w.ask("Equal", {x, w.number(0, x.dtype)}),
                  share = w.add("Div", {w.add("Sin", {angle}), angle});
  return {w.where(is_zero, w.number(1, x.dtype), share)};
}

// Of Floor and Ceil: integers are whole already.
OnnxValues write_whole(OnnxWriter& w) {
  const OnnxValue x = w.in(0);
  return {is_integral(x.dtype) ? x : w.add(w.form.type, {x})};
}

OnnxValues write_round(OnnxWriter& w) {
  const int64_t decimals = w.attributes<RoundAttrs>().decimals;
  const OnnxValue x = w.in(0);
  if (decimals == 0)
    return {is_integral(x.dtype) ? x : w.add("Round", {x})};
  const int64_t digits = x.dtype == DType::f64 ? 15 : x.dtype == DType::f32 ? 6 : 2;
  w.require(std::abs(decimals) <= digits,
            "ONNX's Round has no decimals, and x 10^{} may leave {}: at most {} are written out",
            decimals, name(x.dtype), digits);
  const OnnxValue power = w.number(std::pow(10.0, std::abs(double(decimals))), x.dtype);
  const std::string_view there = decimals > 0 ? "Mul" : "Div", back = decimals > 0 ? "Div" : "Mul";
  return {w.add(back, {w.add("Round", {w.add(there, {x, power})}), power})};
}

OnnxValues write_trunc(OnnxWriter& w) {
  const OnnxValue x = w.in(0);
  return {is_integral(x.dtype) ? x : w.truncate(x)};
}

OnnxValues write_frac(OnnxWriter& w) {
  const OnnxValue x = w.in(0);
  return {w.add("Sub", {x, w.truncate(x)})};
}

}  // namespace hebb::onnx
