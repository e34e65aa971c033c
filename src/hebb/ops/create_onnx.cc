// ops/create_onnx.cc: the ONNX forms of new tensors.

#include "hebb/ops/create_onnx.h"

#include "hebb/kernels/arange.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/entries.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"
#include "hebb/ops/prepare.h"

namespace hebb::onnx {

OnnxValues write_full(OnnxWriter& w) {
  const Dims& shape = w.attributes<FullAttrs>().shape;
  const Tensor& value = w.operand(0);
  if (!value.is_number())
    return {w.expand(w.in(0, w.out()), shape)};
  Tensor one = Tensor::empty({1}, w.out());
  copy_values(number_in(value, w.out()).detach().materialise(), one);
  return {w.add("ConstantOfShape", {w.ints(shape)}, {{"value", one}}, w.out())};
}

Tensors read_constant_of_shape(const OnnxReader& r) {
  const Tensor value = r.tensor("value", Tensor::from(std::vector<float>{0}, {1}));
  r.require(value.numel() == 1, "value should be one number");
  return {full(r.ints(0), reshape(value, {}), value.dtype())};
}

OnnxValues write_arange(OnnxWriter& w) {
  const auto& a = w.attributes<ArangeAttrs>();
  const bool fits = w.out() == DType::f32 || w.out() == DType::f64 || w.out() == DType::i16 ||
                    w.out() == DType::i32 || w.out() == DType::i64;
  const DType dtype = fits ? w.out() : is_integral(w.out()) ? DType::i64 : DType::f32;
  return {
      w.add("Range", {w.number(a.start, dtype), w.number(a.end, dtype), w.number(a.step, dtype)})};
}

Tensors read_range(const OnnxReader& r) {
  const auto number = [&](size_t i) { return r.constant(i).item_as_double(); };
  return {call(op::arange, {}, ArangeAttrs{number(0), number(1), number(2), r.in(0).dtype()})};
}

}  // namespace hebb::onnx
