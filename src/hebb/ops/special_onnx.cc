// ops/special_onnx.cc: the ONNX forms of special functions.

#include "hebb/ops/special_onnx.h"

#include <cmath>

#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/special.h"

namespace hebb::onnx {

OnnxValues write_logit(OnnxWriter& w) {
  OnnxValue x = w.in(0);
  if (const auto eps = w.attributes<LogitAttrs>().eps)
    x = w.add("Min", {w.add("Max", {x, w.number(*eps, x.dtype)}), w.number(1 - *eps, x.dtype)});
  return {w.add("Log", {w.add("Div", {x, w.add("Sub", {w.number(1, x.dtype), x})})})};
}

OnnxValues write_xlogy(OnnxWriter& w) {
  const OnnxValue x = w.in(0), y = w.in(1), product = w.add("Mul", {x, w.add("Log", {y})});
  const OnnxValue zero = w.number(0, x.dtype), is_zero = w.ask("Equal", {x, zero}),
                  is_number = w.ask("Not", {w.ask("IsNaN", {y})});
  return {w.where(w.ask("And", {is_zero, is_number}), zero, product)};
}

OnnxValues write_logaddexp(OnnxWriter& w) {
  const OnnxValue x = w.in(0), y = w.in(1), most = w.add("Max", {x, y});
  const OnnxValue apart = w.add("Neg", {w.add("Abs", {w.add("Sub", {x, y})})});
  const OnnxValue rest =
      w.add("Log", {w.add("Add", {w.add("Exp", {apart}), w.number(1, x.dtype)})});
  // Of two equal infinities the distance is not a number.
  const OnnxValue equal = w.ask("Equal", {x, y});
  const OnnxValue twice = w.add("Add", {x, w.number(M_LN2, x.dtype)});
  return {w.where(equal, twice, w.add("Add", {most, rest}))};
}

}  // namespace hebb::onnx
